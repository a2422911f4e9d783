import KernelABI
import Scenario
import Simulation

/// The wire type of `simulate --time`. Times are in milliseconds, costs in nanoseconds of processor time.
public struct BombTimeDocument: Encodable, Sendable {
    /// A figure with the ends that the quartiles of the costs give it.
    public struct Figure: Encodable, Sendable {
        /// The lower end.
        public let low: Double
        /// From the medians.
        public let middle: Double
        /// The upper end.
        public let high: Double

        init(_ estimate: Estimate, per unit: Double = 1) {
            low = estimate.low / unit
            middle = estimate.middle / unit
            high = estimate.high / unit
        }
    }

    /// A limit on the bomb's way.
    public struct Limit: Encodable, Sendable {
        /// `pids.max of /box`
        public let name: String
        /// The limit.
        public let limit: UInt64
        /// How many of the bomb's children it has room for.
        public let room: Int
        /// When it is reached; absent where another limit stops the bomb before.
        public let reachedMs: Figure?
    }

    /// What forks cost.
    public struct Costs: Encodable, Sendable {
        /// A fork that is made, to the parent.
        public let madeNs: Figure
        /// The same, to the child before it forks itself.
        public let startedNs: Figure
        /// A fork that is refused.
        public let refusedNs: Figure
        /// How long a process goes on while another one waits.
        public let sliceNs: Figure
    }

    /// Where the costs come from.
    public struct Calibration: Encodable, Sendable {
        /// What `uname -r` printed there.
        public let kernel: String
        /// How many processors there were.
        public let cpus: Int
        /// At most so many forked at the same time.
        public let cpusMeasured: Int
    }

    /// The scenario's name.
    public let name: String
    /// What the prediction is for.
    public let platform: SimulationDocument.Platform
    /// The bomb.
    public let bomb: String
    /// How many processors it has.
    public let cpus: Int
    /// How many children it makes.
    public let made: Int
    /// The limits, from the inside out.
    public let limits: [Limit]
    /// When the first fork is refused.
    public let firstRefusalMs: Figure
    /// The processor time of all of the bomb's processes up to then.
    public let cpuMs: Figure
    /// How many forks are refused in a second from then on.
    public let refusalsPerSecond: Figure
    /// What refuses them.
    public let refusal: SimulationDocument.Decision
    /// What forks cost.
    public let costs: Costs
    /// Where the costs come from.
    public let calibration: Calibration
    /// What the prediction takes for granted.
    public let model: String

    init(_ time: BombTime, on platform: Platform) {
        name = time.bomb.program.name
        self.platform = SimulationDocument.Platform(
            kernel: platform.version.description,
            cgroup: platform.hierarchy.rawValue,
            pidsLocalevents: platform.pidsLocalEvents
        )
        bomb = time.bomb.task.description
        cpus = time.cpus
        made = time.bomb.made
        let reached = Figure(time.firstRefusal_ns, per: 1e6)
        limits = time.bomb.limits.map { limit in
            Limit(
                name: limit.name,
                limit: limit.limit,
                room: limit.room,
                reachedMs: limit.isReached ? reached : nil
            )
        }
        firstRefusalMs = reached
        cpuMs = Figure(time.cpu_ns, per: 1e6)
        refusalsPerSecond = Figure(time.refusalsPerSecond)
        refusal = SimulationDocument.Decision(time.bomb.decision)
        costs = Costs(
            madeNs: Figure(time.made),
            startedNs: Figure(time.started),
            refusedNs: Figure(time.refused),
            sliceNs: Figure(time.slice)
        )
        calibration = Calibration(
            kernel: time.calibration.release,
            cpus: time.calibration.cpus,
            cpusMeasured: time.calibration.mostCPUsMeasured
        )
        model = BombTimeReport.model(time).joined(separator: " ")
    }
}
