import Foundation
public import KernelABI
public import KernelTree

/// What is to be indexed, and where the index goes.
public struct IndexRequest: Sendable {
    /// The source tree, absolute.
    public var sourceRoot: String
    /// The build directory, absolute; nil when there is none apart from the tree.
    public var buildRoot: String?
    /// How each unit is compiled.
    public var commands: [CompileCommand]
    /// The kernel's exact version.
    public var kernelVersion: KernelVersion
    /// What else the index says about itself: keys of `MetaKey` such as `kernel_name`, `scope`, `package_version`.
    public var labels: [String: String]
    /// The database file. The index takes this name when it is complete.
    public var database: String
    /// How many workers run at once.
    public var jobs: Int
    /// Whether the commonest headers are parsed once for all units. The facts are the same.
    public var usesPrefix: Bool
    /// The worker's executable, absolute; nil: `kernaut-index-worker` beside the running one.
    public var worker: String?
    /// How long a unit may take, in seconds, before its worker is given up.
    public var unitTimeout: Double
    /// Whether everything is parsed again, even what did not change.
    public var isFresh: Bool

    /// Makes a request.
    public init(
        sourceRoot: String,
        buildRoot: String?,
        commands: [CompileCommand],
        kernelVersion: KernelVersion,
        labels: [String: String] = [:],
        database: String,
        jobs: Int = 2,
        usesPrefix: Bool = true,
        worker: String? = nil,
        unitTimeout: Double = 120,
        isFresh: Bool = false
    ) {
        self.sourceRoot = sourceRoot
        self.buildRoot = buildRoot
        self.commands = commands
        self.kernelVersion = kernelVersion
        self.labels = labels
        self.database = database
        self.jobs = jobs
        self.usesPrefix = usesPrefix
        self.worker = worker
        self.unitTimeout = unitTimeout
        self.isFresh = isFresh
    }

    /// The worker's executable, absolute.
    var workerExecutable: String {
        if let worker { return worker }
        let running = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return running.deletingLastPathComponent().appending(path: "kernaut-index-worker").path
    }
}
