/// Reads one line of a program or trace from left to right. Words are separated by spaces.
///
/// It goes by bytes: the probe reads thousands of programs under emulation, where anything dearer shows.
struct TextCursor {
    private let line: Int
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: Substring, line: Int) {
        self.line = line
        bytes = Array(text.utf8)
    }

    /// Nothing but spaces is left.
    var isAtEnd: Bool { bytes[position...].allSatisfy(TextCursor.isSpace) }

    /// The error that something else was expected here.
    func error(expected: String) -> TextError {
        var rest = bytes[position...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        while rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        let text = String(decoding: rest, as: UTF8.self)
        return TextError(line: line, expected: expected, found: String(text.prefix(40)))
    }

    /// Skips the literal where it stands next.
    mutating func skip(_ literal: StaticString) -> Bool {
        literal.withUTF8Buffer { wanted in
            let start = positionAfterSpaces()
            let end = start + wanted.count
            guard end <= bytes.count, bytes[start..<end].elementsEqual(wanted) else { return false }
            // A literal that is a word must not be the beginning of a longer one.
            if end < bytes.count, TextCursor.isWord(wanted[wanted.count - 1]), TextCursor.isWord(bytes[end]) {
                return false
            }
            position = end
            return true
        }
    }

    /// Skips a literal that has to stand here.
    mutating func expect(_ literal: StaticString) throws(TextError) {
        guard skip(literal) else { throw error(expected: TextQuoting.quoted("\(literal)")) }
    }

    /// Only spaces may follow.
    mutating func expectEnd() throws(TextError) {
        guard isAtEnd else { throw error(expected: "the end of the line") }
    }

    /// A run of characters other than space, parentheses, comma, colon and quote.
    mutating func word(_ what: String) throws(TextError) -> String {
        let start = positionAfterSpaces()
        let end = bytes[start...].firstIndex { !TextCursor.isWord($0) } ?? bytes.count
        guard end > start else { throw error(expected: what) }
        position = end
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// A cgroup's path, which ends at a space: a cgroup's name may hold parentheses, commas, colons and quotes.
    mutating func path() throws(TextError) -> CgroupPath {
        let start = positionAfterSpaces()
        let end = bytes[start...].firstIndex(where: TextCursor.isSpace) ?? bytes.count
        guard let path = CgroupPath(String(decoding: bytes[start..<end], as: UTF8.self)) else {
            throw error(expected: "a cgroup's path such as /box/app")
        }
        position = end
        return path
    }

    /// A word that `read` understands.
    mutating func value<Value>(_ what: String, _ read: (String) -> Value?) throws(TextError) -> Value {
        let before = self
        let text = try word(what)
        guard let value = read(text) else { throw before.error(expected: what) }
        return value
    }

    /// A decimal number of the type that is asked for.
    mutating func number<Number: FixedWidthInteger>(_ what: String) throws(TextError) -> Number {
        try value(what) { Number($0) }
    }

    /// A text in quotes.
    mutating func quoted(_ what: String) throws(TextError) -> String {
        let before = self
        guard skip("\"") else { throw error(expected: "\(what) in quotes") }
        var found: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: found, as: UTF8.self)
            case UInt8(ascii: "\\"): found += String(try escaped()).utf8
            default: found.append(byte)
            }
        }
        throw before.error(expected: "\(what) that ends with a quote")
    }

    private mutating func escaped() throws(TextError) -> Unicode.Scalar {
        let start = position
        guard start < bytes.count else { throw error(expected: "an escaped character") }
        position += 1
        switch bytes[start] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard position < bytes.count, bytes[position] == UInt8(ascii: "{"),
                let close = bytes[position...].firstIndex(of: UInt8(ascii: "}")),
                let code = UInt32(String(decoding: bytes[(position + 1)..<close], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(code)
            else { throw error(expected: "\\u{…} with a hexadecimal code") }
            position = close + 1
            return scalar
        default:
            position = start
            throw error(expected: "one of the escapes \\\" \\\\ \\n \\t \\u{…}")
        }
    }

    private func positionAfterSpaces() -> Int {
        bytes[position...].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } ?? bytes.count
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""):
            false
        default: true
        }
    }
}
