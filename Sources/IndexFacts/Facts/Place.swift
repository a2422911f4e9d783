/// A place in a file of the same ``FactBlob``: line and column count from 1, columns in bytes.
public struct Place: Hashable, Sendable {
    /// The index of the file in ``FactBlob/files``.
    public var file: Int
    /// The line.
    public var line: Int
    /// The column.
    public var column: Int

    /// Makes a place.
    public init(file: Int, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}
