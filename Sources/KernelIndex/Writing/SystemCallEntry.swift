/// A row of the architecture's table of system calls.
public struct SystemCallEntry: Hashable, Sendable {
    /// The number by which user space calls it.
    public var number: Int
    /// `common`, `64` or `x32`.
    public var abi: String
    /// The name for user space.
    public var name: String
    /// The function; nil when the kernel has none.
    public var entry: String?
    /// The line of the table.
    public var line: Int

    /// Makes a row.
    public init(number: Int, abi: String, name: String, entry: String?, line: Int) {
        self.number = number
        self.abi = abi
        self.name = name
        self.entry = entry
        self.line = line
    }
}
