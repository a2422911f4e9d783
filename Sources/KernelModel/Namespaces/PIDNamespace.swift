/// A scope of process numbers, as `struct pid_namespace` of `include/linux/pid_namespace.h`.
///
/// The numbers of the initial one are not modelled: processes beside a program's have most of them.
public struct PIDNamespace: Hashable, Sendable {
    /// `parent`; nil for the initial one.
    public let parent: PIDNamespaceID?
    /// `level`: how many PID namespaces are above it.
    public let level: Int
    /// `user_ns`
    public let userNS: UserNamespaceID
    /// `child_reaper`: its first process, who adopts its orphans and takes everybody along when it ends; nil before there
    /// is one.
    public internal(set) var childReaper: TaskID?
    /// `PIDNS_ADDING` in `pid_allocated`: whether it takes further processes.
    public internal(set) var isAdding = true
    /// `pid_max`, since 6.14: `PID_MAX_LIMIT` to begin with, whatever the parent's is.
    var pidMax = Kernel.pidMaxLimit
    /// `idr`
    var numbers = PIDNumbers()
}
