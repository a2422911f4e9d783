import Failure
import KernelABI
import KernelModel
import Scenario

/// A program on its way through the model.
struct Run {
    let program: Program
    private let platform: Platform
    let detail: Simulator.Detail
    let bounds: Simulator.Bounds
    let locate: (Int?) -> String

    var kernel: Kernel
    var names: TaskNames
    private let cgroupPaths: [CgroupPath]
    /// The cgroups that are there.
    private var cgroups: [CgroupPath: CgroupID] = [:]
    /// All that ever were.
    private(set) var paths: [CgroupID: CgroupPath] = [:]
    /// What was observed, for a prediction that follows it where the kernel leaves an outcome open.
    let observed: Trace?
    var namespaces = NamespaceNumbers()
    var files = FileNumbers()
    private(set) var users: [UserID: ScenarioUser] = [.initUser: .root]
    var moments: [Moment] = []
    /// Who lived after the last moment, and how many tasks there were then.
    private var knownLiving: [TaskID] = []
    private var seenTasks = 1
    /// Whose clone with `CLONE_VFORK` has come back in this step. Whoever is frozen by then cannot come back: that is bad input.
    private var returned: [TaskID] = []
    /// Forks that bombs have tried so far.
    var bombForks = 0

    /// Makes the world. The program must have passed its checks.
    init(
        _ program: Program,
        _ platform: Platform,
        _ detail: Simulator.Detail,
        _ bounds: Simulator.Bounds,
        _ observed: Trace?,
        _ locate: @escaping (Int?) -> String,
        keepsCallbacks: Bool = false
    ) {
        self.program = program
        cgroupPaths = program.cgroupPaths
        self.platform = platform
        self.detail = detail
        self.bounds = bounds
        self.observed = observed
        self.locate = locate
        names = TaskNames(areAskedOften: detail == .events)
        kernel = Kernel(
            configuration: KernelConfiguration(
                version: platform.version,
                unified: platform.hierarchy == .v2,
                pidsLocalEvents: platform.pidsLocalEvents
            ),
            names: NewUtsname(nodename: World.initialNodename, release: platform.version.description)
        )
        kernel.chargeFirstUTSNamespace()
        kernel.keepsCallbacks = keepsCallbacks
        makeCgroups()
        for task in program.world.tasks { make(task) }
    }

    /// What the program's root is called in the model's hierarchy.
    static let rootName = "kernaut"

    private mutating func makeCgroups() {
        let isThreaded = program.world.cgroupType == .threaded
        enter(.root, kernel.makeCgroup(name: Run.rootName, in: Kernel.rootCgroup, isThreaded: isThreaded))
        for setup in program.world.cgroups {
            if let parent = setup.path.parent, let name = setup.path.components.last, let above = cgroups[parent] {
                enter(setup.path, kernel.makeCgroup(name: String(name), in: above, isThreaded: isThreaded))
            }
            if let made = cgroup(setup.path) { kernel.setPidsMax(made, setup.pidsMax) }
        }
    }

    mutating func enter(_ path: CgroupPath, _ id: CgroupID) {
        cgroups[path] = id
        paths[id] = path
    }

    mutating func leave(_ path: CgroupPath) { cgroups[path] = nil }

    /// The harness forks, moves the child, sets its limit, and makes it another user's, in this order.
    private mutating func make(_ setup: TaskSetup) {
        guard let task = kernel.clone(Kernel.initTask).value else {
            preconditionFailure("the harness is outside of every limit")
        }
        names.give(setup.name, to: task)
        guard let cgroup = cgroup(setup.cgroup) else {
            preconditionFailure("the program was checked for unknown cgroups")
        }
        _ = kernel.attach(task, to: cgroup)
        if let nproc = setup.nproc { _ = kernel.setrlimitNproc(task, RLimit(current: nproc, maximum: nproc)) }
        if setup.user != .root { kernel.becomeUser(task, user(setup.user)) }
    }

