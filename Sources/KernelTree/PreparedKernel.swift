import Failure

/// Which kernel is meant.
public enum KernelSelection: Hashable, Sendable {
    /// A kernel of `kernel-refs/`, by its name: `6.1`.
    case reference(String)
    /// A source tree of the user's, with the configuration to use; without one, `compile_commands.json` in the tree
    /// is used as it is, else the architecture's default configuration.
    case tree(String, config: String?)
}

/// Which of a kernel's source files are meant.
public enum SourceScope: Hashable, Sendable {
    /// A set that the kernel's reference names: `fork`.
    case named(String)
    /// Everything that the configuration builds.
    case all
}

/// A kernel that is ready to be indexed.
public struct PreparedKernel: Sendable {
    /// The kernel.
    public let tree: KernelTree
    /// How its files are compiled, in the order of their paths. A file that makes several objects comes several times.
    public private(set) var commands: [CompileCommand]
    /// Files of the scope that this configuration does not build, relative to the source tree.
    public let notBuilt: [String]
    /// What Kbuild complained about while the commands were captured, a line each. The commands are incomplete when
    /// this is not empty.
    public let problems: [String]
    /// Whether the commands were found in the cache, so that Kbuild did not run.
    public let isFromCache: Bool
    /// What the compiler that was recorded says about itself: `Debian clang version 19.1.7 (3~deb12u1)`; nil for commands
    /// that were not captured.
    public let compiler: String?

    /// Leaves only the commands of files that stand in a list: one path a line, relative to the source tree or absolute.
    ///
    /// - Throws: `Failure` (65) when the list cannot be read.
    public mutating func keep(onlyFilesIn list: String) throws {
        guard let bytes = CacheFiles.read(list) else {
            throw Failure(.badInput, "the list of files cannot be read", at: list)
        }
        let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let wanted = Set(names.map { Path.absolute(String($0), in: tree.sourceRoot) })
        commands.removeAll { !wanted.contains($0.file) }
    }
}
