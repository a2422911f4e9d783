import KernelABI

/// A namespace that somebody made, and whom it is counted with, as `ucounts` of `struct uts_namespace` and its like.
struct NamespaceCharge: Sendable {
    let kind: NamespaceKind
    /// Who made it: the effective user.
    let user: UserID
    /// The user namespace that owns it; of a user namespace, the one above it.
    let ns: UserNamespaceID
    /// Which of its kind; nil where the call that made it failed, and threw it away.
    let id: UInt32?
}

/// The calls that make namespaces, each with its own rules.
enum NamespaceCreation: Sendable {
    case clone
    case unshare

    /// The rule that holds a user to a number of namespaces of a kind.
    func limit(of kind: NamespaceKind) -> Rule.Name {
        switch (self, kind) {
        case (.clone, .user): .cloneMaxUserNS
        case (.clone, .mnt): .cloneMaxMntNS
        case (.clone, .uts): .cloneMaxUtsNS
        case (.clone, .ipc): .cloneMaxIpcNS
        case (.clone, .pid): .cloneMaxPidNS
        case (.clone, .cgroup): .cloneMaxCgroupNS
        case (.clone, .net): .cloneMaxNetNS
        case (.clone, .time): .cloneMaxTimeNS
        case (.unshare, .user): .unshareMaxUserNS
        case (.unshare, .mnt): .unshareMaxMntNS
        case (.unshare, .uts): .unshareMaxUtsNS
        case (.unshare, .ipc): .unshareMaxIpcNS
        case (.unshare, .pid): .unshareMaxPidNS
        case (.unshare, .cgroup): .unshareMaxCgroupNS
        case (.unshare, .net): .unshareMaxNetNS
        case (.unshare, .time): .unshareMaxTimeNS
        }
    }

    /// The rule that holds user namespaces to a depth.
    var depthOfUserNS: Rule.Name { self == .clone ? .cloneUserNSDepth : .unshareUserNSDepth }

    /// The rule that wants a user namespace's maker to be mapped where it is.
    var unmappedUserNS: Rule.Name { self == .clone ? .cloneUserNSUnmapped : .unshareUserNSUnmapped }

    /// The rule that keeps user namespaces for the privileged.
    var unprivilegedUserNS: Rule.Name { self == .clone ? .cloneUnprivilegedUserNS : .unshareUnprivilegedUserNS }

    /// The rule that holds PID namespaces to a depth.
    var depthOfPIDNS: Rule.Name { self == .clone ? .clonePIDNSDepth : .unsharePIDNSDepth }
}

extension NamespaceKind {
    /// The order of `create_new_namespaces`, `kernel/nsproxy.c`.
    static let inOrderOfCreation: [NamespaceKind] = [.mnt, .uts, .ipc, .pid, .cgroup, .net, .time]

    /// Whether the count of a namespace that nobody is in any more is back before the call, or the end, that left it
    /// returns: `put_mnt_ns`, `free_uts_ns`, `free_cgroup_ns` and `free_time_ns` give it back themselves.
    ///
    /// The others leave it to somebody else: `put_ipc_ns` to `free_ipc_work`, `__put_net` to `cleanup_net`, `__put_user_ns`
    /// to `free_user_ns` (all of them work queues), and `destroy_pid_namespace` to `delayed_free_pidns` behind an RCU grace
    /// period.
    var isGivenBackAtOnce: Bool {
        switch self {
        case .mnt, .uts, .cgroup, .time: true
        case .ipc, .net, .user, .pid: false
        }
    }
}
