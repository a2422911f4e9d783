/// What a task may do, as `struct cred` of `include/linux/cred.h`.
public struct Cred: Hashable, Sendable {
    /// `user`; with it all of the uids and gids, which do not differ in this model.
    public internal(set) var user: UserID
    /// `cap_effective` and `cap_permitted`, which do not differ either, in ``userNS``.
    public internal(set) var capEffective: Capabilities
    /// `user_ns`
    public internal(set) var userNS: UserNamespaceID
    /// `ucounts`: what counts its processes.
    public internal(set) var ucounts: UcountsID

    /// uid 0 with every capability in the initial user namespace.
    static let root = Cred(user: .initUser, capEffective: .all, userNS: .initial, ucounts: .initial)
}

/// The capabilities that the modelled paths ask for, numbered as in `include/uapi/linux/capability.h`.
public struct Capabilities: OptionSet, Hashable, Sendable {
    /// Bit n is capability n.
    public let rawValue: UInt64

    /// Wraps the bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Writing files of other users.
    public static let CAP_DAC_OVERRIDE = Capabilities(rawValue: 1 << 1)
    /// Signals to other users' processes.
    public static let CAP_KILL = Capabilities(rawValue: 1 << 5)
    /// Becoming another user.
    public static let CAP_SETUID = Capabilities(rawValue: 1 << 7)
    /// Entering a mount namespace.
    public static let CAP_SYS_CHROOT = Capabilities(rawValue: 1 << 18)
    /// Looking at other users' processes.
    public static let CAP_SYS_PTRACE = Capabilities(rawValue: 1 << 19)
    /// Namespaces, host names, and fork beyond RLIMIT_NPROC.
    public static let CAP_SYS_ADMIN = Capabilities(rawValue: 1 << 21)
    /// Raising hard limits, and fork beyond RLIMIT_NPROC.
    public static let CAP_SYS_RESOURCE = Capabilities(rawValue: 1 << 24)
    /// Setting clocks.
    public static let CAP_SYS_TIME = Capabilities(rawValue: 1 << 25)
    /// Giving files capabilities, and mapping root into user namespaces.
    public static let CAP_SETFCAP = Capabilities(rawValue: 1 << 31)
    /// Every capability.
    public static let all = Capabilities(rawValue: .max)
}

/// A user, as `struct user_struct` of `include/linux/sched/user.h`.
public struct User: Sendable {
    /// What the scenario calls it.
    public let name: String
}

/// A resource limit, as `struct rlimit` of `include/uapi/linux/resource.h`.
public struct RLimit: Hashable, Sendable {
    /// `rlim_cur`, the soft limit.
    public var current: UInt64
    /// `rlim_max`, the hard limit.
    public var maximum: UInt64

    /// Makes a limit.
    public init(current: UInt64, maximum: UInt64) {
        self.current = current
        self.maximum = maximum
    }

    /// `RLIM_INFINITY`
    public static let infinity = UInt64.max
    /// No limit, soft or hard.
    public static let unlimited = RLimit(current: infinity, maximum: infinity)
}
