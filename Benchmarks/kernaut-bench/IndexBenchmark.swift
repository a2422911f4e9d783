import Failure
import Foundation

/// A cold index of the scope `fork`, against the compiler's plain reading of the same files by as many processes.
struct IndexBenchmark {
    private let products: Products
    private let jobs = 2
    private let rounds = 3

    init(_ products: Products) { self.products = products }

    func run() throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let commands = try SyntaxCommands(products, scope: "fork").all.map { ($0.arguments, $0.directory) }
        let database = folder.appending(path: "cold.sqlite").path
        let index = [
            products.kernaut, "index", "--kernel", products.kernel, "--fresh", "--jobs", "\(jobs)", "--output",
            database,
        ]

        var ours: [MeasuredProcess] = []
        var theirs: [MeasuredProcess] = []
        for _ in 0..<rounds {
            try? FileManager.default.removeItem(atPath: database)
            ours.append(try MeasuredProcess.run(index))
            theirs.append(try MeasuredProcess.run(all: commands, jobs: jobs))
        }
        guard ours.allSatisfy({ $0.status == 0 }), theirs.allSatisfy({ $0.status == 0 }) else {
            throw Failure(.unavailable, "a run failed", remedy: "run 'make kernel' first")
        }
        let ratios = zip(ours, theirs).map { $0.wall_s / $1.wall_s }
        let size = try FileManager.default.attributesOfItem(atPath: database)[.size] as? Int ?? 0
        print(
            "cold index of the scope fork, \(commands.count) files, \(jobs) workers: median (least … largest) of \(rounds)"
        )
        print("  kernaut index, s: \(Spread(ours.map(\.wall_s)).text)")
        print("  clang -fsyntax-only, the same files, \(jobs) at once, s: \(Spread(theirs.map(\.wall_s)).text)")
        print("  ratio: \(Spread.short(Spread(ratios).median, decimals: 2)), bar 0.60")
        print("  database: \(Spread.short(Double(size) / 1_048_576)) MiB")
    }
}
