/// The identifiers on the `#if`, `#ifdef`, `#ifndef` and `#elif` lines of a text: the macros on which its meaning may
/// depend. Keywords and the like are among them; they do no harm.
func testedMacros(in text: [UInt8]) -> Set<String> {
    text.withUnsafeBytes { testedMacros(in: $0) }
}

private func testedMacros(in text: UnsafeRawBufferPointer) -> Set<String> {
    var names: Set<String> = []
    var position = 0
    let count = text.count
    func skipBlanks() {
        while position < count, text[position] == 0x20 || text[position] == 0x09 { position += 1 }
    }
    func isNext(_ word: StaticString) -> Bool {
        guard count - position >= word.utf8CodeUnitCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount where text[position + offset] != word.utf8Start[offset] {
            return false
        }
        return true
    }
    while position < count {
        skipBlanks()
        if position < count, text[position] == UInt8(ascii: "#") {
            position += 1
            skipBlanks()
            if isNext("if") || isNext("elif") {
                while position < count, isIdentifierByte(text[position]) { position += 1 }
                while position < count, text[position] != 0x0a {
                    if text[position] == UInt8(ascii: "\\"), position + 1 < count, text[position + 1] == 0x0a {
                        position += 2
                    } else if isIdentifierByte(text[position]) {
                        let start = position
                        while position < count, isIdentifierByte(text[position]) { position += 1 }
                        let isName = !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[start])
                        if isName { names.insert(String(decoding: text[start..<position], as: UTF8.self)) }
                    } else {
                        position += 1
                    }
                }
            }
        }
        while position < count, text[position] != 0x0a { position += 1 }
        position += 1
    }
    names.remove("defined")
    return names
}

/// The macros that the `#undef` lines of a text name.
func undefinedMacros(in text: [UInt8]) -> Set<String> {
    var names: Set<String> = []
    var rest = text[...]
    while let sign = rest.firstIndex(of: UInt8(ascii: "#")) {
        let word = rest[(sign + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        rest = rest[(sign + 1)...]
        guard word.starts(with: "undef".utf8) else { continue }
        let name = word.dropFirst("undef".utf8.count).drop { $0 == 0x20 || $0 == 0x09 }.prefix(while: isIdentifierByte)
        names.insert(String(decoding: name, as: UTF8.self))
    }
    return names
}

/// What the `#include` lines of a text name, in brackets or quotes.
func includedFiles(in text: [UInt8]) -> [String] {
    var names: [String] = []
    var rest = text[...]
    while let sign = rest.firstIndex(of: UInt8(ascii: "#")) {
        let word = rest[(sign + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        rest = rest[(sign + 1)...]
        guard word.starts(with: "include".utf8) else { continue }
        let name = word.dropFirst("include".utf8.count).drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x0a }
        guard let first = name.first, first == UInt8(ascii: "<") || first == UInt8(ascii: "\""),
            let end = name.dropFirst().firstIndex(of: first == UInt8(ascii: "<") ? UInt8(ascii: ">") : first)
        else { continue }
        names.append(String(decoding: name[...end], as: UTF8.self))
    }
    return names
}

/// Goes through the identifiers of a text, those of comments among them.
func forEachIdentifier(in text: [UInt8], _ body: (UnsafeRawBufferPointer.SubSequence) -> Void) {
    text.withUnsafeBytes { text in
        var position = 0
        while position < text.count {
            guard isIdentifierByte(text[position]) else {
                position += 1
                continue
            }
            let start = position
            while position < text.count, isIdentifierByte(text[position]) { position += 1 }
            if !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[start]) { body(text[start..<position]) }
        }
    }
}
