/// A program or trace that is not well-formed: where, what was expected, and what stood there.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// What would have been right at that place: `a task's name`.
    public let expected: String
    /// What stood there; empty at the end of the line.
    public let found: String

    /// Makes an error of its parts.
    public init(line: Int, expected: String, found: String) {
        self.line = line
        self.expected = expected
        self.found = found
    }

    /// `line 3: expected a task's name, found "("`
    public var description: String {
        "line \(line): expected \(expected), found \(found.isEmpty ? "the end" : TextQuoting.quoted(found))"
    }
}
