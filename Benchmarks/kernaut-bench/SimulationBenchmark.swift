import Failure

/// Fork bombs in a hierarchy of four levels: to a million tasks, and to as many as the kernel can have at all.
struct SimulationBenchmark {
    private let products: Products

    init(_ products: Products) { self.products = products }

    func run() throws {
        let million = try runs("models/million.yaml")
        print("simulation of 1,000,000 tasks in four levels, whole process: median (least … largest) of 5")
        print("  \(Spread(million.map { $0.wall_s * 1000 }).text) ms, bar 1000")
        print("  \(Spread(million.map(\.peak_mib)).text) MiB, bar 200")

        let ceiling = try runs("models/ceiling.yaml")
        let few = try runs("models/fork-bomb.yaml")
        // What a run takes that makes a dozen tasks is there for any number of them.
        let fixed_mib = Spread(few.map(\.peak_mib)).median
        let bytes = ceiling.map { ($0.peak_mib - fixed_mib) * 1_048_576 / 4_194_304 }
        print("simulation of 4,194,304 tasks in four levels, whole process: median (least … largest) of 5")
        print("  \(Spread(ceiling.map { $0.wall_s * 1000 }).text) ms, bar 1000")
        print("  in processor time: \(Spread(ceiling.map { $0.cpu_s * 1000 }).text) ms")
        print("  \(Spread(bytes).text) bytes a task beyond a run of a dozen, bar 32")
    }

    private func runs(_ model: String) throws -> [MeasuredProcess] {
        let runs = try (0..<6).map { _ in try MeasuredProcess.run([products.kernaut, "simulate", model]) }
        guard runs.allSatisfy({ $0.status == 0 }) else {
            throw Failure(.unavailable, "\(model) cannot be simulated; run this in the source folder")
        }
        return Array(runs.dropFirst())
    }
}
