/// The files in `/proc/PID/ns`: one for each kind of namespace, and those for what a process's children will be in.
public enum NamespaceFile: String, CaseIterable, Hashable, Sendable {
    /// The cgroup namespace.
    case cgroup
    /// The IPC namespace.
    case ipc
    /// The mount namespace.
    case mnt
    /// The network namespace.
    case net
    /// The PID namespace that the process itself is in.
    case pid
    /// The one that its children will be in.
    case pidForChildren = "pid_for_children"
    /// The time namespace that the process itself is in.
    case time
    /// The one that its children will be in.
    case timeForChildren = "time_for_children"
    /// The user namespace.
    case user
    /// The UTS namespace.
    case uts

    /// The file of the namespace that a process itself is in.
    public init(_ kind: NamespaceKind) {
        self =
            switch kind {
            case .cgroup: .cgroup
            case .ipc: .ipc
            case .mnt: .mnt
            case .net: .net
            case .pid: .pid
            case .time: .time
            case .user: .user
            case .uts: .uts
            }
    }

    /// What kind of namespace it names.
    public var kind: NamespaceKind {
        switch self {
        case .cgroup: .cgroup
        case .ipc: .ipc
        case .mnt: .mnt
        case .net: .net
        case .pid, .pidForChildren: .pid
        case .time, .timeForChildren: .time
        case .user: .user
        case .uts: .uts
        }
    }
}
