public import KernelABI

extension Kernel {
    /// `fork()` and `clone(flags)`: `kernel_clone` and `copy_process`, `kernel/fork.c`, in their order.
    ///
    /// The child's handle is the answer. `flags` must not have what ``cloneFlagsNotModelled(_:)`` names.
    public mutating func clone(_ current: TaskID, flags: CloneFlags = []) -> Transition<TaskID> {
        precondition(isLiving(current), "only a living task makes calls")
        if !flags.isEmpty {
            if let refusal = refusalOfFlags(flags) { return .refused(refusal) }
            precondition(cloneFlagsNotModelled(flags).isEmpty, "\(flags) is not modelled")
        }

        // copy_creds: the child counts as one of the user's processes before the limit is asked, in the user namespace that
        // it will be in. Before 5.14 a user's processes are counted wherever they are, and the limit is asked first of all.
        let parent = tasks.attributes(of: current)
        let cred = creds[parent.realCred.index]
        var childCred = cred
        if flags.contains(.CLONE_NEWUSER) {
            if configuration.countsProcessesOfUser, let refusal = chargeNproc(cred, cred, parent.rlimitNproc) {
                return .refused(refusal)
            }
            switch createUserNS(cred, nproc: parent.rlimitNproc.current, .cloneUserNSUnmapped) {
            case .success(let made): childCred = made
            case .refused(let refusal):
                if configuration.countsProcessesOfUser { uncountProcess(cred.ucounts) }
                return .refused(refusal)
            }
        }
        if !flags.contains(.CLONE_NEWUSER) || !configuration.countsProcessesOfUser,
            let refusal = chargeNproc(cred, childCred, parent.rlimitNproc)
        {
            return .refused(refusal)
        }

        // copy_namespaces. What fails after it throws the new namespaces away; so does this order.
        if !flags.isEmpty,
            let refusal = refusalOfNewNamespaces(flags, cred, in: childCred.userNS, .cloneNamespaceCapable)
        {
            uncountProcess(childCred.ucounts)
            return .refused(refusal)
        }
        if let refusal = refusalOfPid(current, flags, childCred.userNS) {
            uncountProcess(childCred.ucounts)
            return .refused(refusal)
        }
        if let refusal = cgroupCanFork(parent.cgroups) {
            // A namespace that was made for this child is gone with it.
            if !flags.contains(.CLONE_NEWPID) { freePid(in: nsproxies[parent.nsproxy.index].pidNSForChildren) }
            uncountProcess(childCred.ucounts)
            return .refused(refusal)
        }
        let nsproxy = flags.isEmpty ? parent.nsproxy : createNewNamespaces(flags, parent.nsproxy, childCred.userNS)
        let own = flags.contains(.CLONE_NEWUSER) ? credentials(childCred) : nil
        return .success(addChild(of: current, nsproxy, own))
    }

    /// `copy_pid_ns`, and `alloc_pid` in the namespace that the child will be in.
    private func refusalOfPid(_ current: TaskID, _ flags: CloneFlags, _ owner: UserNamespaceID) -> Refusal? {
        if flags.contains(.CLONE_NEWPID) {
            return refusalOfNewPIDNS(current, owner, elsewhere: .clonePIDNSElsewhere, foreign: .clonePIDNSForeign)
        }
        return refusalOfAllocPid(in: nsproxies[tasks[current.index].nsproxy.index].pidNSForChildren)
    }

    /// The child becomes visible: what `copy_process` does when nothing can refuse any more.
    mutating func addChild(of current: TaskID, _ nsproxy: NSProxyID, _ cred: CredID? = nil) -> TaskID {
        var attributes = tasks.attributes(of: current)
        let pidNS = nsproxies[nsproxy.index].pidNSForChildren
        let child: TaskID
        if nsproxy == attributes.nsproxy, pidNS == attributes.pidNS, cred == nil {
            child = tasks.appendCopy(of: current)
        } else {
            attributes.nsproxy = nsproxy
            attributes.pidNS = pidNS
            if let cred { attributes.realCred = cred }
            child = tasks.append(current, attributes)
        }
        if pidNamespaces[pidNS.index].childReaper == nil { pidNamespaces[pidNS.index].childReaper = child }
        link(child, under: current)
        living += 1
        cgroupPostFork(child)
        return child
    }

    /// Those of the flags that `clone` would get as far as heeding, and the model does not know yet.
    ///
    /// Flags that `copy_process` refuses at its top decide by themselves, whatever stands beside them.
    public func cloneFlagsNotModelled(_ flags: CloneFlags) -> CloneFlags {
        if refusalOfFlags(flags) != nil { return [] }
        return flags.subtracting(Kernel.newNamespaceFlags).subtracting(.CLONE_NEWUSER)
    }

    /// The checks of flags at the top of `copy_process`.
    private func refusalOfFlags(_ flags: CloneFlags) -> Refusal? {
        if flags.isSuperset(of: [.CLONE_NEWNS, .CLONE_FS]) { return Refusal(.cloneNewnsWithFs, .EINVAL) }
        if flags.isSuperset(of: [.CLONE_NEWUSER, .CLONE_FS]) { return Refusal(.cloneNewuserWithFs, .EINVAL) }
        if flags.contains(.CLONE_THREAD), !flags.contains(.CLONE_SIGHAND) {
            return Refusal(.cloneThreadWithoutSighand, .EINVAL)
        }
        if flags.contains(.CLONE_SIGHAND), !flags.contains(.CLONE_VM) {
            return Refusal(.cloneSighandWithoutVm, .EINVAL)
        }
        if flags.contains(.CLONE_THREAD), !flags.isDisjoint(with: [.CLONE_NEWUSER, .CLONE_NEWPID]) {
            return Refusal(.cloneThreadElsewhere, .EINVAL)
        }
        return nil
    }

    /// Counts a child with its user, unless `is_rlimit_overlimit` finds one too many and nothing exempts the caller.
    private mutating func chargeNproc(_ cred: Cred, _ child: Cred, _ limit: RLimit) -> Refusal? {
        countProcess(child.ucounts)
        guard let refusal = rlimitOverlimit(child.ucounts, limit.current), !isExemptFromNproc(cred, child) else {
            return nil
        }
        uncountProcess(child.ucounts)
        return refusal
    }
}
