import Failure
import Foundation
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

    fileprivate static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// What the index calls a file. Symbolic links are resolved, as the workers do.
    func name(of file: String) -> String { name(ofResolved: TreePaths.resolved(file) ?? file) }

    /// The same of a file in whose path no symbolic link is left.
    fileprivate func name(ofResolved absolute: String) -> String {
        if let buildRoot, buildRoot != sourceRoot, absolute.hasPrefix(buildRoot + "/"),
            buildRoot.hasPrefix(sourceRoot + "/") || !absolute.hasPrefix(sourceRoot + "/")
        {
            return "@build/" + absolute.dropFirst(buildRoot.count + 1)
        }
        return absolute.hasPrefix(sourceRoot + "/") ? String(absolute.dropFirst(sourceRoot.count + 1)) : absolute
    }

    /// What the file system says of a file of the index: when it was changed, in content and otherwise, and its size. Nil
    /// when there is none, or when it was changed after a moment, so that its content may be another than was read.
    func stamp(of name: String, before moment: Date = .distantFuture) -> String? {
        var status = stat()
        guard stat(file(of: name), &status) == 0 else { return nil }
        let limit = moment.timeIntervalSince1970 - 1
        guard Double(status.st_mtim.tv_sec) < limit, Double(status.st_ctim.tv_sec) < limit else { return nil }
        return "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec) "
            + "\(status.st_size)"
    }

    /// Where a file of the index lies on this machine.
    func file(of name: String) -> String {
        if name.hasPrefix("/") { return name }
        if name.hasPrefix("@build/"), let buildRoot { return buildRoot + name.dropFirst("@build".count) }
        return "\(sourceRoot)/\(name)"
    }
}

/// Names of many source files: of each folder symbolic links are resolved once.
struct SourceNames {
    private let paths: TreePaths
    private var folders: [Substring: String] = [:]

    init(_ paths: TreePaths) { self.paths = paths }

    /// What the index calls a file, and its size in bytes; 0 when there is none.
    mutating func name(of file: String) -> (name: String, size: Int) {
        var status = stat()
        guard let slash = file.lastIndex(of: "/"), lstat(file, &status) == 0 else { return (paths.name(of: file), 0) }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        guard !isLink else {
            return (paths.name(of: file), stat(file, &status) == 0 ? Int(status.st_size) : 0)
        }
        let folder = file[..<slash]
        if folders[folder] == nil { folders[folder] = TreePaths.resolved(String(folder)) ?? String(folder) }
        return (paths.name(ofResolved: folders[folder]! + file[slash...]), Int(status.st_size))
    }
}
