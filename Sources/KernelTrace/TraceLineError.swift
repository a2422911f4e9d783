/// A line of a tracing probe that means nothing.
public struct TraceLineError: Error, Equatable, CustomStringConvertible {
    /// What a line there can be.
    public let expected: String
    /// What was found, cut short.
    public let found: String

    init(expected: String, found: Substring) {
        self.expected = expected
        self.found = String(found.prefix(80))
    }

    /// `expected …, found …`
    public var description: String { "expected \(expected), found '\(found)'" }
}
