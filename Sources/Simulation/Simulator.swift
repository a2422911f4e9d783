public import Failure
public import KernelABI
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

    /// How far a program may go.
    public struct Bounds: Hashable, Sendable {
        /// The most processes that it may make in all.
        public var processes: Int
        /// The most forks that its bombs may try.
        public var forks: Int
        /// The most forks of bombs that are kept one by one (``Detail/events``): each takes some hundred bytes.
        public var events: Int

        /// Makes bounds; without arguments, `PID_MAX_LIMIT` processes, for which no kernel has pids, and as many forks as
        /// take seconds.
        public init(
            processes: Int = Int(PidsLimit.largest),
            forks: Int = 100_000_000,
            events: Int = 1_000_000
        ) {
            self.processes = processes
            self.forks = forks
            self.events = events
        }
    }

    /// Predicts what a program does on a platform.
    ///
    /// - Parameters:
    ///   - detail: how much of a bomb is kept.
    ///   - bounds: where a program that grows without end is given up.
    ///   - observed: what was seen. Where the kernel leaves an outcome open and the observed one is among those that are
    ///     allowed, the prediction goes on from it.
    ///   - locate: names the place of a step (counted from 0; nil for the world) in an error, such as `file:line`.
    /// - Throws: a `Failure`: `badInput` for a program that contradicts itself, waits for ever or grows beyond all
    ///   bounds, `unavailable` for what the model does not know yet.
    public static func predict(
        _ program: Program,
        on platform: Platform,
        detail: Detail = .events,
        bounds: Bounds = Bounds(),
        following observed: Trace? = nil,
        locate: ((Int?) -> String)? = nil
    ) throws(Failure) -> Prediction {
        let locate = locate ?? place(in: program)
        try ProgramCheck(program, locate).check()
        var run = Run(program, platform, detail, bounds, observed, locate)
        return try run.run()
    }

    /// The functions of controllers that a program has the kernel call, its world's making included, in the kernel's order:
    /// `cpuset_can_fork`, `pids_can_fork`…
    ///
    /// - Throws: as ``predict(_:on:detail:bounds:following:locate:)``.
    public static func callbacks(of program: Program, on platform: Platform) throws(Failure) -> [String] {
        let locate = place(in: program)
        try ProgramCheck(program, locate).check()
        var run = Run(program, platform, .rounds, Bounds(), nil, locate, keepsCallbacks: true)
        _ = try run.run()
        return run.kernel.takeCallbacks()
    }

    /// How a step is named in an error where nobody else names it.
    private static func place(in program: Program) -> (Int?) -> String {
        { step in step.map { "\(program.name), step \($0 + 1)" } ?? program.name }
    }
}
