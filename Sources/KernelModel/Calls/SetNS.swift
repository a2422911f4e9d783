public import KernelABI

extension Kernel {
    /// `setns` with a pidfd of `target`: `kernel/nsproxy.c`. `flags` must not have what ``setnsNotModelled(_:of:flags:)``
    /// names.
    public mutating func setns(_ current: TaskID, of target: TaskID, flags: CloneFlags) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(tasks[target.index].exitState != .dead, "a task that is gone has no pidfd")
        precondition(setnsNotModelled(current, of: target, flags: flags).isEmpty, "\(flags) is not modelled")
        // check_setns_flags
        if flags.isEmpty || !flags.isSubset(of: Kernel.setnsFlagsKnown) {
            return .refused(Refusal(.setnsFlags, .EINVAL))
        }
        // validate_nsset: the target is looked at before its namespaces are.
        let cred = cred(of: current)
        // ptrace_may_access: a task may look at itself, and root at all. An unprivileged task of this model has changed its
        // user, or descends from one that has; that made its memory not dumpable, so that none but root looks at it.
        if target != current, !isRoot(cred) {
            return .refused(Refusal(.setnsPtrace, .EPERM))
        }
        guard isLiving(target) else { return .refused(Refusal(.setnsEnded, .ESRCH)) }
        // utsns_install
        guard cred.capEffective.contains(.CAP_SYS_ADMIN) else { return .refused(Refusal(.setnsCapable, .EPERM)) }
        var proxy = nsproxies[tasks[current.index].nsproxy.index]
        proxy.utsNS = nsproxies[tasks[target.index].nsproxy.index].utsNS
        nsproxies.append(proxy)
        tasks[current.index].nsproxy = NSProxyID(nsproxies.count - 1)
        return .success(())
    }

    /// Those of the flags that `setns` would get as far as heeding, and the model does not know yet.
    ///
    /// Whether an unprivileged task may look at an ended one of its own user depends on what the kernel keeps of the
    /// latter's memory: `task_still_dumpable` in later kernels. That is not modelled either.
    public func setnsNotModelled(_ current: TaskID, of target: TaskID, flags: CloneFlags) -> CloneFlags {
        guard !flags.isEmpty, flags.isSubset(of: Kernel.setnsFlagsKnown) else { return [] }
        if !isRoot(cred(of: current)), cred(of: current) == cred(of: target), !isLiving(target) { return flags }
        return flags.subtracting(.CLONE_NEWUTS)
    }

    private func isRoot(_ cred: Cred) -> Bool { cred.capEffective == .all }

    /// The flags of `check_setns_flags`.
    private static let setnsFlagsKnown: CloneFlags = [
        .CLONE_NEWNS, .CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWNET, .CLONE_NEWTIME, .CLONE_NEWUSER, .CLONE_NEWPID,
        .CLONE_NEWCGROUP,
    ]
}
