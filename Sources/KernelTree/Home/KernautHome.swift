import Failure
import Foundation

/// Where kernaut keeps what it fetches and builds, and where the files that came with it are.
public struct KernautHome: Hashable, Sendable {
    /// The cache: `$KERNAUT_HOME`, else `$XDG_CACHE_HOME/kernaut`, else `~/.cache/kernaut`. It need not exist yet.
    public let cache: String
    /// The folder that holds `kernel-refs/` and `models/`; nil when there is none around.
    public let share: String?

    /// Makes a home of its two folders.
    public init(cache: String, share: String?) {
        self.cache = cache
        self.share = share
    }

    /// The home of this process.
    ///
    /// - Throws: `Failure` (69) when the environment names no home directory at all.
    public static func current() throws -> KernautHome {
        try located(
            environment: ProcessInfo.processInfo.environment,
            currentDirectory: FileManager.default.currentDirectoryPath,
            executable: executable
        )
    }

    /// The home that an environment names. An empty variable counts as one that is not set.
    ///
    /// `kernel-refs/` and `models/` are looked for in `$KERNAUT_SHARE`, else in the current directory and its parents,
    /// else in the parents of the executable (and in `share/kernaut` of these, where an installation has them).
    public static func located(
        environment: [String: String],
        currentDirectory: String,
        executable: String?
    ) throws -> KernautHome {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        let cache: String
        if let home = value("KERNAUT_HOME") {
            cache = Path.absolute(home, in: currentDirectory)
        } else if let caches = value("XDG_CACHE_HOME"), caches.hasPrefix("/") {
            // The specification of these directories has relative values ignored.
            cache = Path.normal(caches + "/kernaut")
        } else if let home = value("HOME") {
            cache = Path.absolute(home + "/.cache/kernaut", in: currentDirectory)
        } else {
            throw Failure(
                .unavailable,
                "there is no place for the cache: neither KERNAUT_HOME nor HOME is set",
                remedy: "set KERNAUT_HOME to a directory"
            )
        }

        if let share = value("KERNAUT_SHARE") {
            return KernautHome(cache: cache, share: Path.absolute(share, in: currentDirectory))
        }
        let near = Path.withParents(currentDirectory)
        let installed = executable.map { Path.withParents($0).dropFirst() } ?? []
        let candidates = near + installed.flatMap { [$0, Path.join($0, "share/kernaut")] }
        let share = candidates.first { Path.isFolder(Path.join($0, "kernel-refs")) }
        return KernautHome(cache: cache, share: share)
    }

    /// The indexes, one file each.
    public var indexes: String { Path.join(cache, "indexes") }

    /// What forks cost on this machine, as `kernaut calibrate` measured it.
    public var calibration: String { Path.join(cache, "calibration.json") }

    /// Everything that belongs to one fetched kernel: `kernels/6.1`.
    public func kernel(_ name: String) -> String { Path.join(cache, "kernels/\(name)") }

    /// The builds of trees that the user names.
    public var trees: String { Path.join(cache, "trees") }

    /// The state of apt that belongs to kernaut alone.
    var apt: String { Path.join(cache, "apt") }

    /// `kernel-refs/`.
    ///
    /// - Throws: `Failure` (69) when it is nowhere.
    public func kernelRefs() throws -> String { try shared("kernel-refs") }

    /// `models/`.
    ///
    /// - Throws: `Failure` (69) when it is nowhere.
    public func models() throws -> String { try shared("models") }

    private func shared(_ name: String) throws -> String {
        if let share, Path.isFolder(Path.join(share, name)) { return Path.join(share, name) }
        throw Failure(
            .unavailable,
            "the folder \(name) is not here",
            at: share,
            remedy: "run kernaut inside its source folder, or set KERNAUT_SHARE to the folder that holds \(name)"
        )
    }

    /// A program that was built together with the running one, such as `kernaut-cc`.
    ///
    /// - Throws: `Failure` (69) when it is not beside the executable.
    public static func program(_ name: String) throws -> String {
        for folder in executable.map(Path.withParents)?.dropFirst().prefix(3) ?? [] {
            let path = Path.join(folder, name)
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw Failure(
            .unavailable,
            "the program \(name) is not beside kernaut",
            at: executable.map(Path.parent),
            remedy: "build it with 'swift build --product \(name)', or install it there"
        )
    }

    /// The file of the running program.
    private static var executable: String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}
