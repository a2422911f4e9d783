import Failure
import Foundation
import Scenario

/// When a real bomb comes to its limit and how many forks are refused then, predicted over observed; and what the same forks
/// cost in the model.
struct BombTimeBenchmark {
    private struct Document: Decodable {
        struct Figure: Decodable {
            var ratio: Double?
            var observed: Double?
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
        let home = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(home) }
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
        try compareWithModel(home)
    }

    /// A bomb below four cgroups, of which the third refuses: made forks and refused ones, each by its processor time.
    private func compareWithModel(_ home: URL) throws {
        let limit = 1000
        func program(rounds: Int) -> String {
            """
            program "bomb"
            cgroup /pod max max
            cgroup /pod/node max max
            cgroup /pod/node/app max \(limit)
            cgroup /pod/node/app/container max max
            task bomb in /pod/node/app/container as root
            bomb: bomb(\(rounds))
            end

            """
        }
        let file = home.appending(path: "bomb-of-four-levels").path
        // It forks freely here, whatever its rounds.
        try Data(program(rounds: 1).utf8).write(to: URL(filePath: file))
        let runs = try (0..<rounds).map { _ in
            let text = try output(of: ["verify", "host", file, "--time", "--json"], home)
            return try JSONDecoder().decode(Document.self, from: text)
        }
        let made = runs.compactMap { $0.cpuNs.observed.map { $0 / Double(limit - 1) } }
        let refused = runs.compactMap(\.refusedNs.observed)
        guard !made.isEmpty, !refused.isEmpty else { return print("  no fork of the host's bomb was refused") }
        let host = (made: Spread(made).median, refused: Spread(refused).median)
        let bomb = ModelledBomb(try Program(text: program(rounds: 14)))
        // A prediction takes less than a millisecond: some hundred are taken together.
        let ratios = try (0..<rounds).map { _ in
            let all = try (0..<300).map { _ in try bomb.predict() }
            let cpu_ns = all.reduce(0) { $0 + $1.cpu_ns }
            return all.reduce(0) { $0 + $1.made * host.made + $1.refused * host.refused } / cpu_ns
        }
        print("a bomb of \(limit) in four levels on this host, by its processor time")
        print("  a fork that is made: \(Spread.short(host.made / 1000)) µs, one that is refused: ", terminator: "")
        print("\(Spread.short(host.refused / 1000)) µs")
        print("  the same forks on the host / in the model: \(Spread(ratios).text)")
    }

    private func line(_ what: String, _ figures: [Double]) {
        guard !figures.isEmpty else { return print("    \(what): nothing was refused") }
        let spread = Spread(figures)
        let texts = [spread.median, spread.least, spread.largest].map { Spread.short($0, decimals: 2) }
        print("    \(what): \(texts[0]) (\(texts[1]) … \(texts[2]))")
    }

    private func output(of arguments: [String], _ home: URL) throws -> Data {
        try MeasuredProcess.output(of: [products.kernaut] + arguments, ["KERNAUT_HOME": home.path])
    }
}
