public import KernelABI

/// Something that happens at the same time as something else.
public enum RaceOperation: Hashable, Sendable {
    /// A task forks once.
    case fork(TaskID)
    /// A task forks again and again until one of its forks is refused.
    case forkUntilRefused(TaskID)
    /// A privileged write to `cgroup.procs`.
    case attach(TaskID, to: CgroupID)
    /// A privileged write to a cgroup's `pids.max`, of what it can read.
    case writePidsMax(CgroupID, PidsLimit)
    /// A task ends. It must be its last operation.
    case exit(TaskID)
    /// A task waits for a child, which has ended before or ends meanwhile.
    case wait(TaskID, child: TaskID)

    /// The task whose call it is; nil for what the harness does. A task takes its operations in their order.
    public var caller: TaskID? {
        switch self {
        case .fork(let task), .forkUntilRefused(let task), .exit(let task), .wait(let task, _): task
        case .attach, .writePidsMax: nil
        }
    }

    /// The task whose cgroup decides where the operation charges or uncharges; nil for a write of a limit.
    var subject: TaskID? {
        switch self {
        case .fork(let task), .forkUntilRefused(let task), .attach(let task, _), .wait(_, let task): task
        case .exit, .writePidsMax: nil
        }
    }

    /// The task that forks.
    var forker: TaskID? {
        switch self {
        case .fork(let task), .forkUntilRefused(let task): task
        case .attach, .writePidsMax, .exit, .wait: nil
        }
    }
}

/// Why operations cannot be explored.
public enum RaceFailure: Error, Hashable, Sendable {
    /// There are more states than may be looked at.
    case tooManyStates
    /// A task forks until it is refused, and has no limit.
    case unlimited(TaskID)
}
