import Failure
import Foundation
import KernelIndex

/// An index of a sample of everything that the configuration builds, against the compiler's plain reading of the same
/// files and against clangd's background index of them, by as many processes or threads, in turns. `SAMPLE` says how many
/// files; without it there is none, as it takes minutes.
///
/// What the two indexes say of the files is compared, too; `DIFFERENCES` names a file that all differences are written to.
struct SampleBenchmark {
    private typealias Command = (file: String, arguments: [String], directory: String)

    private let products: Products
    private let jobs = 2
    private let rounds = Products.number("ROUNDS") ?? 3

    init(_ products: Products) { self.products = products }

    func run() throws {
        guard let size = Products.number("SAMPLE"), size > 0 else { return }
        try ClangdIndexing.requireProgram()
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let all = try SyntaxCommands(products, scope: "all").all
        let sample = SyntaxCommands.sample(size, of: all)
        let count = sample.count
        let list = folder.appending(path: "files").path
        try SyntaxCommands.write(sample.map(\.file), to: list)
        let database = folder.appending(path: "sample.sqlite").path
        let index = [
            products.kernaut, "index", "--kernel", products.kernel, "--scope", "all", "--files", list, "--fresh",
            "--jobs", "\(jobs)", "--output", database,
        ]
        var ours: [MeasuredProcess] = []
        var plain: [MeasuredProcess] = []
        var clangd: [ClangdIndexing] = []
        let shards = folder.appending(path: "clangd")
        for _ in 0..<rounds {
            try? FileManager.default.removeItem(atPath: database)
            ours.append(try MeasuredProcess.run(index))
            plain.append(try MeasuredProcess.run(all: sample.map { ($0.arguments, $0.directory) }, jobs: jobs))
            clangd.append(try ClangdIndexing.run(sample, in: shards, jobs: jobs))
        }
        print("index of \(count) of \(all.count) files, \(jobs) workers: median (least … largest) of \(rounds)")
        print("  kernaut index, the shared headers included, s: \(Spread(ours.map(\.wall_s)).text)")
        print("  clang -fsyntax-only, the same files, \(jobs) at once, s: \(Spread(plain.map(\.wall_s)).text)")
        print("  clangd's background index of them, \(jobs) threads, s: \(Spread(clangd.map(\.wall_s)).text)")
        MeasuredProcess.printRatios(
            "of clang's",
            ours,
            plain.map { ($0.wall_s, $0.cpu_s) },
            bar: "0.25, of the whole kernel"
        )
        MeasuredProcess.printRatios("of clangd's", ours, clangd.map { ($0.wall_s, $0.cpu_s) }, bar: "0.25")
        print("  greatest process, MiB: \(Spread(ours.map(\.peak_mib)).text), bar 1024")
        print("  clangd, MiB: \(Spread(clangd.map(\.peak_mib)).text)")
        let bytes = try FileManager.default.attributesOfItem(atPath: database)[.size] as? Int ?? 0
        print("  database, MiB: \(Spread.short(Double(bytes) / 1_048_576))")
        try compare(try IndexStore.open(database), sample, clangd[rounds - 1].shards)
    }

    private func compare(_ store: IndexStore, _ sample: [Command], _ shards: URL) throws {
        let root = store.about.sourceRoot
        let files = Set(
            sample.filter { $0.file.hasPrefix(root + "/") }.map { String($0.file.dropFirst(root.count + 1)) }
        )
        let comparison = try ReferenceComparison(store, root: root + "/", shards: shards, files: files)
        print("uses of names in these files, as kernaut and clangd have them")
        print("  in both: \(comparison.common), bar 10000")
        for (who, uses) in [("clangd", comparison.onlyTheirs), ("kernaut", comparison.onlyOurs)] {
            print("  \(who) alone: \(uses.count)\(uses.isEmpty ? "" : ": \(ReferenceComparison.counts(uses))")")
        }
        guard let path = Products.text("DIFFERENCES") else { return }
        let lines =
            comparison.onlyTheirs.map { "clangd \($0.kind) \($0.use.text)" }
            + comparison.onlyOurs.map { "kernaut \($0.kind) \($0.use.text)" }
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
