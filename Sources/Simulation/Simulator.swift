public import Failure
import KernelABI
import KernelModel
public import Scenario

/// Runs programs on the model.
public enum Simulator {
    /// How much of a bomb a prediction keeps.
    public enum Detail: Hashable, Sendable {
        /// Each fork of each round, as an event. The prediction has a ``Prediction/trace``.
        case events
        /// Each round's counts alone, which is enough for a million processes.
        case rounds
    }

    /// The most processes that a program may make: `PID_MAX_LIMIT`, more than a kernel has pids for.
    public static let mostProcesses = Int(PidsLimit.largest)
    /// The most forks that the bombs of a program may try.
    public static let mostForks = 100_000_000

    /// Predicts what a program does on a platform.
    ///
    /// - Parameters:
    ///   - detail: how much of a bomb is kept.
    ///   - locate: names the place of a step (counted from 0; nil for the world) in an error, such as `file:line`.
    /// - Throws: a `Failure`: `badInput` for a program that contradicts itself, waits for ever or grows beyond all
    ///   bounds, `unavailable` for what the model does not know yet.
    public static func predict(
        _ program: Program,
        on platform: Platform,
        detail: Detail = .events,
        locate: ((Int?) -> String)? = nil
    ) throws(Failure) -> Prediction {
        let locate = locate ?? { step in step.map { "\(program.name), step \($0 + 1)" } ?? program.name }
        try ProgramCheck(program, platform, locate).check()
        var run = Run(program, platform, detail, locate)
        return try run.run()
    }
}
