import Foundation
import KernelABI
import KernelIndexer
import KernelTree

/// A small C project in a folder of its own, indexed by the real workers.
final class TestTree {
    let path: String
    private let folder: URL
    private let isOwner: Bool
    /// The units that are asked for, and the arguments of each.
    var units: [String: [String]] = [:]

    /// - Parameter files: contents by name; each `.c` file is a unit.
    init(_ files: [String: String]) throws {
        isOwner = true
        folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "tree"),
            withIntermediateDirectories: true
        )
        path = folder.appending(path: "tree").resolvingSymlinksInPath().path
        for (name, text) in files {
            try write(text, to: name)
            if name.hasSuffix(".c") { units[name] = [] }
        }
    }

    /// A tree that another process has made, and will remove.
    init(adopting path: String, units: [String]) {
        self.path = path
        folder = URL(filePath: path).deletingLastPathComponent()
        isOwner = false
        for unit in units { self.units[unit] = [] }
    }

    deinit {
        if isOwner { try? FileManager.default.removeItem(at: folder) }
    }

    var database: String { folder.appending(path: "index.sqlite").path }

    /// The names of everything beside the database, without the folder of the prefixes that are kept.
    var neighbours: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
            .filter { $0 != ".index.sqlite.prefixes" || keptPrefixes.isEmpty }
    }

    /// The precompiled prefixes that are kept for the next run.
    var keptPrefixes: [String] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/.index.sqlite.prefixes")
        return (files ?? []).filter { $0.hasSuffix(".pch") }.sorted()
    }

    func forgetPrefixes() throws { try FileManager.default.removeItem(atPath: "\(folder.path)/.index.sqlite.prefixes") }

    func write(_ text: String, to name: String) throws {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    func request(_ change: (inout IndexRequest) -> Void = { _ in }) -> IndexRequest {
        let commands = units.sorted { $0.key < $1.key }.map { name, arguments in
            CompileCommand(
                directory: path,
                file: "\(path)/\(name)",
                arguments: ["cc", "-std=gnu11", "-I\(path)/include", "-DKBUILD_MODNAME=\"\(name)\""] + arguments
                    + ["-c", "-o", "x.o", name]
            )
        }
        var request = IndexRequest(
            sourceRoot: path,
            buildRoot: nil,
            commands: commands,
            kernelVersion: KernelVersion(6, 1),
            labels: ["kernel_name": "test"],
            database: database,
            jobs: 2,
            worker: TestTree.worker
        )
        change(&request)
        return request
    }

    /// Indexes the tree.
    @discardableResult
    func index(_ change: (inout IndexRequest) -> Void = { _ in }) throws -> IndexSummary {
        try Indexer.run(request(change))
    }

    /// The facts of the index.
    func facts() throws -> Set<String> { try FactDump.facts(of: database) }

    /// The facts that a new index of the tree as it is now would have.
    func freshFacts(_ change: (inout IndexRequest) -> Void = { _ in }) throws -> Set<String> {
        let other = folder.appending(path: "fresh.sqlite").path
        defer {
            for name in ["fresh.sqlite", ".fresh.sqlite.lock", ".fresh.sqlite.prefixes"] {
                try? FileManager.default.removeItem(at: folder.appending(path: name))
            }
        }
        _ = try Indexer.run(
            request {
                change(&$0)
                $0.database = other
                $0.isFresh = true
            }
        )
        return try FactDump.facts(of: other)
    }

    /// The worker that was built with the tests.
    static let worker: String = {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appending(path: "kernaut-index-worker").path
    }()
}
