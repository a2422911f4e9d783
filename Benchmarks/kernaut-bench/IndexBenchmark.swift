import Failure
import Foundation

/// A cold index, against the compiler's plain reading of the same files by as many processes: of the scope `fork`, or of all
/// that the configuration builds with `SCOPE=all`, once, since that takes an hour and more. That index stays in the cache.
/// `EVERY=5` has the compiler read every fifth file only, and counts it five times. `CLANGD=1` has clangd index all of it, too.
struct IndexBenchmark {
    private let products: Products
    private let jobs = 2
    private let isWhole = Products.text("SCOPE") == "all"
    private var scope: String { isWhole ? "all" : "fork" }
    private var rounds: Int { isWhole ? 1 : 3 }
    private let every = max(1, Products.number("EVERY") ?? 1)
    private let hasClangd = Products.number("CLANGD") == 1

    private struct Answer: Decodable {
        var index: String
    }

    init(_ products: Products) { self.products = products }

    func run() throws {
        if hasClangd { try ClangdIndexing.requireProgram() }
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let all = try SyntaxCommands(products, scope: scope).all
        let commands = all.map { ($0.arguments, $0.directory) }
        let cold = folder.appending(path: "cold.sqlite").path
        let read = SyntaxCommands.sample(commands.count / every, of: commands)
        let factor = Double(commands.count) / Double(max(1, read.count))
        let index = [products.kernaut, "index", "--kernel", products.kernel, "--scope", scope, "--jobs", "\(jobs)"]
        let output = isWhole ? [] : ["--output", cold]

        var ours: [MeasuredProcess] = []
        var theirs: [MeasuredProcess] = []
        var clangd: [ClangdIndexing] = []
        for round in 0..<rounds {
            try? FileManager.default.removeItem(atPath: cold)
            ours.append(try MeasuredProcess.run(index + output + ["--fresh"]))
            theirs.append(try MeasuredProcess.run(all: read, jobs: jobs))
            guard hasClangd else { continue }
            let shards = folder.appending(path: "clangd-\(round)")
            clangd.append(try ClangdIndexing.run(all, in: shards, jobs: jobs))
        }
        guard ours.allSatisfy({ $0.status == 0 }), theirs.allSatisfy({ $0.status == 0 }) else {
            throw Failure(.unavailable, "a run failed", remedy: "run 'make kernel' first")
        }
        let answer = try JSONDecoder().decode(
            Answer.self,
            from: MeasuredProcess.output(of: index + output + ["--json"])
        )
        let size = try FileManager.default.attributesOfItem(atPath: answer.index)[.size] as? Int ?? 0
        print(
            "cold index of the scope \(scope), \(commands.count) files, \(jobs) workers: median (least … largest) of \(rounds)"
        )
        print(
            "  kernaut index, s: \(Spread(ours.map(\.wall_s)).text), of the processors \(Spread(ours.map(\.cpu_s)).text)"
        )
        let files = every == 1 ? "the same files" : "\(read.count) of the files, evenly over the tree"
        print(
            "  clang -fsyntax-only, \(files), \(jobs) at once, s: \(Spread(theirs.map(\.wall_s)).text), of the processors \(Spread(theirs.map(\.cpu_s)).text)"
        )
        if every > 1 { print("  for all files, s: \(Spread(theirs.map { $0.wall_s * factor }).text)") }
        MeasuredProcess.printRatios(
            "of clang's",
            ours,
            theirs.map { ($0.wall_s * factor, $0.cpu_s * factor) },
            bar: isWhole ? "0.25" : "0.60"
        )
        if hasClangd {
            let files = try clangd.map { try $0.indexed(all.map(\.file)) }
            print(
                "  clangd's background index, \(jobs) threads, s: \(Spread(clangd.map(\.wall_s)).text), of the processors \(Spread(clangd.map(\.cpu_s)).text)"
            )
            print("    files that it has stored: \(files.map(String.init).joined(separator: ", ")) of \(all.count)")
            MeasuredProcess.printRatios("of clangd's", ours, clangd.map { ($0.wall_s, $0.cpu_s) }, bar: "0.25")
            print("    its greatest process, MiB: \(Spread(clangd.map(\.peak_mib)).text)")
        }
        print("  greatest process, MiB: \(Spread(ours.map(\.peak_mib)).text), bar 1024")
        print("  database, MiB: \(Spread.short(Double(size) / 1_048_576))\(isWhole ? ", bar 250" : "")")
    }
}
