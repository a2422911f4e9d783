import Failure
import Foundation
import KernelIndex

/// How long it takes until the index of everything knows of an edit: of one `.c` file, of a header that some twenty files
/// include, and of nothing. `WHOLE` names such an index, which is copied; without it there is none.
///
/// The files are edited in an overlay over the source that this process alone sees: it runs itself once more, in a mount
/// namespace of its own.
struct UpdateBenchmark {
    private struct Answer: Decodable {
        struct Units: Decodable { var parsed: Int }
        var units: Units
    }

    private let products: Products
    private let rounds = 3
    /// A file in the middle of the tree, and a header that the files of one file system share.
    private let edits: [(file: String?, bar: String)] = [
        (nil, ""), ("fs/ext4/inode.c", ", bar 1"), ("fs/ext4/ext4_jbd2.h", ", bar 5"),
    ]

    init(_ products: Products) { self.products = products }

    func run() throws {
        guard let complete = products.whole else { return }
        guard getenv(Self.inside) != nil else { return try runInside() }
        let store = try IndexStore.open(complete)
        guard store.about.scope == "all" else {
            throw Failure(.badInput, "not an index of everything", at: complete, remedy: "make one with '--scope all'")
        }
        let root = store.about.sourceRoot
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        for name in ["changes", "work"] {
            try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        let options = "lowerdir=\(root),upperdir=\(folder.path)/changes,workdir=\(folder.path)/work"
        guard mount("overlay", root, "overlay", 0, options) == 0 else {
            throw Failure(.unavailable, "cannot put an overlay over \(root): \(String(cString: strerror(errno)))")
        }
        defer { umount2(root, Int32(MNT_DETACH)) }
        let database = folder.appending(path: "whole.sqlite").path
        try FileManager.default.copyItem(atPath: complete, toPath: database)
        let index = [
            products.kernaut, "index", "--kernel", products.kernel, "--scope", "all", "--output", database, "--json",
        ]
        print("the index of everything after an edit, \(products.kernel): median (least … largest) of \(rounds)")
        // Times in the overlay are new to the index.
        _ = try MeasuredProcess.output(of: index)
        for edit in edits {
            var seconds: [Double] = []
            var parsed = 0
            for round in 0..<rounds {
                if let file = edit.file {
                    let handle = try FileHandle(forWritingTo: URL(filePath: "\(root)/\(file)"))
                    try handle.seekToEnd()
                    try handle.write(contentsOf: Data("int kernaut_bench_\(round)(void);\n".utf8))
                    try handle.close()
                }
                let start = ContinuousClock.now
                let answer = try JSONDecoder().decode(Answer.self, from: MeasuredProcess.output(of: index))
                seconds.append(MeasuredProcess.seconds(ContinuousClock.now - start))
                parsed = answer.units.parsed
            }
            let what = edit.file.map { "\($0), which \(parsed) files see" } ?? "nothing"
            print("  after an edit of \(what), s: \(Spread(seconds).text)\(edit.bar)")
        }
    }

    private static let inside = "KERNAUT_BENCH_INSIDE"

    private func runInside() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["--mount", "--propagation", "private", products.own, "updates"]
        process.environment = ProcessInfo.processInfo.environment.merging([Self.inside: "1"]) { $1 }
        try process.run()
        process.waitUntilExit()
        // It has said why.
        if process.terminationStatus != 0 { exit(process.terminationStatus) }
    }
}
