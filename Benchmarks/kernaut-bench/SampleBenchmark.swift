import Failure
import Foundation

/// An index of a sample of everything that the configuration builds, against the compiler's plain reading of the same
/// files by as many processes, in turns. `SAMPLE` says how many files; without it there is none, as it takes minutes.
struct SampleBenchmark {
    private let products: Products
    private let jobs = 2
    private let rounds = 3

    init(_ products: Products) { self.products = products }

    func run() throws {
        guard let size = getenv("SAMPLE").flatMap({ Int(String(cString: $0)) }), size > 0 else { return }
        let folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Evenly over the tree, which the commands are in the order of.
        let all = try SyntaxCommands(products, scope: "all").all
        let count = min(size, all.count)
        let sample = (0..<count).map { all[$0 * all.count / count] }
        let list = folder.appending(path: "files").path
        try sample.map(\.file).joined(separator: "\n").write(toFile: list, atomically: false, encoding: .utf8)
        let database = folder.appending(path: "sample.sqlite").path
        let index = [
            products.kernaut, "index", "--kernel", products.kernel, "--scope", "all", "--files", list, "--fresh",
            "--jobs",
            "\(jobs)", "--output", database,
        ]
        var ours: [MeasuredProcess] = []
        var theirs: [MeasuredProcess] = []
        for _ in 0..<rounds {
            try? FileManager.default.removeItem(atPath: database)
            ours.append(try MeasuredProcess.run(index))
            theirs.append(
                try MeasuredProcess.run(all: sample.map { ($0.arguments, $0.directory) }, jobs: jobs)
            )
        }
        let size_bytes = try FileManager.default.attributesOfItem(atPath: database)[.size] as? Int ?? 0
        print("index of \(count) of \(all.count) files, \(jobs) workers: median (least … largest) of \(rounds)")
        print("  kernaut index, the shared headers included, s: \(Spread(ours.map(\.wall_s)).text)")
        print("  clang -fsyntax-only, the same files, \(jobs) at once, s: \(Spread(theirs.map(\.wall_s)).text)")
        let wall = Spread(zip(ours, theirs).map { $0.wall_s / $1.wall_s })
        let cpu = Spread(zip(ours, theirs).map { $0.cpu_s / $1.cpu_s })
        print(
            "  ratio: \(Spread.short(wall.median, decimals: 2)), of processor time \(Spread.short(cpu.median, decimals: 2)), bar 0.25"
        )
        print("  greatest process, MiB: \(Spread(ours.map(\.peak_mib)).text), bar 1024")
        print("  database, MiB: \(Spread.short(Double(size_bytes) / 1_048_576))")
    }
}
