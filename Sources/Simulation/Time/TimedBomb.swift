public import Failure
import KernelABI
public import Scenario

/// The one bomb of a scenario, where it starts and what stops it: what a prediction of its time is about.
///
/// What comes after the bomb in the scenario is not looked at, and neither is its number of rounds.
public struct TimedBomb: Hashable, Sendable {
    /// A limit that counts the bomb's processes.
    public struct Limit: Hashable, Sendable {
        /// `pids.max of /box`, `RLIMIT_NPROC of alice`
        public var name: String
        /// The limit.
        public var limit: UInt64
        /// How many of the bomb's children it has room for.
        public var room: Int
        /// The bomb fills it; else another limit stops the bomb before.
        public var isReached: Bool
    }

    /// The program up to the bomb, which goes on until everything is refused.
    public let program: Program
    /// The bomb.
    public let task: TaskName
    /// How many children it can make.
    public let made: Int
    /// Why the next one is refused.
    public let decision: Decision
    /// What a refusal's cost depends on.
    public let refusal: ForkSamples.Kind
    /// The limits on the bomb's way, from the inside out.
    public let limits: [Limit]
    /// The counters before the bomb, and after a round in which all was refused.
    public let before: Snapshot
    /// See ``before``.
    public let after: Snapshot
    /// How many forks were refused from the first refusal up to ``after``.
    public let refused: Int

    /// From one process, more rounds than these make more processes than there are pids.
    private static let rounds = 24

    /// Finds the bomb of a program and what stops it.
    ///
    /// - Throws: a `Failure`: `badInput` where the program has not just one bomb, or nothing stops it; `unavailable` for a
    ///   bomb of whose time there is no model.
    public init(
        _ program: Program,
        on platform: Platform,
        locate: @escaping (Int?) -> String
    ) throws(Failure) {
        let bombs = program.steps.indices.filter { if case .bomb = program.steps[$0].action { true } else { false } }
        guard bombs.count == 1, let index = bombs.first,
            case .bomb(let task, _, let workload) = program.steps[index].action
        else {
            throw Failure(
                .badInput,
                "--time is about one bomb, and the scenario has \(bombs.isEmpty ? "none" : "\(bombs.count)")",
                at: locate(bombs.dropFirst().first),
                remedy: "give a scenario with one step 'bomb'"
            )
        }
        guard workload == .binary else {
            throw Failure(
                .unavailable,
                "there is a model of time only for a bomb whose processes do nothing but fork",
                at: locate(index),
                remedy: "leave out the bomb's workload"
            )
        }
        var upTo = program
        upTo.steps = Array(program.steps[...index])
        upTo.steps[index].action = .bomb(task, rounds: TimedBomb.rounds)
        let prediction = try Simulator.predict(upTo, on: platform, detail: .rounds, locate: locate)
        guard let first = prediction.moments.firstIndex(where: { $0.step == index && $0.round != nil }), first > 0,
            let last = prediction.moments.last
        else { preconditionFailure("a bomb has rounds, and a state before them") }
        guard let decision = last.refusals.max(by: { $0.count < $1.count })?.decision else {
            throw Failure(.badInput, "nothing stops the bomb: \(task) does not live, or forks once", at: locate(index))
        }
        self.program = upTo
        self.task = task
        self.decision = decision
        before = prediction.moments[first - 1].snapshot
        after = last.snapshot
        let path = TimedBomb.growing(before, after) ?? TimedBomb.cgroup(of: task, in: upTo)
        refusal = try TimedBomb.kind(of: decision, in: path, at: locate(index))
        made = prediction.moments[first...].reduce(0) { $0 + $1.made }
        refused = prediction.moments[first...].reduce(0) { $0 + $1.refused }
        limits = TimedBomb.limits(of: path, before, made: made, decision)
    }

    private static func kind(
        of decision: Decision,
        in path: CgroupPath,
        at place: String
    ) throws(Failure) -> ForkSamples.Kind {
        switch (decision.knob, decision.level) {
        case ("pids.max", .cgroup(let level)):
            return .refusedByPidsMax(level: max(1, path.components.count - level.components.count + 1))
        case ("RLIMIT_NPROC", _): return .refusedByNproc
        default:
            throw Failure(
                .unavailable,
                "what such a refusal costs is not measured: \(decision.summary)",
                at: place,
                remedy: "give a scenario whose bomb is stopped by pids.max or RLIMIT_NPROC"
            )
        }
    }

    /// The innermost cgroup that the bomb's children were charged to; nil where it made none.
    private static func growing(_ before: Snapshot, _ after: Snapshot) -> CgroupPath? {
        zip(before.cgroups, after.cgroups).filter { $1.current > $0.current }.map(\.1.path)
            .max { $0.components.count < $1.components.count }
    }

    /// Where the task is when the program's last step begins, if every move before it went well.
    private static func cgroup(of task: TaskName, in program: Program) -> CgroupPath {
        var places: [TaskName: CgroupPath] = [:]
        for setup in program.world.tasks { places[setup.name] = setup.cgroup }
        for step in program.steps {
            switch step.action {
            case .fork(let parent, let child), .vfork(let parent, let child), .clone(let parent, _, let child):
                places[child] = places[parent]
            case .clone3(let parent, _, let into, let child): places[child] = into?.path ?? places[parent]
            case .attach(let moved, let path), .attachThread(let moved, let path):
                if places[moved] != nil { places[moved] = path }
            default: break
            }
        }
        return places[task] ?? .root
    }

    private static func limits(
        of path: CgroupPath,
        _ before: Snapshot,
        made: Int,
        _ decision: Decision
    ) -> [Limit] {
        var limits: [Limit] = []
        var level: CgroupPath? = path
        while let current = level {
            if let counters = before.cgroups.first(where: { $0.path == current }),
                case .limited(let limit) = counters.max
            {
                let room = Int(max(0, limit - counters.current))
                limits.append(
                    Limit(
                        name: "pids.max of \(current)",
                        limit: UInt64(limit),
                        room: room,
                        isReached: room <= made
                    )
                )
            }
            level = current.parent
        }
        if decision.knob == "RLIMIT_NPROC", let limit = decision.limit {
            let name = if case .user(let user) = decision.level { "RLIMIT_NPROC of \(user)" } else { "RLIMIT_NPROC" }
            limits.append(Limit(name: name, limit: limit, room: made, isReached: true))
        }
        return limits
    }
}
