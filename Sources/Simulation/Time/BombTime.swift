public import Failure
import Scenario

/// When a bomb comes to its limit, and how many forks are refused afterwards.
public struct BombTime: Hashable, Sendable {
    /// The bomb.
    public let bomb: TimedBomb
    /// What the costs are taken from.
    public let calibration: Calibration
    /// How many processors the bomb has.
    public let cpus: Int
    /// What one fork costs with so many processors, in nanoseconds.
    public let made: Estimate
    /// What a child's beginning costs, in nanoseconds.
    public let started: Estimate
    /// What a refused fork costs, in nanoseconds.
    public let refused: Estimate
    /// How long a process goes on while others wait, in nanoseconds.
    public let slice: Estimate
    /// From the bomb's beginning to its first refused fork, in nanoseconds.
    public let firstRefusal_ns: Estimate
    /// The processor time of all of its processes up to then, in nanoseconds.
    public let cpu_ns: Estimate
    /// How many forks are refused in a second afterwards.
    public let refusalsPerSecond: Estimate

    /// Predicts the time of a bomb on so many processors.
    ///
    /// - Throws: `Failure` with `badInput` where the calibration lacks a cost.
    public init(_ bomb: TimedBomb, calibration: Calibration, cpus: Int) throws(Failure) {
        guard let made = calibration.cost(.made, cpus: cpus), let started = calibration.cost(.started, cpus: cpus),
            let slice = calibration.cost(.slice, cpus: 1),
            let refused = calibration.refusal(bomb.refusal, cpus: cpus)
        else {
            throw Failure(
                .badInput,
                "the calibration has no cost \(bomb.refusal.word)",
                remedy: "measure again with 'kernaut calibrate'"
            )
        }
        self.bomb = bomb
        self.calibration = calibration
        self.cpus = cpus
        self.made = made
        self.started = started
        self.refused = refused
        self.slice = slice
        func clock(_ end: KeyPath<Estimate, Double>) -> BombClock {
            BombClock(
                costs: BombClock.Costs(
                    made: made[keyPath: end],
                    started: started[keyPath: end],
                    refused: refused[keyPath: end],
                    slice: slice.middle
                ),
                cpus: cpus
            )
        }
        let (low, middle, high) = (clock(\.low), clock(\.middle), clock(\.high))
        let courses = [low, middle, high].map { $0.run(room: bomb.made) }
        firstRefusal_ns = Estimate(
            low: courses[0].firstRefusal_ns,
            middle: courses[1].firstRefusal_ns,
            high: courses[2].firstRefusal_ns
        )
        cpu_ns = Estimate(low: courses[0].cpu_ns, middle: courses[1].cpu_ns, high: courses[2].cpu_ns)
        refusalsPerSecond = Estimate(
            low: high.refusalsPerSecond,
            middle: middle.refusalsPerSecond,
            high: low.refusalsPerSecond
        )
    }
}
