import Failure
public import KernelABI

/// What an index says about itself: which kernel, from where, how much of it.
public struct IndexDescription: Hashable, Sendable {
    /// The kernel's exact version.
    public let kernelVersion: KernelVersion
    /// The name that `--kernel` takes: `6.1`.
    public let kernelName: String
    /// What was indexed: `fork` or `all`; nil when the index does not say.
    public let scope: String?
    /// The source tree that relative paths start from.
    public let sourceRoot: String
    /// The build directory that `@build/` stands for; nil when there was none.
    public let buildRoot: String?
    /// How many translation units have errors, so that facts of them may be missing.
    public let failedUnits: Int

    /// What a negative answer has to say about the index: its kernel, its scope, and what is missing from it.
    public var inWords: String {
        var words = "the index of \(kernelVersion)"
        if let scope { words += ", scope \(scope)" }
        if failedUnits > 0 { words += ", units that failed: \(failedUnits)" }
        return words
    }

    /// - Throws: ``Failure`` when a key that every index has is absent or wrong.
    init(meta: [String: String], failedUnits: Int, path: String) throws {
        func value(_ key: MetaKey) throws -> String {
            guard let text = meta[key.rawValue] else {
                throw Failure(
                    .badInput,
                    "the index does not state its \(key.rawValue)",
                    at: path,
                    remedy: "rebuild it with 'kernaut index --kernel 6.1'"
                )
            }
            return text
        }
        let version = try value(.kernelVersion)
        guard let kernelVersion = KernelVersion(version) else {
            throw Failure(.badInput, "the index states the impossible kernel version '\(version)'", at: path)
        }
        self.kernelVersion = kernelVersion
        kernelName = meta[MetaKey.kernelName.rawValue] ?? kernelVersion.release.description
        scope = meta[MetaKey.scope.rawValue]
        sourceRoot = try value(.sourceRoot)
        buildRoot = meta[MetaKey.buildRoot.rawValue]
        self.failedUnits = failedUnits
    }

    /// Where a path of the index lies on this machine.
    public func absolutePath(of path: String) -> String {
        if path.hasPrefix("/") { return path }
        if path.hasPrefix("@build/"), let buildRoot { return "\(buildRoot)/\(path.dropFirst("@build/".count))" }
        return "\(sourceRoot)/\(path)"
    }
}
