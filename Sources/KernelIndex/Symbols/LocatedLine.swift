/// A place in the source: a file of the index, a line and a column, both from 1.
public struct LocatedLine: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The path relative to the source tree; `@build/…` for what the build generated.
    public let file: String
    /// The line.
    public let line: Int
    /// The column, in bytes.
    public let column: Int

    /// Makes a place.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `kernel/fork.c:2467`
    public var description: String { "\(file):\(line)" }

    /// Ordered by file, then line, then column.
    public static func < (left: LocatedLine, right: LocatedLine) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
