public import KernelABI

extension Kernel {
    /// Writes `/proc/sys/user/max_*_namespaces`, of which each user namespace has its own: `set_lookup` and
    /// `set_permissions`, `kernel/ucount.c`.
    ///
    /// - Parameters:
    ///   - current: who writes, in its own user namespace; nil for root of the initial one.
    ///   - limit: at most `INT_MAX`; the kernel refuses more.
    public mutating func writeMaxNamespaces(
        _ current: TaskID?,
        _ kind: NamespaceKind,
        _ limit: UInt32
    ) -> Transition<Void> {
        precondition(limit <= Int32.max, "a number that the kernel does not take")
        var namespace = UserNamespaceID.initial
        if let current {
            precondition(isLiving(current), "only a living task makes calls")
            let cred = cred(of: current)
            guard nsCapable(cred, .CAP_SYS_RESOURCE, in: cred.userNS) else {
                return .refused(Refusal(.sysctlUserPermission, .EACCES))
            }
            namespace = cred.userNS
        }
        userNamespaces[namespace.index].maxNamespaces[kind] = limit
        hasNamespaceLimits = true
        return .success(())
    }
}
