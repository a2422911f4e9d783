/// Splits a command as a shell does that expands nothing.
enum ShellWords {
    /// The words of a command; nil when a quote is not closed or the text ends in a backslash.
    static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: [UInt8] = []
        // A pair of quotes with nothing between them is a word too.
        var isWord = false
        var bytes = text.utf8.makeIterator()

        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"):
                if isWord { words.append(String(decoding: word, as: UTF8.self)) }
                word = []
                isWord = false
            case UInt8(ascii: "'"):
                isWord = true
                guard appendQuoted(from: &bytes, to: &word) else { return nil }
            case UInt8(ascii: "\""):
                isWord = true
                guard appendDoublyQuoted(from: &bytes, to: &word) else { return nil }
            case UInt8(ascii: "\\"):
                guard let next = bytes.next() else { return nil }
                // A backslash before the end of a line joins the two lines.
                if next == UInt8(ascii: "\n") { continue }
                isWord = true
                word.append(next)
            default:
                isWord = true
                word.append(byte)
            }
        }
        if isWord { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    private static func appendQuoted(from bytes: inout String.UTF8View.Iterator, to word: inout [UInt8]) -> Bool {
        while let byte = bytes.next() {
            if byte == UInt8(ascii: "'") { return true }
            word.append(byte)
        }
        return false
    }

    private static func appendDoublyQuoted(
        from bytes: inout String.UTF8View.Iterator,
        to word: inout [UInt8]
    ) -> Bool {
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard let next = bytes.next() else { return false }
                // Inside double quotes a backslash is special before these alone.
                switch next {
                case UInt8(ascii: "\n"): continue
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"): word.append(next)
                default: word += [byte, next]
                }
            default: word.append(byte)
            }
        }
        return false
    }
}
