import Foundation

/// Paths as text. Nothing here follows a symbolic link.
enum Path {
    /// `a/b` of `a` and `b`.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// Absolute and normal, where a relative path starts in a folder.
    static func absolute(_ path: String, in folder: String) -> String {
        normal(path.hasPrefix("/") ? path : join(folder, path))
    }

    /// Without `.`, `..` and empty components.
    static func normal(_ path: String) -> String {
        var kept: [Substring] = []
        for component in path.split(separator: "/") where component != "." {
            if component == "..", let last = kept.last, last != ".." {
                kept.removeLast()
            } else if component != ".." || !path.hasPrefix("/") {
                kept.append(component)
            }
        }
        let joined = kept.joined(separator: "/")
        return path.hasPrefix("/") ? "/" + joined : joined
    }

    /// The part of a path below a folder; nil when it is not below it.
    static func relative(_ path: String, to folder: String) -> String? {
        let start = folder.hasSuffix("/") ? folder : folder + "/"
        return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : nil
    }

    /// `a/b` of `a/b/c`; `/` of `/a`; `.` of `a`.
    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `c` of `a/b/c`.
    static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// `/a/b`, `/a`, `/` of `/a/b`.
    static func withParents(_ path: String) -> [String] {
        var found = [path]
        while let last = found.last, last != "/", last != "." { found.append(parent(last)) }
        return found
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
