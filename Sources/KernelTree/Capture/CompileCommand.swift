/// How one translation unit is compiled: an entry of a `compile_commands.json`.
public struct CompileCommand: Hashable, Sendable, Codable {
    /// The directory in which the compiler runs; relative paths among the arguments start here.
    public var directory: String
    /// The source file, absolute.
    public var file: String
    /// The compiler and its arguments, one string each, nothing quoted.
    public var arguments: [String]

    /// Makes a command.
    public init(directory: String, file: String, arguments: [String]) {
        self.directory = directory
        self.file = file
        self.arguments = arguments
    }
}
