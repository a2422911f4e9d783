public import KernelABI

extension Kernel {
    /// `setns` with a pidfd of `target`: `kernel/nsproxy.c`. `flags` must not have what ``setnsNotModelled(_:of:flags:)``
    /// names.
    public mutating func setns(_ current: TaskID, of target: TaskID, flags: CloneFlags) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(tasks[target.index].exitState != .dead, "a task that is gone has no pidfd")
        precondition(sees(current, target), "a task that has no pid here has no pidfd")
        precondition(setnsNotModelled(current, of: target, flags: flags).isEmpty, "\(flags) is not modelled")
        // check_setns_flags
        if flags.isEmpty || !flags.isSubset(of: Kernel.setnsFlagsKnown) {
            return .refused(Refusal(.setnsFlags, .EINVAL))
        }
        // validate_nsset: the target is looked at before its namespaces are.
        guard mayLook(current, at: target) else { return .refused(Refusal(.setnsPtrace, .EPERM)) }
        guard isLiving(target) else { return .refused(Refusal(.setnsEnded, .ESRCH)) }
        let cred = cred(of: current)
        var newCred = cred
        if flags.contains(.CLONE_NEWUSER) {
            // userns_install. It asks for CAP_SYS_ADMIN in there too, which whoever may look at a process of another user
            // namespace has: in this model a task has every capability in a user namespace or none.
            let entered = self.cred(of: target).userNS
            if entered == cred.userNS { return .refused(Refusal(.setnsSameUserNS, .EINVAL)) }
            precondition(nsCapable(cred, .CAP_SYS_ADMIN, in: entered), "who may look at a process may enter")
            newCred = setCredUserNS(cred, entered)
        }
        let theirs = nsproxies[tasks[target.index].nsproxy.index]
        if let refusal = refusalOfEntering(theirs, tasks[target.index].pidNS, flags, cred, newCred) {
            return .refused(refusal)
        }
        var proxy = nsproxies[tasks[current.index].nsproxy.index]
        if flags.contains(.CLONE_NEWNS) { proxy.mntNS = theirs.mntNS }
        if flags.contains(.CLONE_NEWUTS) { proxy.utsNS = theirs.utsNS }
        if flags.contains(.CLONE_NEWIPC) { proxy.ipcNS = theirs.ipcNS }
        if flags.contains(.CLONE_NEWPID) { proxy.pidNSForChildren = tasks[target.index].pidNS }
        if flags.contains(.CLONE_NEWCGROUP) { proxy.cgroupNS = theirs.cgroupNS }
        if flags.contains(.CLONE_NEWNET) { proxy.netNS = theirs.netNS }
        nsproxies.append(proxy)
        tasks[current.index].nsproxy = NSProxyID(nsproxies.count - 1)
        if flags.contains(.CLONE_NEWUSER) { commitCreds(current, newCred) }
        return .success(())
    }

    /// The kinds' own `install`, in the order of `validate_nsset`: capabilities in the user namespace that owns the entered
    /// one, and in the one that the caller will be in.
    ///
    /// `pidns_install` also asks whether the PID namespace is the caller's own or below it: a process in another one could
    /// not be named.
    private func refusalOfEntering(
        _ theirs: NSProxy,
        _ pidNS: PIDNamespaceID,
        _ flags: CloneFlags,
        _ cred: Cred,
        _ newCred: Cred
    ) -> Refusal? {
        func refuses(_ flag: CloneFlags, _ owner: UserNamespaceID, _ inOwn: Capabilities = .CAP_SYS_ADMIN) -> Bool {
            flags.contains(flag)
                && !(nsCapable(cred, .CAP_SYS_ADMIN, in: owner) && nsCapable(cred, inOwn, in: newCred.userNS))
        }
        func owner(_ namespace: NamespaceID) -> UserNamespaceID { otherNamespaces[namespace.index] }
        if refuses(.CLONE_NEWNS, owner(theirs.mntNS), [.CAP_SYS_CHROOT, .CAP_SYS_ADMIN]) {
            return Refusal(.setnsMntCapable, .EPERM)
        }
        if refuses(.CLONE_NEWUTS, utsNamespaces[theirs.utsNS.index].userNS) { return Refusal(.setnsCapable, .EPERM) }
        if refuses(.CLONE_NEWIPC, owner(theirs.ipcNS)) { return Refusal(.setnsIpcCapable, .EPERM) }
        if refuses(.CLONE_NEWPID, pidNamespaces[pidNS.index].userNS) { return Refusal(.setnsPidCapable, .EPERM) }
        if refuses(.CLONE_NEWCGROUP, owner(theirs.cgroupNS)) { return Refusal(.setnsCgroupCapable, .EPERM) }
        if refuses(.CLONE_NEWNET, owner(theirs.netNS)) { return Refusal(.setnsNetCapable, .EPERM) }
        return nil
    }

    /// Those of the flags that `setns` would get as far as heeding, and the model does not know yet.
    ///
    /// Whether a task that is not dumpable may be looked at when it has ended differs from one stable release to the next:
    /// some ask what its memory was (`user_dumpable`), others find none and ask nothing.
    public func setnsNotModelled(_ current: TaskID, of target: TaskID, flags: CloneFlags) -> CloneFlags {
        guard !flags.isEmpty, flags.isSubset(of: Kernel.setnsFlagsKnown) else { return [] }
        let cred = cred(of: current)
        if !isLiving(target), !tasks[target.index].isDumpable, !capable(cred, .CAP_SYS_PTRACE),
            mayLookByUser(cred, self.cred(of: target))
        {
            return flags
        }
        return flags.subtracting([
            .CLONE_NEWUSER, .CLONE_NEWNS, .CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWPID, .CLONE_NEWCGROUP, .CLONE_NEWNET,
        ])
    }

    /// The flags of `check_setns_flags`.
    private static let setnsFlagsKnown: CloneFlags = [
        .CLONE_NEWNS, .CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWNET, .CLONE_NEWTIME, .CLONE_NEWUSER, .CLONE_NEWPID,
        .CLONE_NEWCGROUP,
    ]
}