    mutating func user(_ user: ScenarioUser) -> UserID {
        if let known = users.first(where: { $0.value == user })?.key { return known }
        let id = kernel.addUser(name: user.description)
        users[id] = user
        return id
    }

    /// The cgroup of a path; nil while there is none.
    func cgroup(_ path: CgroupPath) -> CgroupID? { cgroups[path] }

    /// The task of a name, if it lives.
    func living(_ name: TaskName) -> TaskID? {
        guard let task = names.task(named: name), kernel.isLiving(task) else { return nil }
        return task
    }

    mutating func run() throws(Failure) -> Prediction {
        record(nil, events: [])
        for (index, step) in program.steps.enumerated() {
            returned = []
            try take(step.action, index)
            for task in returned { try requireMoving(task, index) }
            try requireKnownNumbers(index)
        }
        return Prediction(program: program, platform: platform, detail: detail, moments: moments)
    }

    /// Adds the moment after a step.
    mutating func record(_ step: Int?, events: [PredictedEvent]) {
        let made = events.count { if case .child = $0.outcomes[0] { true } else { false } }
        record(
            step,
            round: nil,
            events: events,
            made: made,
            refusals: events.compactMap { $0.decision.map { CountedDecision(decision: $0, count: 1) } }
        )
    }

    mutating func record(
        _ step: Int?,
        round: Int?,
        events: [PredictedEvent],
        made: Int,
        refusals: [CountedDecision]
    ) {
        let back = kernel.takeVforkReturns()
        returned += back
        let returns = back.map { task in
            PredictedEvent(task: names.name(of: task), call: Action.vforkReturn, outcomes: [.done], decision: nil)
        }
        var moment = Moment(
            step: step,
            round: round,
            events: detail == .events ? events + returns : events,
            made: made,
            refusals: refusals,
            snapshot: snapshot()
        )
        if detail == .events { moment.ended = newlyEnded() }
        moments.append(moment)
    }

    /// A leader that had ended has come back to life: a thread of its process has taken its place.
    mutating func noteLiving(_ task: TaskID) {
        if detail == .events, task.rawValue < UInt32(seenTasks), !knownLiving.contains(task) {
            knownLiving.append(task)
        }
    }

    /// Who lived after the last moment and does not after this one.
    private mutating func newlyEnded() -> [TaskName] {
        // All names are given to tasks after the first one, which is the harness's and does not end.
        var still: [TaskID] = []
        var ended: [TaskName] = []
        for task in knownLiving + (seenTasks..<kernel.tasks.count).map({ TaskID(rawValue: UInt32($0)) }) {
            if kernel.isLiving(task) { still.append(task) } else { ended.append(names.name(of: task)) }
        }
        knownLiving = still
        seenTasks = kernel.tasks.count
        return ended
    }

    func snapshot() -> Snapshot { snapshot(of: kernel) }

    func snapshot(of kernel: Kernel) -> Snapshot {
        Snapshot(
            living: kernel.living - 1,
            cgroups: cgroupPaths.compactMap { path in
                guard let cgroup = cgroup(path), kernel.hasPidsFiles(cgroup) else { return nil }
                let files = kernel.pidsFiles(of: cgroup)
                return CgroupCounters(
                    path: path,
                    current: files.current,
                    max: files.max,
                    eventsMax: files.eventsMax,
                    peak: files.peak
                )
            }
        )
    }

    /// A refusal in the program's own terms.
    func decision(_ refusal: Refusal) -> Decision {
        let rule = Rules.named(refusal.rule, in: kernel.configuration.version)
        let level: Decision.Level =
            switch refusal.level {
            case .caller: .caller
            case .cgroup(let id): .cgroup(paths[id] ?? .root)
            case .user(let id): .user(users[id] ?? .root)
            }
        return Decision(
            rule: rule.name.rawValue,
            errno: refusal.errno,
            summary: rule.summary,
            knob: rule.knob,
            citation: rule.citation,
            level: level,
            limit: refusal.limit,
            count: refusal.count
        )
    }
}
