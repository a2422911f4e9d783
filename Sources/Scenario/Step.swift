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
public enum Action: Hashable, Sendable {
    /// `fork()`; the child is called `child` when it is made.
    case fork(TaskName, child: TaskName)
    /// `clone(flags)`; the child is called `child` when it is made.
    case clone(TaskName, flags: CloneFlags, child: TaskName)
    /// `exit(status)`: the process ends and stays a zombie until it is waited for.
    case exit(TaskName, status: UInt8)
    /// `waitpid(child)`: reaps the named child; with nil, any child (`waitpid(-1)`). `ECHILD` where there is none.
    /// Never blocks for long: a program waits only for a child that has ended, else the step is refused as bad input.
    case wait(TaskName, child: TaskName?)
    /// `unshare(flags)`
    case unshare(TaskName, flags: CloneFlags)
    /// `sethostname(name)`
    case sethostname(TaskName, name: String)
    /// `uname()`: the observed text is `nodename`.
    case uname(TaskName)
    /// `setrlimit(RLIMIT_NPROC)`, soft and hard.
    case setrlimitNproc(TaskName, soft: UInt64, hard: UInt64)
    /// Writes a cgroup's file, as the harness: `pids.max`.
    case write(CgroupPath, file: String, text: String)
    /// Moves a process to a cgroup, as the harness (writes `cgroup.procs`). Never refused by `pids.max`.
    case attach(TaskName, to: CgroupPath)
    /// A fork bomb: for `rounds` rounds, every living process of the bomb (the named one and all that came of it in this
    /// step), in the order in which they were made, forks once. Child number k (from 1, counted over successes) of
    /// process P is called `P.k`. The observation has one event for each fork that was tried.
    case bomb(TaskName, rounds: Int)
    /// Kills (SIGKILL) and reaps the named process and all its living descendants, as the harness.
    case kill(TaskName)
}
