public import KernelABI

/// One step of a program.
public struct Step: Hashable, Sendable {
    /// What happens, and who does it.
    public var action: Action

    /// Makes a step.
    public init(_ action: Action) { self.action = action }
}

/// What a step does. The first value names the process that acts; cgroup files are written and read by the harness,
/// which is privileged and outside every cgroup of the program.
///
/// A step whose process does not live when its turn comes (its fork was refused, or it has ended) makes no call: its
/// observation has no events. This holds for the process that ``attach(_:to:)`` moves, and for ``kill(_:)``. A name is
/// given once: a program that names two processes alike is bad input.
///
/// A process whose parent ended is adopted by the harness, which does not wait for it: an orphan that ends stays a
/// zombie, keeps its charge, and is nobody's child within the program.
public enum Action: Hashable, Sendable {
    /// `fork()`; the child is called `child` when it is made.
    case fork(TaskName, child: TaskName)
    /// `clone(flags)`; the child is called `child` when it is made.
    case clone(TaskName, flags: CloneFlags, child: TaskName)
    /// `exit(status)`: the process ends and stays a zombie until it is waited for. The outcome of the event is `ok`.
    case exit(TaskName, status: UInt8)
    /// `waitpid(child)`: reaps the named child; with nil, any child (`waitpid(-1)`). `ECHILD` where there is none,
    /// also where the name was never given to a process, or the process was reaped before.
    /// Never blocks for long: a program waits only for a child that has ended, else the step is refused as bad input.
    /// Of several ended children, nil reaps the one that was made first.
    case wait(TaskName, child: TaskName?)
    /// `unshare(flags)`
    case unshare(TaskName, flags: CloneFlags)
    /// `sethostname(name)`
    case sethostname(TaskName, name: String)
    /// `uname()`: the observed text is `nodename`. See ``World`` for what it is at the start.
    case uname(TaskName)
    /// `setrlimit(RLIMIT_NPROC)`, soft and hard.
    case setrlimitNproc(TaskName, soft: UInt64, hard: UInt64)
    /// Writes a cgroup's file, as the harness: `pids.max`.
    case write(CgroupPath, file: String, text: String)
    /// Moves a process to a cgroup, as the harness (writes `cgroup.procs`). Never refused by `pids.max`.
    case attach(TaskName, to: CgroupPath)
    /// A fork bomb: for `rounds` rounds, every process of the bomb (the named one and all that came of it in this step)
    /// that lives when the round starts, in the order in which they were made, forks once. Child number k (from 1,
    /// counted over P's successes in all bomb steps of the program) of process P is called `P.k`. There is one
    /// observation a round, with one event, called `fork`, for each fork that was tried.
    case bomb(TaskName, rounds: Int)
    /// Kills (SIGKILL) the named process and all its living descendants, as the harness, and reaps these and the zombies
    /// among their descendants: nothing of that tree is left, and no charge. Descendants are meant as they stand: an
    /// orphan is the harness's child. The one event is called `kill` and its outcome is `ok`.
    case kill(TaskName)

    /// The call of the step's events, as ``Event/call`` spells it.
    public var call: String {
        switch self {
        case .fork, .bomb: "fork"
        case .clone: "clone"
        case .exit: "exit"
        case .wait: "wait"
        case .unshare: "unshare"
        case .sethostname: "sethostname"
        case .uname: "uname"
        case .setrlimitNproc: "setrlimit"
        case .write(_, let file, _): "write \(file)"
        case .attach: "attach"
        case .kill: "kill"
        }
    }

    /// The process that the step's events name as their caller; nil where the harness calls.
    public var actor: TaskName? {
        switch self {
        case .fork(let task, _), .clone(let task, _, _), .exit(let task, _), .wait(let task, _),
            .unshare(let task, _), .sethostname(let task, _), .uname(let task), .setrlimitNproc(let task, _, _),
            .bomb(let task, _):
            task
        case .write, .attach, .kill: nil
        }
    }
}
