/// A macro's definition right below the `#ifndef` that asks for the macro. The compiler meets it where nobody has defined
/// the macro before, and otherwise only the question: which of the two depends on the unit, that the definition stands
/// there does not.
struct DefaultDefinition: Equatable {
    /// Where the name stands in the definition, in bytes.
    var offset: Int
    var line: Int
    var column: Int
    var endLine: Int

    /// Finds the definition below a question; nil where the name at the place is not asked for by `#ifndef`, or something
    /// else follows.
    ///
    /// - Parameters:
    ///   - asked: where the name stands in the question, in bytes.
    ///   - line: the line of that, from 1.
    init?(of name: String, askedAt asked: Int, line: Int, in text: [UInt8]) {
        let name = Array(name.utf8)
        guard asked + name.count <= text.count, DefaultDefinition.isQuestion(before: asked, in: text) else {
            return nil
        }
        var lines = Lines(text: text, position: asked + name.count, line: line)
        guard let start = lines.nextDirective() else { return nil }
        var position = start
        func skip(_ word: [UInt8]) -> Bool {
            guard text[position...].starts(with: word) else { return false }
            position += word.count
            return position == text.count || !isIdentifierByte(text[position])
        }
        func skipBlanks() {
            while position < text.count, isBlank(text[position]) { position += 1 }
        }
        skipBlanks()
        guard skip(Array("define".utf8)) else { return nil }
        skipBlanks()
        offset = position
        guard skip(name) else { return nil }
        self.line = lines.line
        column = offset - lines.start + 1
        endLine = lines.line
        while let end = text[position...].firstIndex(of: 0x0a), end > position, text[end - 1] == UInt8(ascii: "\\") {
            endLine += 1
            position = end + 1
        }
    }

    private static func isQuestion(before place: Int, in text: [UInt8]) -> Bool {
        let start = text[..<place].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        let words = text[start..<place].filter { !isBlank($0) }
        return words.elementsEqual("#ifndef".utf8) && place > 0 && isBlank(text[place - 1])
    }
}

/// Walks through the lines of a text that say nothing.
private struct Lines {
    let text: [UInt8]
    var position: Int
    var line: Int
    /// Where the line begins.
    var start = 0

    /// What follows the `#` of the next line with one; nil where something else comes before.
    mutating func nextDirective() -> Int? {
        while position < text.count {
            let byte = text[position]
            if byte == 0x0a {
                line += 1
                start = position + 1
                position += 1
            } else if isBlank(byte) || byte == 0x0d {
                position += 1
            } else if text[position...].starts(with: "/*".utf8) {
                position += 2
                while position < text.count, !text[position...].starts(with: "*/".utf8) {
                    if text[position] == 0x0a {
                        line += 1
                        start = position + 1
                    }
                    position += 1
                }
                position += 2
            } else if text[position...].starts(with: "//".utf8) {
                while position < text.count, text[position] != 0x0a { position += 1 }
            } else {
                return byte == UInt8(ascii: "#") ? position + 1 : nil
            }
        }
        return nil
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
