/// A condition of the preprocessor that a line of the source stands under.
public struct SourceCondition: Hashable, Sendable {
    /// What has to be so, earlier branches included: `defined(CONFIG_SMP)`, `!(defined(CONFIG_SMP))` behind its `#else`.
    public let text: String
    /// The line of the directive that begins the branch.
    public let line: Int
}

/// The conditions of the preprocessor in a file: which of them each line stands under.
struct Conditionals {
    /// Lines from `first` up to the next stretch stand under the same conditions.
    private struct Stretch {
        let first: Int
        let conditions: [SourceCondition]
    }

    private var stretches: [Stretch] = [Stretch(first: 1, conditions: [])]

    /// Reads a file. The one condition that guards a whole header from being read twice is left out.
    init(_ text: some Collection<UInt8>) {
        var open: [Branches] = []
        var guardName: String?
        for directive in Directives.all(in: text) {
            let name = guardName
            guardName = nil
            switch directive.name {
            case "if": open.append(Branches(directive.rest, line: directive.line))
            case "ifdef": open.append(Branches("defined(\(directive.word))", line: directive.line))
            case "ifndef":
                open.append(Branches("!defined(\(directive.word))", line: directive.line))
                if open.count == 1 { guardName = directive.word }
            case "elif": if !open.isEmpty { open[open.count - 1].next(directive.rest, line: directive.line) }
            case "elifdef":
                if !open.isEmpty { open[open.count - 1].next("defined(\(directive.word))", line: directive.line) }
            case "elifndef":
                if !open.isEmpty { open[open.count - 1].next("!defined(\(directive.word))", line: directive.line) }
            case "else": if !open.isEmpty { open[open.count - 1].next(nil, line: directive.line) }
            case "endif": _ = open.popLast()
            case "define":
                if let name, name == directive.word { open[open.count - 1].isGuard = true }
                continue
            default: continue
            }
            let conditions = open.filter { !$0.isGuard }.map(\.condition)
            stretches.append(Stretch(first: directive.line, conditions: conditions))
        }
    }

    /// The conditions that a line stands under, the outermost first.
    func around(_ line: Int) -> [SourceCondition] {
        var low = 0
        var high = stretches.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if stretches[middle].first <= line { low = middle } else { high = middle }
        }
        return stretches[low].conditions
    }

    /// The conditions that begin inside of a range of lines.
    func inside(_ lines: ClosedRange<Int>) -> [SourceCondition] {
        var found: [SourceCondition] = []
        for stretch in stretches where lines.contains(stretch.first) {
            for condition in stretch.conditions where lines.contains(condition.line) && !found.contains(condition) {
                found.append(condition)
            }
        }
        return found
    }
}

/// An `#if` with the branches that have been met so far.
private struct Branches {
    private var earlier: [String] = []
    private var current: String?
    private var line: Int
    var isGuard = false

    init(_ text: String, line: Int) {
        current = text
        self.line = line
    }

    /// - Parameter text: nil for `#else`.
    mutating func next(_ text: String?, line: Int) {
        if let current { earlier.append(current) }
        current = text
        self.line = line
        isGuard = false
    }

    var condition: SourceCondition {
        SourceCondition(
            text: (earlier.map { "!(\($0))" } + [current].compactMap { $0 }).joined(separator: " && "),
            line: line
        )
    }
}

/// The directives of the preprocessor.
enum Directives {
    /// A line that begins with `#`, with those that continue it.
    struct Directive {
        let name: String
        /// What follows the name, white space folded, without comments.
        let rest: String
        let line: Int

        /// The first word of the rest.
        var word: String { String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) }
    }

    static func all(in text: some Collection<UInt8>) -> [Directive] {
        var found: [Directive] = []
        var line = 1
        var atLineStart = true
        var index = text.startIndex
        let end = text.endIndex
        while index < end {
            let byte = text[index]
            let following = text.index(after: index)
            let next = following < end ? text[following] : 0
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                atLineStart = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
                index = text.index(after: following)
                var last: UInt8 = 0
                while index < end {
                    let byte = text[index]
                    if byte == UInt8(ascii: "\n") { line += 1 }
                    if byte == UInt8(ascii: "/"), last == UInt8(ascii: "*") { break }
                    last = byte
                    index = text.index(after: index)
                }
            case UInt8(ascii: "/") where next == UInt8(ascii: "/"):
                while index < end, text[index] != UInt8(ascii: "\n") { index = text.index(after: index) }
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                atLineStart = false
                index = following
                while index < end, text[index] != byte, text[index] != UInt8(ascii: "\n") {
                    if text[index] == UInt8(ascii: "\\") {
                        index = text.index(after: index)
                        if index == end { break }
                        if text[index] == UInt8(ascii: "\n") { line += 1 }
                    }
                    index = text.index(after: index)
                }
                if index < end, text[index] == UInt8(ascii: "\n") { continue }
            case UInt8(ascii: "#") where atLineStart:
                let start = line
                var bytes: [UInt8] = []
                index = following
                while index < end {
                    let byte = text[index]
                    if byte == UInt8(ascii: "\n") {
                        line += 1
                        // A comment that is still open goes on in the next line, as a backslash does.
                        if bytes.last == UInt8(ascii: "\\") {
                            bytes[bytes.count - 1] = UInt8(ascii: " ")
                        } else if !Directives.hasOpenComment(bytes) {
                            index = text.index(after: index)
                            break
                        }
                    }
                    if byte != UInt8(ascii: "\r") { bytes.append(byte) }
                    index = text.index(after: index)
                }
                atLineStart = true
                if let directive = Directive(bytes, line: start) { found.append(directive) }
                continue
            default: atLineStart = false
            }
            if index < end { index = text.index(after: index) }
        }
        return found
    }

    private static func hasOpenComment(_ bytes: [UInt8]) -> Bool {
        var isOpen = false
        var index = 0
        while index + 1 < bytes.count {
            let pair = (bytes[index], bytes[index + 1])
            if !isOpen, pair == (UInt8(ascii: "/"), UInt8(ascii: "/")) { return false }
            if !isOpen, pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) {
                isOpen = true
                index += 1
            } else if isOpen, pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) {
                isOpen = false
                index += 1
            }
            index += 1
        }
        return isOpen
    }
}

extension Directives.Directive {
    private static let names: Set<String> = [
        "if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif", "define", "include",
    ]

    fileprivate init?(_ bytes: [UInt8], line: Int) {
        let text = SourceWords.folded([String(decoding: bytes, as: UTF8.self)]).drop { $0 == " " }
        let name = String(text.prefix { $0.isLetter })
        guard Self.names.contains(name) else { return nil }
        var rest = text.dropFirst(name.count).drop { $0 == " " }
        while rest.last == " " { rest = rest.dropLast() }
        self.init(name: name, rest: String(rest), line: line)
    }
}
