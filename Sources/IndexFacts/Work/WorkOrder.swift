/// What a worker is asked to do with one translation unit.
public struct WorkOrder: Hashable, Sendable {
    /// What the unit is.
    public enum Task: Hashable, Sendable {
        /// Parse the unit and report its facts. Where it may mean something else on top of ``WorkOrder/prefix`` than by
        /// itself, parse it on top of what lies below that or by itself, or, if it may be refused, say that another prefix could do.
        case unit(mayBeRefused: Bool)
        /// Parse a prefix, write it precompiled to this file, and say so. Report the facts of its headers when they are
        /// wanted, else none.
        case prefix(precompiled: String, reportsFacts: Bool)
        /// Parse a prefix and report the facts of its headers.
        case headers
    }

    /// What to do.
    public var task: Task
    /// The precompiled prefix to parse it on top of, a file; nil for none.
    public var prefix: String?
    /// The directory that the command runs in.
    public var directory: String
    /// The source file, absolute.
    public var file: String
    /// The arguments for libclang, without the compiler and the file.
    public var arguments: [String]
    /// The source tree, absolute, symbolic links resolved.
    public var sourceRoot: String
    /// The build directory, absolute, symbolic links resolved; nil when there is none.
    public var buildRoot: String?
    /// The program that the unit is linked into where that is not the kernel, by the folder of its objects: what its
    /// `.c` files name is that program's. Nil for the kernel and its modules.
    public var program: String?
    /// A file with the keys of groups of headers that need not be reported, 8 bytes each; nil for none.
    public var heldGroups: String?

    /// Makes an order.
    public init(
        task: Task,
        prefix: String? = nil,
        directory: String,
        file: String,
        arguments: [String],
        sourceRoot: String,
        buildRoot: String?,
        program: String? = nil,
        heldGroups: String? = nil
    ) {
        self.task = task
        self.prefix = prefix
        self.directory = directory
        self.file = file
        self.arguments = arguments
        self.sourceRoot = sourceRoot
        self.buildRoot = buildRoot
        self.program = program
        self.heldGroups = heldGroups
    }

    /// The order as bytes.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        switch task {
        case .unit(let mayBeRefused):
            writer.write(0)
            writer.write(mayBeRefused)
        case .prefix(let precompiled, let reportsFacts):
            writer.write(1)
            writer.write(precompiled)
            writer.write(reportsFacts)
        case .headers: writer.write(2)
        }
        writer.write(prefix)
        writer.write(directory)
        writer.write(file)
        writer.write(sourceRoot)
        writer.write(buildRoot)
        writer.write(program)
        writer.write(heldGroups)
        writer.write(arguments.count)
        for argument in arguments { writer.write(argument) }
        return writer.bytes
    }

    /// Reads an order.
    public init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        switch try reader.index(below: 3) {
        case 0: task = .unit(mayBeRefused: try reader.flag())
        case 1: task = .prefix(precompiled: try reader.text(), reportsFacts: try reader.flag())
        default: task = .headers
        }
        prefix = try reader.optionalText()
        directory = try reader.text()
        file = try reader.text()
        sourceRoot = try reader.text()
        buildRoot = try reader.optionalText()
        program = try reader.optionalText()
        heldGroups = try reader.optionalText()
        arguments = []
        for _ in 0..<(try reader.count()) { arguments.append(try reader.text()) }
    }
}
