import KernelABI

extension Kernel {
    /// `ns_capable`: `cap_capable`, `security/commoncap.c`. A capability counts in its user namespace and in all below;
    /// whoever made a user namespace has every capability there while it is in the parent.
    func nsCapable(_ cred: Cred, _ capability: Capabilities, in target: UserNamespaceID) -> Bool {
        var level = target
        while true {
            if level == cred.userNS { return cred.capEffective.isSuperset(of: capability) }
            let namespace = userNamespaces[level.index]
            guard let parent = namespace.parent, namespace.level > userNamespaces[cred.userNS.index].level else {
                return false
            }
            if parent == cred.userNS, namespace.owner == cred.user { return true }
            level = parent
        }
    }

    /// `capable`: in the initial user namespace.
    func capable(_ cred: Cred, _ capability: Capabilities) -> Bool { nsCapable(cred, capability, in: .initial) }

    /// `cred_cap_issubset`, `kernel/cred.c`: whether `cred` has no right that `old` had not.
    private func capIsSubset(_ cred: Cred, of old: Cred) -> Bool {
        if old.userNS == cred.userNS { return cred.capEffective.isSubset(of: old.capEffective) }
        var level = cred.userNS
        while let parent = userNamespaces[level.index].parent {
            if parent == old.userNS, userNamespaces[level.index].owner == old.user { return true }
            level = parent
        }
        return false
    }

    /// `commit_creds`, `kernel/cred.c`: the task counts as its new user's before it ceases to count as the old one's, and is
    /// not dumpable any more where it has become somebody else or gained a right.
    mutating func commitCreds(_ current: TaskID, _ cred: Cred) {
        let old = self.cred(of: current)
        if old.user != cred.user || !capIsSubset(cred, of: old) {
            for sharer in sharingMm(with: current) { tasks[sharer.index].isDumpable = false }
        }
        countProcess(cred.ucounts)
        tasks[current.index].realCred = credentials(cred)
        uncountProcess(old.ucounts)
    }

    /// `__ptrace_may_access` with `PTRACE_MODE_READ_REALCREDS`, `kernel/ptrace.c`, and `cap_ptrace_access_check`.
    func mayLook(_ current: TaskID, at target: TaskID) -> Bool {
        if sameThreadGroup(current, target) { return true }
        let (cred, tcred) = (cred(of: current), cred(of: target))
        guard mayLookByUser(cred, tcred) else { return false }
        guard mayLookAtMm(cred, of: target) else { return false }
        if cred.userNS == tcred.userNS, tcred.capEffective.isSubset(of: cred.capEffective) { return true }
        return nsCapable(cred, .CAP_SYS_PTRACE, in: tcred.userNS)
    }

    /// Whether that can be told. Whether a task that is not dumpable may be looked at when it has ended differs from one stable
    /// release to the next: some ask what its memory was (`user_dumpable`), others find none and ask nothing.
    func isKnownWhetherToLook(_ current: TaskID, at target: TaskID) -> Bool {
        let cred = cred(of: current)
        return isLiving(target) || tasks[target.index].isDumpable || capable(cred, .CAP_SYS_PTRACE)
            || !mayLookByUser(cred, self.cred(of: target))
    }

    /// The memory is dumpable, or of a user namespace in which one may look at anything.
    private func mayLookAtMm(_ cred: Cred, of target: TaskID) -> Bool {
        tasks[target.index].isDumpable || nsCapable(cred, .CAP_SYS_PTRACE, in: tasks[target.index].userNSOfMm)
    }

    /// The first of these checks: the same user, or a capability.
    func mayLookByUser(_ cred: Cred, _ tcred: Cred) -> Bool {
        cred.user == tcred.user || nsCapable(cred, .CAP_SYS_PTRACE, in: tcred.userNS)
    }

    /// `inode_permission` of a file that its owner alone may write: who is the owner, or has `CAP_DAC_OVERRIDE` in a user
    /// namespace where the owner has an id (`capable_wrt_inode_uidgid`).
    func mayWriteAsOwner(_ cred: Cred, _ owner: UserID) -> Bool {
        cred.user == owner
            || (cred.capEffective.contains(.CAP_DAC_OVERRIDE) && userNamespaces[cred.userNS.index].maps(owner))
    }
}
