/// A task, as `struct task_struct` of `include/linux/sched.h` (and `struct signal_struct` of its process).
///
/// What the tasks of a process share (``TaskSharing``) is written in all of them. ``TaskTable`` keeps tasks in less room.
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

    /// What a process has for `SIGCHLD` in `sighand->action`, as far as it decides what becomes of children that end.
    public enum ChildSignal: UInt8, Sendable {
        /// `SIG_DFL`, or a handler: they stay zombies until they are waited for.
        case `default`
        /// `SIG_IGN`: they are released at once.
        case ignored
        /// `SA_NOCLDWAIT`: likewise.
        case noChildWait
    }

    /// `real_parent`; nil for the first task of all.
    public internal(set) var realParent: TaskID?
    var attributes: TaskAttributes
    /// `exit_state`
    public internal(set) var exitState: ExitState
    /// `exit_code`, as `wait` reports it: the status times 256, or the signal's number.
    public internal(set) var exitCode: Int32

    /// `real_cred`
    public internal(set) var realCred: CredID {
        get { attributes.realCred }
        set { attributes.realCred = newValue }
    }
    /// `nsproxy`
    public internal(set) var nsproxy: NSProxyID {
        get { attributes.nsproxy }
        set { attributes.nsproxy = newValue }
    }
    /// `ns_of_pid(thread_pid)`: the PID namespace that it is in, for good.
    public var pidNS: PIDNamespaceID { attributes.pidNS }
    /// `cgroups`, the task's `css_set`.
    public internal(set) var cgroups: CSSSetID {
        get { attributes.cgroups }
        set { attributes.cgroups = newValue }
    }
    /// `signal->rlim[RLIMIT_NPROC]`
    public internal(set) var rlimitNproc: RLimit {
        get { attributes.rlimitNproc }
        set { attributes.rlimitNproc = newValue }
    }
    /// `files`
    public internal(set) var files: FilesID {
        get { attributes.files }
        set { attributes.files = newValue }
    }
    /// `fs`: root, working directory and umask
    public internal(set) var fs: FSID {
        get { attributes.fs }
        set { attributes.fs = newValue }
    }
    /// `exit_signal`: what its parent is sent when it ends. `wait` without `__WALL` sees no child with another one than
    /// `SIGCHLD`.
    public internal(set) var exitSignal: UInt8 {
        get { attributes.exitSignal }
        set { attributes.exitSignal = newValue }
    }
    /// `sighand->action[SIGCHLD - 1]`
    public internal(set) var childSignal: ChildSignal {
        get { attributes.childSignal }
        set { attributes.childSignal = newValue }
    }
    /// `signal->is_child_subreaper`: orphans among its descendants become its children.
    public internal(set) var isChildSubreaper: Bool {
        get { attributes.isChildSubreaper }
        set { attributes.isChildSubreaper = newValue }
    }
    /// Whether `mm` is dumpable (`SUID_DUMP_USER`): until the task changes who it is to somebody with other rights.
    public internal(set) var isDumpable: Bool {
        get { attributes.isDumpable }
        set { attributes.isDumpable = newValue }
    }
    /// `mm->user_ns`: in whose user namespace a right lets somebody look at what is not dumpable.
    public internal(set) var userNSOfMm: UserNamespaceID {
        get { attributes.userNSOfMm }
        set { attributes.userNSOfMm = newValue }
    }
    /// `PF_NPROC_EXCEEDED`: it has become a user's who has more processes than RLIMIT_NPROC allows.
    public internal(set) var isOverNproc: Bool {
        get { attributes.isOverNproc }
        set { attributes.isOverNproc = newValue }
    }
    /// Its parent has called execve since, and is told of its end by `SIGCHLD`.
    var hasParentExeced: Bool {
        get { attributes.hasParentExeced }
        set { attributes.hasParentExeced = newValue }
    }
}
