/// The flags of `clone`, `unshare` and `setns`, as `include/uapi/linux/sched.h` has them.
public struct CloneFlags: NamedFlags {
    /// The bits, without the exit signal in the low byte.
    public let rawValue: UInt64

    /// Wraps the bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Child in a new time namespace (`unshare` and `clone3` only).
    public static let CLONE_NEWTIME = CloneFlags(rawValue: 0x0000_0080)
    /// Share memory.
    public static let CLONE_VM = CloneFlags(rawValue: 0x0000_0100)
    /// Share root, working directory and umask.
    public static let CLONE_FS = CloneFlags(rawValue: 0x0000_0200)
    /// Share open files.
    public static let CLONE_FILES = CloneFlags(rawValue: 0x0000_0400)
    /// Share signal handlers.
    public static let CLONE_SIGHAND = CloneFlags(rawValue: 0x0000_0800)
    /// A pidfd of the child for the caller.
    public static let CLONE_PIDFD = CloneFlags(rawValue: 0x0000_1000)
    /// Whoever traces the caller traces the child.
    public static let CLONE_PTRACE = CloneFlags(rawValue: 0x0000_2000)
    /// The parent waits until the child execs or exits.
    public static let CLONE_VFORK = CloneFlags(rawValue: 0x0000_4000)
    /// The child's parent is the caller's parent.
    public static let CLONE_PARENT = CloneFlags(rawValue: 0x0000_8000)
    /// Same thread group.
    public static let CLONE_THREAD = CloneFlags(rawValue: 0x0001_0000)
    /// New mount namespace.
    public static let CLONE_NEWNS = CloneFlags(rawValue: 0x0002_0000)
    /// Share what is undone of System V semaphores at exit.
    public static let CLONE_SYSVSEM = CloneFlags(rawValue: 0x0004_0000)
    /// New thread-local storage.
    public static let CLONE_SETTLS = CloneFlags(rawValue: 0x0008_0000)
    /// The child's pid is written for the caller.
    public static let CLONE_PARENT_SETTID = CloneFlags(rawValue: 0x0010_0000)
    /// The child's pid is cleared in its memory when it ends.
    public static let CLONE_CHILD_CLEARTID = CloneFlags(rawValue: 0x0020_0000)
    /// Of no effect to `clone`, but for `CLONE_PIDFD`.
    public static let CLONE_DETACHED = CloneFlags(rawValue: 0x0040_0000)
    /// Nobody can force `CLONE_PTRACE` on the child.
    public static let CLONE_UNTRACED = CloneFlags(rawValue: 0x0080_0000)
    /// The child's pid is written in its memory.
    public static let CLONE_CHILD_SETTID = CloneFlags(rawValue: 0x0100_0000)
    /// New cgroup namespace.
    public static let CLONE_NEWCGROUP = CloneFlags(rawValue: 0x0200_0000)
    /// New UTS namespace.
    public static let CLONE_NEWUTS = CloneFlags(rawValue: 0x0400_0000)
    /// New IPC namespace.
    public static let CLONE_NEWIPC = CloneFlags(rawValue: 0x0800_0000)
    /// New user namespace.
    public static let CLONE_NEWUSER = CloneFlags(rawValue: 0x1000_0000)
    /// New PID namespace.
    public static let CLONE_NEWPID = CloneFlags(rawValue: 0x2000_0000)
    /// New network namespace.
    public static let CLONE_NEWNET = CloneFlags(rawValue: 0x4000_0000)
    /// Share the context of input and output.
    public static let CLONE_IO = CloneFlags(rawValue: 0x8000_0000)
    /// Default handlers for all signals (`clone3` only).
    public static let CLONE_CLEAR_SIGHAND = CloneFlags(rawValue: 0x1_0000_0000)
    /// Child directly in the cgroup of a file descriptor (`clone3` only).
    public static let CLONE_INTO_CGROUP = CloneFlags(rawValue: 0x2_0000_0000)
    /// Nobody waits for the child: it is gone when it ends (`clone3` only, since 7.3).
    public static let CLONE_AUTOREAP = CloneFlags(rawValue: 0x4_0000_0000)
    /// Programs give the child no rights (`clone3` only, since 7.3).
    public static let CLONE_NNP = CloneFlags(rawValue: 0x8_0000_0000)
    /// The child is killed when its pidfd is closed (`clone3` only, since 7.3).
    public static let CLONE_PIDFD_AUTOKILL = CloneFlags(rawValue: 0x10_0000_0000)

    /// Each flag with the kernel's name, in the order of its bit.
    public static let named: [(flag: CloneFlags, name: String)] = [
        (.CLONE_NEWTIME, "CLONE_NEWTIME"),
        (.CLONE_VM, "CLONE_VM"),
        (.CLONE_FS, "CLONE_FS"),
        (.CLONE_FILES, "CLONE_FILES"),
        (.CLONE_SIGHAND, "CLONE_SIGHAND"),
        (.CLONE_PIDFD, "CLONE_PIDFD"),
        (.CLONE_PTRACE, "CLONE_PTRACE"),
        (.CLONE_VFORK, "CLONE_VFORK"),
        (.CLONE_PARENT, "CLONE_PARENT"),
        (.CLONE_THREAD, "CLONE_THREAD"),
        (.CLONE_NEWNS, "CLONE_NEWNS"),
        (.CLONE_SYSVSEM, "CLONE_SYSVSEM"),
        (.CLONE_SETTLS, "CLONE_SETTLS"),
        (.CLONE_PARENT_SETTID, "CLONE_PARENT_SETTID"),
        (.CLONE_CHILD_CLEARTID, "CLONE_CHILD_CLEARTID"),
        (.CLONE_DETACHED, "CLONE_DETACHED"),
        (.CLONE_UNTRACED, "CLONE_UNTRACED"),
        (.CLONE_CHILD_SETTID, "CLONE_CHILD_SETTID"),
        (.CLONE_NEWCGROUP, "CLONE_NEWCGROUP"),
        (.CLONE_NEWUTS, "CLONE_NEWUTS"),
        (.CLONE_NEWIPC, "CLONE_NEWIPC"),
        (.CLONE_NEWUSER, "CLONE_NEWUSER"),
        (.CLONE_NEWPID, "CLONE_NEWPID"),
        (.CLONE_NEWNET, "CLONE_NEWNET"),
        (.CLONE_IO, "CLONE_IO"),
        (.CLONE_CLEAR_SIGHAND, "CLONE_CLEAR_SIGHAND"),
        (.CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP"),
        (.CLONE_AUTOREAP, "CLONE_AUTOREAP"),
        (.CLONE_NNP, "CLONE_NNP"),
        (.CLONE_PIDFD_AUTOKILL, "CLONE_PIDFD_AUTOKILL"),
    ]
}
