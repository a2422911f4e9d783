import Glibc

/// Names files as the index does: relative to the source tree, `@build/…`, or absolute.
final class PathNames {
    /// What the text of the shared prefix is called; it is no file of the tree.
    static let prefix = "@prefix"

    private let sourceRoot: String
    private let buildRoot: String?
    /// Asking the file system for the real path costs more than everything else about a file.
    private var known: [String: String] = [:]

    /// - Parameters:
    ///   - sourceRoot: absolute, symbolic links resolved.
    ///   - buildRoot: likewise.
    init(sourceRoot: String, buildRoot: String?) {
        self.sourceRoot = sourceRoot + "/"
        self.buildRoot = buildRoot.map { $0 + "/" }
    }

    /// The name of a file that clang calls `name`; relative names start at the current directory.
    func name(of name: String) -> String {
        if let path = known[name] { return path }
        var absolute = name
        if let real = realpath(name, nil) {
            absolute = String(cString: real)
            free(real)
        }
        let path: String
        if let buildRoot, buildRoot.hasPrefix(sourceRoot), absolute.hasPrefix(buildRoot) {
            // A build directory inside the source tree, other than the tree itself, is told apart first.
            path =
                buildRoot == sourceRoot
                ? relative(absolute, to: sourceRoot) : "@build/" + relative(absolute, to: buildRoot)
        } else if absolute.hasPrefix(sourceRoot) {
            path = relative(absolute, to: sourceRoot)
        } else if let buildRoot, absolute.hasPrefix(buildRoot) {
            path = "@build/" + relative(absolute, to: buildRoot)
        } else {
            path = absolute
        }
        known[name] = path
        return path
    }

    /// Gives a file another name than the one that its path makes.
    func rename(_ file: String, to name: String) {
        known[file] = name
    }

    private func relative(_ path: String, to root: String) -> String { String(path.dropFirst(root.count)) }
}
