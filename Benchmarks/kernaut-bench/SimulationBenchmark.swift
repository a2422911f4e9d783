import Failure

/// A fork bomb to a million tasks in a hierarchy of four levels.
struct SimulationBenchmark {
    private let products: Products

    init(_ products: Products) { self.products = products }

    func run() throws {
        let runs = try (0..<6).map { _ in
            try MeasuredProcess.run([products.kernaut, "simulate", "models/million.yaml"])
        }
        guard runs.allSatisfy({ $0.status == 0 }) else {
            throw Failure(.unavailable, "models/million.yaml cannot be simulated; run this in the source folder")
        }
        print("simulation of 1,000,000 tasks in four levels, whole process: median (least … largest) of 5")
        print("  \(Spread(runs.dropFirst().map { $0.wall_s * 1000 }).text) ms, bar 1000")
        print("  \(Spread(runs.dropFirst().map(\.peak_mib)).text) MiB, bar 200")
    }
}
