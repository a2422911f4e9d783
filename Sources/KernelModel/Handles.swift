/// The place of a value in one of a ``Kernel``'s tables. Where the kernel has a pointer, the model has one of these.
protocol Handle: Hashable, Sendable {
    var rawValue: UInt32 { get }
    init(rawValue: UInt32)
}

extension Handle {
    var index: Int { Int(rawValue) }
    init(_ index: Int) { self.init(rawValue: UInt32(index)) }
}

/// A `struct task_struct *`. Never given twice, also when the task is gone.
public struct TaskID: Handle, Comparable {
    /// The task's place among all that were ever made.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Ordered by when the tasks were made.
    public static func < (left: TaskID, right: TaskID) -> Bool { left.rawValue < right.rawValue }
}

/// A `struct cgroup *`.
public struct CgroupID: Handle {
    /// The cgroup's place among all cgroups.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A `struct css_set *`.
public struct CSSSetID: Handle {
    /// The set's place among all sets.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A `struct cgroup_subsys_state *`, among those of one subsystem.
public struct CSSID: Handle {
    /// The state's place among the states of its subsystem.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A `struct nsproxy *`.
public struct NSProxyID: Handle {
    /// The proxy's place among all proxies.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A `struct uts_namespace *`.
public struct UTSNamespaceID: Handle {
    /// The namespace's place among all UTS namespaces.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A `struct ipc_namespace *`, `struct mnt_namespace *`, `struct net *` or `struct cgroup_namespace *`.
public struct NamespaceID: Handle {
    /// The namespace's place among all that were made, of whatever kind.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A `struct cred *`.
public struct CredID: Handle {
    /// The credentials' place among all that differ.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A `struct user_namespace *`.
public struct UserNamespaceID: Handle {
    /// The namespace's place among all user namespaces. 0 is `init_user_ns`.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `init_user_ns`, `kernel/user.c`
    public static let initial = UserNamespaceID(rawValue: 0)
}

/// A `struct pid_namespace *`.
public struct PIDNamespaceID: Handle {
    /// The namespace's place among all PID namespaces. 0 is `init_pid_ns`.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `init_pid_ns`, `kernel/pid.c`
    public static let initial = PIDNamespaceID(rawValue: 0)
}

/// A `struct time_namespace *`.
public struct TimeNamespaceID: Handle {
    /// The namespace's place among all time namespaces. 0 is `init_time_ns`.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `init_time_ns`, `kernel/time/namespace.c`
    public static let initial = TimeNamespaceID(rawValue: 0)
}

/// A `struct ucounts *`.
public struct UcountsID: Handle {
    /// The place among all ucounts. 0 is `init_ucounts`.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `init_ucounts`, `kernel/ucount.c`
    static let initial = UcountsID(rawValue: 0)
}

/// A `struct files_struct *`.
public struct FilesID: Handle {
    /// The table's place among all tables. 0 stands for all that are empty and shared with nobody.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// No descriptor of a program's, and nobody to share them with.
    public static let none = FilesID(rawValue: 0)
}

/// A `struct fs_struct *`.
public struct FSID: Handle {
    /// The place among all that are or were shared. 0 stands for all that are shared with nobody.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A root and a working directory of one's own.
    public static let own = FSID(rawValue: 0)
}

/// A `struct user_struct *`, and with it a `kuid_t`.
public struct UserID: Handle {
    /// The user's place among all users. 0 is `INIT_USER`.
    public let rawValue: UInt32

    /// Wraps a place.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `INIT_USER`, `include/linux/sched/user.h`: uid 0 in the initial user namespace.
    public static let initUser = UserID(rawValue: 0)
}
