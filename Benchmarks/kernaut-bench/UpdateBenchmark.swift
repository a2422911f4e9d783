import Failure
import Foundation
import KernelIndex

/// How long it takes until the index of everything knows of an edit: of one `.c` file, of a header that twenty files see,
/// and of nothing. `WHOLE` names such an index; without it there is none.
///
/// The files are spread over the tree by their size, the headers over all that twenty files see; of each, the first edit
/// counts apart from the second, and from the next ones, for which a prefix of the file's own may be there. One of the heaviest
/// file systems stands beside them.
///
/// The files are edited in an overlay over the source that this process alone sees, and so is the index, with what a new one has
/// left for its first edits: it runs itself once more, in a mount namespace of its own.
struct UpdateBenchmark {
    private struct Answer: Decodable {
        struct Units: Decodable { var parsed: Int }
        var units: Units
    }

    private let products: Products
    /// How often a file is edited again.
    private let rounds = 3
    private static let heavy = (file: "fs/ext4/inode.c", header: "fs/ext4/ext4_jbd2.h")
    private static let count = 5

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
        let place = URL(filePath: complete).resolvingSymlinksInPath().deletingLastPathComponent().path
        for (name, covered) in [("source", root), ("index", place)] {
            for part in ["changes", "work"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: name).appending(path: part),
                    withIntermediateDirectories: true
                )
            }
            let upper = "\(folder.path)/\(name)"
            let options = "lowerdir=\(covered),upperdir=\(upper)/changes,workdir=\(upper)/work"
            guard mount("overlay", covered, "overlay", 0, options) == 0 else {
                throw Failure(
                    .unavailable,
                    "cannot put an overlay over \(covered): \(String(cString: strerror(errno)))"
                )
            }
        }
        defer { for covered in [root, place] { umount2(covered, Int32(MNT_DETACH)) } }
        let index = [
            products.kernaut, "index", "--kernel", products.kernel, "--scope", "all", "--output", complete, "--json",
        ]
        // Times in the overlay are new to the index.
        _ = try MeasuredProcess.output(of: index)
        print("the index of everything after an edit, \(products.kernel): median (least … largest)")
        func update() throws -> (seconds: Double, parsed: Int) {
            let start = ContinuousClock.now
            let answer = try JSONDecoder().decode(Answer.self, from: MeasuredProcess.output(of: index))
            return (MeasuredProcess.seconds(ContinuousClock.now - start), answer.units.parsed)
        }
        print("  nothing, s: \(Spread(try (0...rounds).map { _ in try update().seconds }).text)")
        func measure(_ files: [String], _ what: String, bar: String) throws {
            var seconds = Array(repeating: [Double](), count: 3)
            var parsed: [Int] = []
            for file in files {
                for round in 0...rounds {
                    try append("int kernaut_bench_\(round)(void);\n", to: "\(root)/\(file)")
                    let (time, count) = try update()
                    seconds[min(round, 2)].append(time)
                    if round == 0 { parsed.append(count) }
                }
            }
            let seen =
                "\(what): \(files.joined(separator: ", ")); parsed \(parsed.map(String.init).joined(separator: ", "))"
            print("  \(seen)")
            for (edit, seconds) in zip(["the first edit", "the second", "the next ones"], seconds) {
                print("    \(edit), s: \(Spread(seconds).text)\(bar)")
            }
        }
        let units = try store.unitsOfFiles()
        try measure(files(of: units, below: root), "files", bar: ", bar 1")
        try measure([Self.heavy.file], "a heavy file", bar: ", bar 1")
        try measure(headers(of: units, below: root), "headers", bar: ", bar 5")
        try measure([Self.heavy.header], "a heavy header", bar: ", bar 5")
    }

    /// Files of the tree from the smaller to the greater: those in the middle of five equal parts.
    private func files(of units: [String: Set<Int64>], below root: String) -> [String] {
        let sizes = units.keys.filter { $0.hasSuffix(".c") && units[$0]!.count == 1 }.compactMap {
            file -> (String, Int)? in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(file)")
            return (attributes?[.size] as? Int).map { (file, $0) }
        }
        return Self.middles(of: sizes.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0))
    }

    /// Headers that twenty files see, from one end of the tree to the other.
    private func headers(of units: [String: Set<Int64>], below root: String) -> [String] {
        Self.middles(
            of: units.filter { $0.key.hasSuffix(".h") && $0.value.count == 20 }.keys.sorted().filter {
                FileManager.default.fileExists(atPath: "\(root)/\($0)")
            }
        )
    }

    private static func middles(of files: [String]) -> [String] {
        guard files.count > count else { return files }
        return (0..<count).map { files[(2 * $0 + 1) * files.count / (2 * count)] }
    }

    private func append(_ line: String, to path: String) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(line.utf8))
        try handle.close()
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
