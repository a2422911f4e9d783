/// The kinds of namespace, named as the files in `/proc/PID/ns` are.
public enum NamespaceKind: String, CaseIterable, Hashable, Sendable {
    /// The view of the cgroup tree.
    case cgroup
    /// System V IPC and POSIX message queues.
    case ipc
    /// Mounts.
    case mnt
    /// The network stack.
    case net
    /// Process identifiers.
    case pid
    /// Clock offsets; since 5.6.
    case time
    /// Users and capabilities.
    case user
    /// Host and domain name.
    case uts

    /// The flag that makes one.
    public var flag: CloneFlags {
        switch self {
        case .cgroup: .CLONE_NEWCGROUP
        case .ipc: .CLONE_NEWIPC
        case .mnt: .CLONE_NEWNS
        case .net: .CLONE_NEWNET
        case .pid: .CLONE_NEWPID
        case .time: .CLONE_NEWTIME
        case .user: .CLONE_NEWUSER
        case .uts: .CLONE_NEWUTS
        }
    }
}
