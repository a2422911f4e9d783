import KernelTree

/// The arguments of a compile command that decide what the source means, as libclang takes them.
struct ClangArguments: Hashable {
    /// Everything but what the following have.
    var common: [String] = []
    /// The folders of `-I`, in order.
    var includeFolders: [String] = []
    /// The macros that Kbuild defines for each file anew: `-DKBUILD_BASENAME="fork"`.
    var names: [String] = []

    /// The arguments of one unit.
    var all: [String] { common + includeFolders.map { "-I\($0)" } + names }

    /// Takes the arguments of a command apart; those for output, diagnostics and code generation go.
    ///
    /// - Parameter roles: what is known of arguments already; the commands of one kernel are nearly alike.
    init(_ command: CompileCommand, _ roles: inout ArgumentRoles) {
        var rest = command.arguments.dropFirst()[...]
        while let argument = rest.popFirst() {
            switch roles.role(of: argument) {
            case .folder: includeFolders.append(String(argument.dropFirst(2)))
            case .folderBefore: if let folder = rest.popFirst() { includeFolders.append(folder) }
            case .macro: add(macro: argument)
            case .macroBefore: if let macro = rest.popFirst() { add(macro: "-D\(macro)") }
            case .kept: common.append(argument)
            case .keptWithValue:
                common.append(argument)
                if let value = rest.popFirst() { common.append(value) }
            case .dropped: break
            case .droppedWithValue: rest = rest.dropFirst()
            }
        }
        // Warnings cost an analysis of every function and say nothing about what the source means.
        common.append("-w")
        // Kernels before 6.2 leave out casts that newer clangs insist on; the facts are there all the same.
        common += ["-Wno-error", "-ferror-limit=0"]
    }

    /// Whether x86's code is made for the addresses that the kernel and its modules have. Kbuild links what is not into
    /// other programs: the boot loader's, the firmware's, the one that kexec starts.
    static func areForKernelCode(_ arguments: [String]) -> Bool { arguments.contains("-mcmodel=kernel") }

    /// The folder in which Kbuild puts the object of a source.
    func objectFolder(of source: String) -> String {
        // -DKBUILD_MODFILE='"arch/x86/purgatory/string"', whose source is elsewhere.
        let definition = names.first { $0.hasPrefix("-DKBUILD_MODFILE=") }
        let object = definition.map { $0.drop { $0 != "=" }.dropFirst().filter { $0 != "\"" && $0 != "\\" } } ?? source
        return object.split(separator: "/").dropLast().joined(separator: "/")
    }

    private mutating func add(macro: String) {
        if ClangArguments.namePrefixes.contains(where: macro.hasPrefix) {
            names.append(macro)
        } else {
            common.append(macro)
        }
    }

    private static let namePrefixes = [
        "-DKBUILD_BASENAME=", "-DKBUILD_MODNAME=", "-DKBUILD_MODFILE=", "-D__KBUILD_MODNAME=",
    ]
}
