import Foundation
import KernelABI
import KernelIndex
import KernelIndexer
import KernelTree

/// C sources that really were parsed by libclang in a worker process, and the index that came of them.
final class IndexedKernel {
    /// The source tree.
    let tree: URL
    /// The index.
    let store: IndexStore

    /// Writes the files, compiles each `.c` among them into the index, and opens it.
    ///
    /// - Parameter files: the path in the tree and the text.
    init(_ files: [String: String]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-sources-\(UUID().uuidString)")
            .resolvingSymlinksInPath()
        let tree = folder.appending(path: "tree")
        self.tree = tree
        for (path, text) in files {
            let url = tree.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        let database = folder.appending(path: "index.sqlite").path
        let units = files.keys.filter { $0.hasSuffix(".c") }.sorted()
        let request = IndexRequest(
            sourceRoot: tree.path,
            buildRoot: nil,
            commands: units.map { unit in
                let file = tree.appending(path: unit).path
                return CompileCommand(directory: tree.path, file: file, arguments: ["clang", "-I.", "-c", file])
            },
            kernelVersion: KernelVersion(6, 1, 192),
            labels: [MetaKey.kernelName.rawValue: "6.1"],
            database: database,
            jobs: 1,
            worker: IndexedKernel.worker
        )
        _ = try Indexer.run(request)
        store = try IndexStore.open(database)
    }

    deinit { try? FileManager.default.removeItem(at: tree.deletingLastPathComponent()) }

    /// The worker that was built beside the tests.
    private static let worker: String = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let products = (bundle ?? URL(filePath: CommandLine.arguments[0])).deletingLastPathComponent()
        return products.appending(path: "kernaut-index-worker").path
    }()
}
