import ContentDigest
import IndexFacts
import KernelTree

/// A unit to parse: its file, its order, and the digest that tells whether its command changed.
struct PlannedUnit {
    /// The file as the command names it, absolute.
    var file: String
    /// The file as the index names it.
    var path: String
    /// Where the command runs.
    var directory: String
    /// The size of the file in bytes.
    var size: Int
    /// For libclang.
    var arguments: ClangArguments
    /// See ``WorkOrder/program``.
    var program: String?
    /// Of directory, file, arguments and program.
    var commandDigest: [UInt8]
    /// The prefix that the unit may be parsed on top of: a number in ``IndexPlan/prefixes``.
    var prefix: Int?
}

extension PlannedUnit {
    /// Plans the unit of a command.
    ///
    /// - Parameter tellsPrograms: whether what is not compiled for the kernel's addresses belongs to another program.
    init(
        _ command: CompileCommand,
        tellsPrograms: Bool,
        _ roles: inout ArgumentRoles,
        _ names: inout SourceNames
    ) {
        arguments = ClangArguments(command, &roles)
        directory = command.directory
        file = command.file.hasPrefix("/") ? command.file : "\(command.directory)/\(command.file)"
        (path, size) = names.name(of: file)
        let isOfKernel = !tellsPrograms || ClangArguments.areForKernelCode(arguments.common)
        program = isOfKernel ? nil : arguments.objectFolder(of: path)
        let texts = [directory, file] + arguments.all + (program.map { ["program \($0)"] } ?? [])
        commandDigest = ContentDigest(of: texts).bytes
    }
}

/// A unit that means something else on top of its prefix, because of what headers say.
struct RefusedUnit {
    /// The unit, by number.
    var number: Int
    /// The prefix, by number, below the one at fault; nil where none is known.
    var base: Int?
}
