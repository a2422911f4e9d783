import Failure

/// All interleavings of three concurrent forks in a hierarchy of four levels, and of the smaller groups in that scenario.
struct ExplorationBenchmark {
    private let products: Products

    init(_ products: Products) { self.products = products }

    func run() throws {
        let runs = try (0..<6).map { _ in
            try MeasuredProcess.run([products.kernaut, "simulate", "models/race.yaml", "--explore"])
        }
        guard runs.allSatisfy({ $0.status == 0 }) else {
            throw Failure(.unavailable, "models/race.yaml cannot be explored; run this in the source folder")
        }
        print("all interleavings of 3 concurrent forks over 4 levels, whole process: median (least … largest) of 5")
        print("  \(Spread(runs.dropFirst().map { $0.wall_s * 1000 }).text) ms, bar 10000")
        print("  \(Spread(runs.dropFirst().map(\.peak_mib)).text) MiB")
    }
}
