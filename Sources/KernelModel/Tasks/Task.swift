/// A process, as `struct task_struct` of `include/linux/sched.h` (and, of its only thread, `struct signal_struct`).
///
/// The model has no threads yet: each task is its own `group_leader`.
public struct Task: Sendable {
    /// `exit_state`
    public enum ExitState: UInt8, Sendable {
        /// 0: the task lives.
        case running
        /// `EXIT_ZOMBIE`: ended and not waited for. It keeps what `release_task` gives back.
        case zombie
        /// `EXIT_DEAD`: released.
        case dead
    }

    /// `real_parent`; nil for the first task of all.
    public internal(set) var realParent: TaskID? {
        get { parentLink.task }
        set { parentLink.task = newValue }
    }
    /// `real_cred`
    public internal(set) var realCred: CredID
    /// `nsproxy`
    public internal(set) var nsproxy: NSProxyID
    /// `ns_of_pid(thread_pid)`: the PID namespace that it is in, for good.
    public let pidNS: PIDNamespaceID
    /// `cgroups`, the task's `css_set`.
    public internal(set) var cgroups: CSSSetID
    /// `signal->rlim[RLIMIT_NPROC]`
    public internal(set) var rlimitNproc: RLimit
    /// `exit_state`
    public internal(set) var exitState: ExitState = .running
    /// Whether `mm` is dumpable (`SUID_DUMP_USER`): until the task changes who it is to somebody with other rights.
    public internal(set) var isDumpable: Bool
    /// `exit_code`, as `wait` reports it: the status times 256, or the signal's number.
    public internal(set) var exitCode: Int32 = 0

    private var parentLink = TaskLink()
    /// `children`, in the order of the list, linked through the `sibling` member.
    var firstChild = TaskLink()
    var lastChild = TaskLink()
    var previousSibling = TaskLink()
    var nextSibling = TaskLink()

    init(
        realParent: TaskID?,
        realCred: CredID,
        nsproxy: NSProxyID,
        cgroups: CSSSetID,
        rlimitNproc: RLimit,
        isDumpable: Bool = true,
        pidNS: PIDNamespaceID = .initial
    ) {
        self.pidNS = pidNS
        self.isDumpable = isDumpable
        self.realCred = realCred
        self.nsproxy = nsproxy
        self.cgroups = cgroups
        self.rlimitNproc = rlimitNproc
        self.realParent = realParent
    }
}

/// A task or none in four bytes: a million tasks have five of these each.
struct TaskLink: Sendable {
    private var raw = UInt32.max

    var task: TaskID? {
        get { raw == .max ? nil : TaskID(rawValue: raw) }
        set { raw = newValue?.rawValue ?? .max }
    }
}
