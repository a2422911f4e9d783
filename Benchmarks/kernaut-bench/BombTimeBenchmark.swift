import Failure
import Foundation

/// When a real bomb comes to its limit and how many forks are refused then, predicted over observed.
struct BombTimeBenchmark {
    private struct Document: Decodable {
        struct Figure: Decodable {
            var ratio: Double?
        }

        var firstRefusalNs: Figure
        var cpuNs: Figure
        var refusalsPerSecond: Figure
        var refusedNs: Figure
        var cpusAfterRefusal: Double?
    }

    private let products: Products
    private let rounds = 5

    init(_ products: Products) { self.products = products }

    func run() throws {
        guard geteuid() == 0 else {
            print("free-running bombs, predicted / observed: not measured, since that needs root")
            return
        }
        // The costs are measured now, and not those that the cache has.
        let home = FileManager.default.temporaryDirectory.appending(path: "kernaut-bench-\(getpid())")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        _ = try output(of: ["calibrate", "--json"], home)
        print("free-running bombs, predicted / observed: median (least … largest) of \(rounds)")
        for limit in [10, 1000] {
            let program = "program \"bomb\"\ncgroup /box max \(limit)\ntask bomb in /box as root\nbomb: bomb(1)\nend\n"
            let file = home.appending(path: "bomb-\(limit)").path
            try Data(program.utf8).write(to: URL(filePath: file))
            let runs = try (0..<rounds).map { _ in
                let text = try output(of: ["verify", "host", file, "--time", "--json"], home)
                return try JSONDecoder().decode(Document.self, from: text)
            }
            print("  pids.max \(limit)")
            line("time to the first refusal", runs.compactMap(\.firstRefusalNs.ratio))
            line("processor time to the first refusal", runs.compactMap(\.cpuNs.ratio))
            line("refused forks a second", runs.compactMap(\.refusalsPerSecond.ratio))
            line("processor time of a refused fork", runs.compactMap(\.refusedNs.ratio))
            line("(processors that the bomb had, on average)", runs.compactMap(\.cpusAfterRefusal))
        }
    }

    private func line(_ what: String, _ figures: [Double]) {
        guard !figures.isEmpty else { return print("    \(what): nothing was refused") }
        let spread = Spread(figures)
        let texts = [spread.median, spread.least, spread.largest].map { Spread.short($0, decimals: 2) }
        print("    \(what): \(texts[0]) (\(texts[1]) … \(texts[2]))")
    }

    private func output(of arguments: [String], _ home: URL) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: products.kernaut)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["KERNAUT_HOME": home.path]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(.unavailable, "'kernaut \(arguments.joined(separator: " "))' fails")
        }
        return bytes
    }
}
