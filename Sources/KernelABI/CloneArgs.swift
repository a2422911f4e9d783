/// What a program hands to `clone3`: `struct clone_args` of `include/uapi/linux/sched.h` and its size, with choices in the
/// place of addresses.
public struct CloneArgs: Hashable, Sendable {
    /// Where the pidfd is to be written.
    public enum PidfdAddress: Hashable, Sendable {
        /// To memory of the caller.
        case own
        /// To the null pointer.
        case null
        /// To where the child's pid is written too.
        case parentTID
    }

    /// A pid that the child is to have at one level.
    public enum TID: Hashable, Sendable {
        /// This one.
        case number(Int32)
        /// One that nobody has. The harness finds it.
        case free
    }

    /// `set_tid` and `set_tid_size`.
    public enum SetTID: Hashable, Sendable {
        /// A null pointer and no pids.
        case none
        /// A null pointer in the place of one pid.
        case null
        /// Pids, from the child's own PID namespace outwards. An empty list is a pointer with size 0.
        case pids([TID])
    }

    /// `flags`
    public var flags: CloneFlags
    /// The size of the structure in bytes, as the caller tells it.
    public var size: UInt64
    /// Some byte behind the last member that kernels know is not zero. Where `size` ends before, it is not seen.
    public var hasNonzeroTail: Bool
    /// `exit_signal`: what the parent is sent when the child ends.
    public var exitSignal: UInt64
    /// `pidfd`
    public var pidfd: PidfdAddress
    /// `stack`, the lowest address.
    public var stack: UInt64
    /// `stack_size`, in bytes.
    public var stackSize: UInt64
    /// `set_tid`, `set_tid_size`
    public var setTID: SetTID
    /// `cgroup`, a descriptor. A directory that is opened for the call takes its place.
    public var cgroup: UInt64

    /// `SIGCHLD`
    public static let SIGCHLD: UInt64 = 17
    /// `CLONE_ARGS_SIZE_VER0`: up to `tls`.
    public static let sizeVersion0: UInt64 = 64
    /// `CLONE_ARGS_SIZE_VER1`: up to `set_tid_size`.
    public static let sizeVersion1: UInt64 = 80
    /// `CLONE_ARGS_SIZE_VER2`: up to `cgroup`, all that kernels know so far.
    public static let sizeVersion2: UInt64 = 88

    /// Arguments for a child like a fork's, unless told otherwise.
    public init(
        flags: CloneFlags = [],
        size: UInt64 = CloneArgs.sizeVersion2,
        hasNonzeroTail: Bool = false,
        exitSignal: UInt64 = CloneArgs.SIGCHLD,
        pidfd: PidfdAddress = .own,
        stack: UInt64 = 0,
        stackSize: UInt64 = 0,
        setTID: SetTID = .none,
        cgroup: UInt64 = 0
    ) {
        self.flags = flags
        self.size = size
        self.hasNonzeroTail = hasNonzeroTail
        self.exitSignal = exitSignal
        self.pidfd = pidfd
        self.stack = stack
        self.stackSize = stackSize
        self.setTID = setTID
        self.cgroup = cgroup
    }
}
