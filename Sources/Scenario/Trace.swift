public import KernelABI

/// What came of a program: one observation for each moment, in order. A step is one moment, a bomb's round is one each.
public struct Trace: Hashable, Sendable {
    /// The state before the first step, then one observation a moment.
    public var observations: [Observation]

    /// Makes a trace.
    public init(observations: [Observation]) { self.observations = observations }
}

/// What was seen at one moment of a program.
public struct Observation: Hashable, Sendable {
    /// The step's index in the program, from 0; nil for the state before the first step.
    public var step: Int?
    /// The bomb's round, from 1; nil for other steps.
    public var round: Int?
    /// The calls that were made, in order.
    public var events: [Event]
    /// The state afterwards.
    public var snapshot: Snapshot

    /// Makes an observation.
    public init(step: Int?, round: Int? = nil, events: [Event], snapshot: Snapshot) {
        self.step = step
        self.round = round
        self.events = events
        self.snapshot = snapshot
    }
}

/// One call and what it returned.
public struct Event: Hashable, Sendable {
    /// Who called; nil for the harness (cgroup files).
    public var task: TaskName?
    /// The call, as ``Action/call`` spells it: `fork` or `setns` by a process, `write pids.max` or `attach` by the harness.
    public var call: String
    /// What came back.
    public var outcome: Outcome

    /// Makes an event.
    public init(task: TaskName?, call: String, outcome: Outcome) {
        self.task = task
        self.call = call
        self.outcome = outcome
    }
}

/// What a call returned.
public enum Outcome: Hashable, Sendable, CustomStringConvertible {
    /// Success with nothing to tell.
    case done
    /// A child was made and is called so.
    case child(TaskName)
    /// A child was reaped: which one, and its wait status as `exit 3` or `signal 9`.
    case reaped(TaskName, status: String)
    /// A child has ended, and was left as it is: which one, and its status likewise.
    case seen(TaskName, status: String)
    /// There are children to wait for, and none of them has ended.
    case nothing
    /// A text was read.
    case text(String)
    /// A process was named: a parent, say; nil is the harness, or any other process outside of the program.
    case process(TaskName?)
    /// A process that the caller's PID namespace has no number for: a parent outside of it.
    case outsider
    /// A process's numbers in the PID namespaces that the program made, the outermost first and its own last; none for a process
    /// of the harness's. nil for a number that the program left open, as it chose ``CloneArgs/TID/free``.
    case pids([Int32?])
    /// A namespace, by its number among those of its kind that the program has seen.
    case namespace(NamespaceKind, Int)
    /// So many forks succeeded, and then one failed.
    case forks(made: Int, refused: Errno)
    /// The call failed.
    case failed(Errno)

    /// `ok`, `child bomb.1`, `reaped a exit 0`, `seen a exit 0`, `nothing`, `"box"`, `pids 17 2`, `EAGAIN`
    public var description: String {
        switch self {
        case .done: "ok"
        case .child(let name): "child \(name)"
        case .reaped(let name, let status): "reaped \(name) \(status)"
        case .seen(let name, let status): "seen \(name) \(status)"
        case .nothing: "nothing"
        case .text(let text): TextQuoting.quoted(text)
        case .process(let name): "process \(name?.description ?? "@host")"
        case .outsider: "process @outside"
        case .pids(let numbers): "pids" + numbers.map { " \($0.map(String.init) ?? "-")" }.joined()
        case .namespace(let kind, let number): "namespace \(kind.rawValue) \(number)"
        case .forks(let made, let refused): "\(made) made, then \(refused)"
        case .failed(let errno): errno.description
        }
    }
}

/// The state of a program's world at one moment.
public struct Snapshot: Hashable, Sendable {
    /// How many of the program's processes live (zombies not counted).
    public var living: Int
    /// The counters of the program's cgroups that are there, in the order of ``Program/cgroupPaths``.
    public var cgroups: [CgroupCounters]

    /// Makes a snapshot.
    public init(living: Int, cgroups: [CgroupCounters]) {
        self.living = living
        self.cgroups = cgroups
    }
}

/// What the files of one cgroup say. A counter that this kernel or hierarchy does not have is nil.
public struct CgroupCounters: Hashable, Sendable {
    /// Which cgroup.
    public var path: CgroupPath
    /// `pids.current`
    public var current: Int64
    /// `pids.max`
    public var max: PidsLimit
    /// `max` in `pids.events`
    public var eventsMax: Int64?
    /// `pids.peak`
    public var peak: Int64?

    /// Makes the counters of a cgroup.
    public init(path: CgroupPath, current: Int64, max: PidsLimit, eventsMax: Int64?, peak: Int64?) {
        self.path = path
        self.current = current
        self.max = max
        self.eventsMax = eventsMax
        self.peak = peak
    }
}
