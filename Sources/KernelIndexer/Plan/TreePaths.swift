import Failure
import Glibc

/// Translates between the paths of this machine and those of the index.
struct TreePaths {
    /// Absolute, symbolic links resolved.
    let sourceRoot: String
    let buildRoot: String?

    /// - Throws: ``Failure`` when a root does not exist.
    init(sourceRoot: String, buildRoot: String?) throws {
        self.sourceRoot = try TreePaths.real(sourceRoot)
        self.buildRoot = try buildRoot.map(TreePaths.real)
    }

    private static func real(_ path: String) throws -> String {
        guard let real = resolved(path) else {
            throw Failure(.badInput, "there is no such folder", at: path, remedy: "name the kernel's tree")
        }
        return real
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// What the index calls a file. Symbolic links are resolved, as the workers do.
    func name(of file: String) -> String {
        let absolute = TreePaths.resolved(file) ?? file
        if let buildRoot, buildRoot != sourceRoot, absolute.hasPrefix(buildRoot + "/"),
            buildRoot.hasPrefix(sourceRoot + "/") || !absolute.hasPrefix(sourceRoot + "/")
        {
            return "@build/" + absolute.dropFirst(buildRoot.count + 1)
        }
        return absolute.hasPrefix(sourceRoot + "/") ? String(absolute.dropFirst(sourceRoot.count + 1)) : absolute
    }

    /// Where a file of the index lies on this machine.
    func file(of name: String) -> String {
        if name.hasPrefix("/") { return name }
        if name.hasPrefix("@build/"), let buildRoot { return buildRoot + name.dropFirst("@build".count) }
        return "\(sourceRoot)/\(name)"
    }
}
