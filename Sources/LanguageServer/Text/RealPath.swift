import Glibc

/// Paths without symbolic links.
enum RealPath {
    /// The path without symbolic links; the path itself where there is no such file.
    static func of(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
