/// Reads one line of a program or trace from left to right. Words are separated by spaces.
struct TextCursor {
    private let line: Int
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: Substring, line: Int) {
        self.line = line
        scalars = Array(text.unicodeScalars)
    }

    /// Nothing but spaces is left.
    var isAtEnd: Bool { scalars[position...].allSatisfy { $0 == " " || $0 == "\t" || $0 == "\r" } }

    /// The error that something else was expected here.
    func error(expected: String) -> TextError {
        var rest = scalars[position...].drop { $0 == " " || $0 == "\t" }
        while rest.last == "\r" { rest.removeLast() }
        var found = String.UnicodeScalarView()
        found.append(contentsOf: rest.prefix(40))
        return TextError(line: line, expected: expected, found: String(found))
    }

    /// Skips the literal where it stands next.
    mutating func skip(_ literal: String) -> Bool {
        let wanted = Array(literal.unicodeScalars)
        let start = positionAfterSpaces()
        guard scalars[start...].starts(with: wanted) else { return false }
        // A literal that is a word must not be the beginning of a longer one.
        let end = start + wanted.count
        if end < scalars.count, TextCursor.isWord(wanted[wanted.count - 1]), TextCursor.isWord(scalars[end]) {
            return false
        }
        position = end
        return true
    }

    /// Skips a literal that has to stand here.
    mutating func expect(_ literal: String) throws(TextError) {
        guard skip(literal) else { throw error(expected: TextQuoting.quoted(literal)) }
    }

    /// Only spaces may follow.
    mutating func expectEnd() throws(TextError) {
        guard isAtEnd else { throw error(expected: "the end of the line") }
    }

    /// A run of characters other than space, parentheses, comma, colon and quote.
    mutating func word(_ what: String) throws(TextError) -> String {
        let start = positionAfterSpaces()
        let end = scalars[start...].firstIndex { !TextCursor.isWord($0) } ?? scalars.count
        guard end > start else { throw error(expected: what) }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<end])
        position = end
        return String(view)
    }

    /// A cgroup's path, which ends at a space: a cgroup's name may hold parentheses, commas, colons and quotes.
    mutating func path() throws(TextError) -> CgroupPath {
        let start = positionAfterSpaces()
        let end = scalars[start...].firstIndex { $0 == " " || $0 == "\t" || $0 == "\r" } ?? scalars.count
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<end])
        guard let path = CgroupPath(String(view)) else { throw error(expected: "a cgroup's path such as /box/app") }
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
        var view = String.UnicodeScalarView()
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            switch scalar {
            case "\"": return String(view)
            case "\\": view.append(try escaped())
            default: view.append(scalar)
            }
        }
        throw before.error(expected: "\(what) that ends with a quote")
    }

    private mutating func escaped() throws(TextError) -> Unicode.Scalar {
        let start = position
        guard start < scalars.count else { throw error(expected: "an escaped character") }
        position += 1
        switch scalars[start] {
        case "\"": return "\""
        case "\\": return "\\"
        case "n": return "\n"
        case "t": return "\t"
        case "u":
            guard let close = scalars[position...].firstIndex(of: "}"), scalars[position] == "{",
                let code = UInt32(String(String.UnicodeScalarView(scalars[(position + 1)..<close])), radix: 16),
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
        scalars[position...].firstIndex { $0 != " " && $0 != "\t" } ?? scalars.count
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\r", "(", ")", ",", ":", "\"": false
        default: true
        }
    }
}
