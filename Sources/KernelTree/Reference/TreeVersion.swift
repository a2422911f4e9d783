import Failure
import KernelABI

/// The release that a source tree's Makefile names.
enum TreeVersion {
    /// Reads VERSION, PATCHLEVEL and SUBLEVEL.
    ///
    /// - Throws: `Failure` (65) when the folder is no kernel's source tree.
    static func read(_ tree: String) throws -> KernelVersion {
        let path = Path.join(tree, "Makefile")
        guard let bytes = CacheFiles.read(path) else {
            throw Failure(
                .badInput,
                Path.isFolder(tree) ? "this is no kernel's source tree: it has no Makefile" : "there is no such folder",
                at: tree
            )
        }
        var values: [Substring: Int] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").prefix(20) {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[parts[0].prefix { $0 != " " }] = Int(parts[1].drop { $0 == " " }.prefix { $0.isNumber })
        }
        guard let major = values["VERSION"], let minor = values["PATCHLEVEL"] else {
            throw Failure(.badInput, "this is no kernel's Makefile: it names no VERSION and PATCHLEVEL", at: path)
        }
        return KernelVersion(major, minor, values["SUBLEVEL"])
    }
}
