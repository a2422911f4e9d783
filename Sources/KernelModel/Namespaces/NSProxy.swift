/// The namespaces of a task, as `struct nsproxy` of `include/linux/nsproxy.h`.
///
/// The user namespace is not among them, here as there. Of the namespaces that hold nothing which the model looks at,
/// only the identity is kept.
public struct NSProxy: Hashable, Sendable {
    /// `uts_ns`
    public internal(set) var utsNS: UTSNamespaceID
    /// `ipc_ns`
    public internal(set) var ipcNS = NamespaceID(rawValue: 0)
    /// `mnt_ns`
    public internal(set) var mntNS = NamespaceID(rawValue: 0)
    /// `pid_ns_for_children`: where the task's children will be. Where it is itself, its pid tells: ``Task/pidNS``.
    public internal(set) var pidNSForChildren = PIDNamespaceID.initial
    /// `net_ns`
    public internal(set) var netNS = NamespaceID(rawValue: 0)
    /// `cgroup_ns`
    public internal(set) var cgroupNS = NamespaceID(rawValue: 0)
    /// `time_ns`: whose clocks the task has.
    public internal(set) var timeNS = TimeNamespaceID.initial
    /// `time_ns_for_children`: whose clocks its children will have.
    public internal(set) var timeNSForChildren = TimeNamespaceID.initial
}
