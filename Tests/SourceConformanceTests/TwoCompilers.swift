import Foundation
import KernelABI
import KernelBTF
import KernelIndex
import KernelIndexer
import KernelTree
import Testing

/// C sources as both sides see them: laid out by libclang into an index, and by gcc into type information.
final class TwoCompilers {
    /// Whether gcc and pahole are here. In CI they have to be.
    static let areHere =
        ProcessInfo.processInfo.environment["CI"] != nil || ["gcc", "pahole"].allSatisfy { isInstalled($0) }

    /// The index of the one source.
    let store: IndexStore
    /// The type information of the other.
    let btf: BTF
    private let folder: URL

    /// - Parameters:
    ///   - text: C, in which every type that is asked about is the type of a variable.
    ///   - kernel: what gcc gets to see; nil for the same text.
    init(_ text: String, kernel: String? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-two-\(UUID().uuidString)")
            .resolvingSymlinksInPath()
        let tree = folder.appending(path: "tree")
        try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
        let source = tree.appending(path: "main.c")
        try Data(text.utf8).write(to: source)
        let database = folder.appending(path: "index.sqlite").path
        _ = try Indexer.run(
            IndexRequest(
                sourceRoot: tree.path,
                buildRoot: nil,
                commands: [
                    CompileCommand(
                        directory: tree.path,
                        file: source.path,
                        arguments: ["clang", "-fms-extensions", "-w", "-c", source.path]
                    )
                ],
                kernelVersion: KernelVersion(6, 1, 192),
                labels: [MetaKey.kernelName.rawValue: "6.1"],
                database: database,
                jobs: 1,
                worker: TwoCompilers.worker
            )
        )
        store = try IndexStore.open(database)

        let other = folder.appending(path: "kernel.c")
        let object = folder.appending(path: "kernel.o")
        let information = folder.appending(path: "kernel.btf")
        try Data((kernel ?? text).utf8).write(to: other)
        let options = ["-g", "-gdwarf-4", "-fms-extensions", "-w", "-c"]
        try TwoCompilers.run("gcc", options + [other.path, "-o", object.path])
        try TwoCompilers.run("pahole", ["--btf_encode_detached=\(information.path)", object.path])
        btf = try BTF([UInt8](Data(contentsOf: information)))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static let worker: String = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let products = (bundle ?? URL(filePath: CommandLine.arguments[0])).deletingLastPathComponent()
        return products.appending(path: "kernaut-index-worker").path
    }()

    private static func isInstalled(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) failed")
    }
}
