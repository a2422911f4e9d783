import CLibclang

extension UnitFacts {
    /// The name of the error whose number a literal is: `EAGAIN` for what `#define EAGAIN 11` spells, whatever macros
    /// led there. Nil for a number that no such line spells.
    func errorName(of literal: CXCursor) -> String? {
        var file: CXFile?
        var offset: UInt32 = 0
        clang_getSpellingLocation(literal.location, &file, nil, nil, &offset)
        guard let file else { return nil }
        let key = ErrorPlace(file: UInt(bitPattern: file), offset: offset)
        if let known = errorNames[key] { return known }
        let name = definedName(before: Int(offset), in: content(of: file))
        errorNames[key] = .some(name)
        return name
    }

    private func definedName(before offset: Int, in text: [UInt8]) -> String? {
        guard offset <= text.count else { return nil }
        let start = text[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let words = String(decoding: text[start..<offset], as: UTF8.self).split { !isIdentifierCharacter($0) }
        guard words.count == 2, words[0] == "define", words[1].count > 2, words[1].first == "E",
            words[1].allSatisfy({ $0.isUppercase || $0.isNumber })
        else { return nil }
        return String(words[1])
    }

    private func isIdentifierCharacter(_ character: Character) -> Bool {
        character.asciiValue.map(isIdentifierByte) ?? false
    }

    /// A statement or condition in the source's words: what a reader sees at its place, macros not expanded, white
    /// space folded, comments left out.
    func words(of cursor: CXCursor) -> String {
        let first = kernaut_offset_of(cursor.start)
        let last = kernaut_offset_of(cursor.end)
        guard let file = first.file, file == last.file, first.offset < last.offset else { return text(of: cursor) }
        let content = content(of: file)
        guard Int(last.offset) <= content.count else { return text(of: cursor) }
        var text = String(decoding: content[Int(first.offset)..<Int(last.offset)], as: UTF8.self)
        while let open = text.firstRange(of: "/*"), let close = text[open.upperBound...].firstRange(of: "*/") {
            text.replaceSubrange(open.lowerBound..<close.upperBound, with: " ")
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// Where a number is spelled.
struct ErrorPlace: Hashable {
    var file: UInt
    var offset: UInt32
}
