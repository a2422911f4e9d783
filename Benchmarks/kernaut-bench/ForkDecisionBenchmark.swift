import Failure
import Glibc
import KernelABI
import Scenario
import ScenarioYAML
import Simulation

/// How many forks the model decides in a second: in this process and on one processor, with everything that belongs to a
/// prediction, new memory among it.
struct ForkDecisionBenchmark {
    private let rounds = 5

    func run() throws {
        print("fork decisions in four levels, one processor, million a second: median (least … largest) of \(rounds)")
        for (file, what) in [
            ("models/ceiling.yaml", "4,194,304 processes, one limit that refuses"),
            ("models/all-limits.yaml", "1,000,000 of a user, a limit of every kind"),
        ] {
            let bomb = ModelledBomb(try ScenarioFile(path: file).program)
            let runs = try (0...rounds).map { _ in try bomb.predict() }
            print("  \(what): \(Spread(runs.dropFirst().map { $0.decisions / $0.cpu_ns * 1e3 }).text), bar 20")
        }
    }
}

/// A bomb in the model, and the processor time that predicting it takes.
struct ModelledBomb {
    /// What came of it.
    struct Run {
        var made: Double
        var refused: Double
        /// The processor time of the prediction, in nanoseconds.
        var cpu_ns: Double

        var decisions: Double { made + refused }
    }

    private let program: Program

    init(_ program: Program) { self.program = program }

    func predict() throws -> Run {
        let start = ModelledBomb.processorTime_ns()
        let prediction = try Simulator.predict(
            program,
            on: Platform(version: KernelVersion(6, 1), hierarchy: .v2),
            detail: .rounds
        )
        let cpu_ns = ModelledBomb.processorTime_ns() - start
        return Run(
            made: Double(prediction.moments.reduce(0) { $0 + $1.made }),
            refused: Double(prediction.moments.reduce(0) { $0 + $1.refused }),
            cpu_ns: cpu_ns
        )
    }

    private static func processorTime_ns() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
