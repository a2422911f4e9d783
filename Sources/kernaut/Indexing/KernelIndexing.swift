import Failure
import Foundation
import KernelABI
import KernelIndex
import KernelIndexer
import KernelTree

/// From a kernel's name, or a tree, to its index in the cache.
struct KernelIndexing {
    /// Which kernel.
    let selection: KernelSelection
    /// Which of its files.
    let scope: SourceScope
    /// The cache.
    let home: KernautHome
    /// How many workers run at once; nil for one per processor.
    var jobs: Int?
    /// Whether everything is parsed again.
    var isFresh = false
    /// Whether the commonest headers are parsed once for all units.
    var usesPrefix = true

    /// Makes the source and its compile commands ready.
    func prepare(_ progress: ProgressLines) async throws -> PreparedKernel {
        let prepared = try await PreparedKernel.prepare(selection, scope: scope, home: home, jobs: jobs) { line in
            progress.stage("     \(line)")
        }
        for problem in prepared.problems.prefix(5) { progress.stage("     Kbuild: \(problem)") }
        guard !prepared.commands.isEmpty else {
            throw Failure(
                .badInput,
                "no file of the scope \(scope.name) has a compile command",
                at: prepared.tree.sourceRoot
            )
        }
        return prepared
    }

    /// Where the index of a kernel goes unless the user names a file. Each scope has its own, so that a look at a few
    /// files does not cost the index of all: `6.1.sqlite` is the scope `fork`, `6.1-all.sqlite` everything.
    func database(of prepared: PreparedKernel) throws -> String {
        let suffix = scope == .named("fork") ? "" : "-\(scope.name)"
        return try IndexLocation.file(ofKernel: prepared.tree.name + suffix, in: home)
    }

    /// `12 s`, `3 min`, `1 h 5 min`.
    private static func inWords(_ seconds: Double) -> String {
        let minutes = Int(seconds / 60 + 0.5)
        if seconds < 100 { return "\(Int(seconds + 0.5)) s" }
        return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }

    /// Indexes a prepared kernel.
    ///
    /// - Returns: how it went; failed units are named there.
    func index(_ prepared: PreparedKernel, to database: String, _ progress: ProgressLines) throws -> IndexSummary {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: database).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        let tree = prepared.tree
        var labels: [MetaKey: String] = [
            .kernelName: tree.name, .scope: scope.name, .configurationDigest: tree.configDigest,
        ]
        if let version = tree.packageVersion { labels[.packageVersion] = version }
        let request = IndexRequest(
            sourceRoot: tree.sourceRoot,
            buildRoot: tree.buildRoot == tree.sourceRoot ? nil : tree.buildRoot,
            commands: prepared.commands,
            kernelVersion: tree.version,
            labels: Dictionary(uniqueKeysWithValues: labels.map { ($0.key.rawValue, $0.value) }),
            database: database,
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
            usesPrefix: usesPrefix,
            isFresh: isFresh
        )
        let summary = try Indexer.run(request) { state in
            let left = state.secondsLeft.map { "  \(KernelIndexing.inWords($0)) left" } ?? ""
            progress.passing("\(state.done) of \(state.total)\(left)  \(state.path ?? "")")
        }
        progress.clear()
        if summary.kept > 0 {
            progress.stage("     of these, \(summary.kept) files were done already by a run that was interrupted")
        }
        return summary
    }
}

extension SourceScope {
    /// `fork`, `all`.
    var name: String {
        switch self {
        case .named(let name): name
        case .all: "all"
        }
    }
}
