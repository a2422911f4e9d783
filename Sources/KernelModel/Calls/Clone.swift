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

        // copy_creds: the child counts as one of the user's processes before the limit is asked.
        let parent = tasks[current.index]
        let cred = creds[parent.realCred.index]
        users[cred.user.index].processes += 1
        if let refusal = refusalByRlimitNproc(cred, parent.rlimitNproc) {
            users[cred.user.index].processes -= 1
            return .refused(refusal)
        }

        var nsproxy = parent.nsproxy
        if !flags.isEmpty {
            if let refusal = refusalOfNewNamespaces(flags, cred, .cloneNamespaceCapable) {
                users[cred.user.index].processes -= 1
                return .refused(refusal)
            }
            // copy_namespaces. What fails after it throws the new namespaces away; so does this order.
            if let refusal = cgroupCanFork(parent.cgroups) {
                users[cred.user.index].processes -= 1
                return .refused(refusal)
            }
            nsproxy = createNewNamespaces(flags, parent.nsproxy)
        } else if let refusal = cgroupCanFork(parent.cgroups) {
            users[cred.user.index].processes -= 1
            return .refused(refusal)
        }

        return .success(addChild(of: current, nsproxy))
    }

    /// The child becomes visible: what `copy_process` does when nothing can refuse any more.
    mutating func addChild(of current: TaskID, _ nsproxy: NSProxyID) -> TaskID {
        let parent = tasks[current.index]
        let child = TaskID(tasks.count)
        tasks.append(
            Task(
                realParent: current,
                realCred: parent.realCred,
                nsproxy: nsproxy,
                cgroups: parent.cgroups,
                rlimitNproc: parent.rlimitNproc
            )
        )
        link(child, under: current)
        living += 1
        cgroupPostFork(child)
        return child
    }

    /// Those of the flags that `clone` would get as far as heeding, and the model does not know yet.
    ///
    /// Flags that `copy_process` refuses at its top decide by themselves, whatever stands beside them.
    public func cloneFlagsNotModelled(_ flags: CloneFlags) -> CloneFlags {
        // Debian asks for a capability between the first checks where CLONE_NEWUSER is set, depending on a setting.
        let isDecided = refusalOfFlags(flags) != nil
        let reachesUsernsCheck = flags.contains(.CLONE_NEWUSER) && !flags.contains(.CLONE_FS)
        if isDecided && !reachesUsernsCheck { return [] }
        return flags.subtracting(Kernel.newNamespaceFlags)
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

    /// `is_rlimit_overlimit` and the exemptions beside it in `copy_process`. The count holds the child already.
    private func refusalByRlimitNproc(_ cred: Cred, _ limit: RLimit) -> Refusal? {
        let count = users[cred.user.index].processes
        let allowed = Int64(clamping: limit.current)
        guard count > allowed, cred.user != .initUser,
            cred.capEffective.isDisjoint(with: [.CAP_SYS_RESOURCE, .CAP_SYS_ADMIN])
        else { return nil }
        return Refusal(
            .rlimitNproc,
            .EAGAIN,
            at: .user(cred.user),
            limit: limit.current,
            count: UInt64(count)
        )
    }
}
