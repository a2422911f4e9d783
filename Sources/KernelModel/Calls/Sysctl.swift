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

    /// Whether `kernel.threads-max` may be set to a number in this model. How many threads the machine has beside those of a
    /// program is not known: one is there always, and more than pids never.
    public static func isModelled(maxThreads: UInt32) -> Bool {
        maxThreads <= 1 || maxThreads >= PidsLimit.largest
    }

    /// Writes `kernel.threads-max`: `test_perm`, `fs/proc/proc_sysctl.c`, and `sysctl_max_threads`, `kernel/fork.c`.
    ///
    /// - Parameters:
    ///   - current: who writes; nil for root of the initial user namespace.
    ///   - limit: what ``isModelled(maxThreads:)``.
    public mutating func writeThreadsMax(_ current: TaskID?, _ limit: UInt32) -> Transition<Void> {
        precondition(Kernel.isModelled(maxThreads: limit), "\(limit) threads are not modelled")
        if let current {
            precondition(isLiving(current), "only a living task makes calls")
            // Capabilities are not asked for: who is root, in whatever user namespace, owns the file.
            guard cred(of: current).user == .initUser else {
                return .refused(Refusal(.sysctlPermission, .EACCES))
            }
        }
        // MAX_THREADS, FUTEX_TID_MASK
        guard (1...0x3fff_ffff).contains(limit) else { return .refused(Refusal(.sysctlRange, .EINVAL)) }
        maxThreads = limit < PidsLimit.largest ? limit : nil
        return .success(())
    }

    /// Whether `kernel.threads-max` refuses every fork.
    public var hasThreadLimit: Bool { maxThreads != nil }

    /// `copy_process`: there are as many threads as the machine may have, which nobody is exempt from.
    func refusalOfThreads() -> Refusal? {
        guard let maxThreads else { return nil }
        return Refusal(.cloneThreadsMax, .EAGAIN, limit: UInt64(maxThreads))
    }
}
