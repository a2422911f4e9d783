/// What a task may do, as `struct cred` of `include/linux/cred.h`.
public struct Cred: Hashable, Sendable {
    /// `user`; with it the uid, and the `ucounts` that count its processes.
    public var user: UserID
    /// `cap_effective`, in the initial user namespace.
    public var capEffective: Capabilities

    /// Makes credentials.
    public init(user: UserID, capEffective: Capabilities) {
        self.user = user
        self.capEffective = capEffective
    }

    /// uid 0 with every capability.
    public static let root = Cred(user: .initUser, capEffective: .all)
}

/// The capabilities that the modelled paths ask for, numbered as in `include/uapi/linux/capability.h`.
public struct Capabilities: OptionSet, Hashable, Sendable {
    /// Bit n is capability n.
    public let rawValue: UInt64

    /// Wraps the bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Namespaces, host names, and fork beyond RLIMIT_NPROC.
    public static let CAP_SYS_ADMIN = Capabilities(rawValue: 1 << 21)
    /// Raising hard limits, and fork beyond RLIMIT_NPROC.
    public static let CAP_SYS_RESOURCE = Capabilities(rawValue: 1 << 24)
    /// Every capability.
    public static let all = Capabilities(rawValue: .max)
}

/// A user, as `struct user_struct` of `include/linux/sched/user.h` and `struct ucounts` of
/// `include/linux/user_namespace.h` for it in the initial user namespace.
public struct User: Sendable {
    /// What the scenario calls it.
    public let name: String
    /// `rlimit[UCOUNT_RLIMIT_NPROC]`: processes of this user that are not released yet, zombies among them.
    public internal(set) var processes: Int64 = 0
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
