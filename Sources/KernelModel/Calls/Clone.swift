public import KernelABI

/// What `kernel_clone` is handed beside the flags: the rest of `struct kernel_clone_args`, `include/linux/sched/task.h`.
struct KernelCloneArgs {
    /// `exit_signal`
    var exitSignal = CloneArgs.SIGCHLD
    /// `pidfd`; `clone` gives it the address of `parent_tid`.
    var pidfd = CloneArgs.PidfdAddress.parentTID
    /// `set_tid`, the child's own level first
    var setTID: [CloneArgs.TID] = []
    /// What is open as the descriptor `cgroup`.
    var cgroup = CloneDirectory.none
}

/// What `clone3`'s descriptor `cgroup` stands for.
public enum CloneDirectory: Hashable, Sendable {
    /// Nothing is open there.
    case none
    /// The directory of a cgroup, which may have been removed.
    case cgroup(CgroupID)
    /// What is no cgroup's directory.
    case other
}

extension Kernel {
    /// `fork()` and `clone(flags)`: `kernel_clone` and `copy_process`, `kernel/fork.c`, in their order.
    ///
    /// The child's handle is the answer. `flags` must not have what ``cloneFlagsNotModelled(_:_:)`` names.
    public mutating func clone(_ current: TaskID, flags: CloneFlags = []) -> Transition<TaskID> {
        Transition(kernelClone(current, flags, nil))
    }

    /// `kernel_clone` and `copy_process`.
    ///
    /// - Parameter args: nil for those of `fork`.
    mutating func kernelClone(
        _ current: TaskID,
        _ flags: CloneFlags,
        _ args: KernelCloneArgs?
    ) -> Answer<TaskID> {
        precondition(isLiving(current), "only a living task makes calls")
        if !flags.isEmpty || args != nil {
            if let refusal = refusalOfFlags(current, flags, args) { return .refused(refusal) }
            precondition(flags.isSubset(of: Kernel.cloneFlagsModelled), "\(flags) is not modelled")
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
            switch createUserNS(cred, nproc: parent.rlimitNproc.current, .clone) {
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

        let isOverNproc = parent.isOverNproc && unmarkNproc(current)
        if let refusal = refusalOfThreads() {
            uncountProcess(childCred.ucounts)
            return .refused(refusal)
        }

        // copy_namespaces. What fails after it throws the new namespaces away; so does this order.
        if !flags.isEmpty,
            let refusal = refusalOfNewNamespaces(flags, cred, in: childCred.userNS, .cloneNamespaceCapable)
                ?? refusalOfSharedSemaphores(flags)
                ?? refusalOfCreation(current, flags, cred, childCred.userNS, .clone)
        {
            uncountProcess(childCred.ucounts)
            return .refused(refusal)
        }
        freezeOffsetsOfChild(of: current, flags)
        let numbers: ChildPids
        switch allocPid(current, flags, childCred.userNS, args?.setTID ?? []) {
        case .success(let found): numbers = found
        case .refused(let refusal):
            throwAwayNamespaces(flags, cred.user, childCred.userNS)
            uncountProcess(childCred.ucounts)
            return .refused(refusal)
        }
        var cset = parent.cgroups
        if let refusal = refusalAfterPid(flags, args, cred, &cset) {
            freePid(numbers)
            throwAwayNamespaces(flags, cred.user, childCred.userNS)
            uncountProcess(childCred.ucounts)
            return .refused(refusal)
        }
        let nsproxy = proxyOfChild(of: current, flags, cred.user, childCred.userNS, cset)
        guard !flags.isEmpty || args != nil || parent.files != .none || parent.fs != .own || isOverNproc else {
            let child = addChild(of: current, nsproxy)
            attachPid(numbers, to: child)
            return .success(child)
        }
        var newborn = Newborn()
        if flags.contains(.CLONE_NEWUSER) { newborn.cred = credentials(childCred) }
        newborn.cgroups = cset
        newborn.clearsHandlers = flags.contains(.CLONE_CLEAR_SIGHAND)
        newborn.files = copyFiles(of: current, flags)
        newborn.fs = copyFs(of: current, flags)
        newborn.isThread = flags.contains(.CLONE_THREAD)
        newborn.isAutoreaped = flags.contains(.CLONE_AUTOREAP)
        newborn.hasNoNewPrivs = flags.contains(.CLONE_NNP)
        newborn.isOverNproc = isOverNproc
        if !flags.isDisjoint(with: [.CLONE_PARENT, .CLONE_THREAD]) {
            newborn.realParent = tasks[current.index].realParent
            newborn.exitSignal = tasks.attributes(of: groupLeader(of: current)).exitSignal
            newborn.hasParentExeced = tasks.attributes(of: groupLeader(of: current)).hasParentExeced
        } else if let args {
            newborn.exitSignal = UInt8(args.exitSignal)
        }
        let child = addChild(of: current, nsproxy, newborn)
        share(current, with: child, flags)
        attachPid(numbers, to: child)
        if flags.contains(.CLONE_VFORK) { vforks.append(Vfork(parent: current, child: child)) }
        return .success(child)
    }

    /// What can refuse a child that has its pid: the pidfd, and `cgroup_can_fork`.
    private mutating func refusalAfterPid(
        _ flags: CloneFlags,
        _ args: KernelCloneArgs?,
        _ cred: Cred,
        _ cset: inout CSSSetID
    ) -> Refusal? {
        if let args {
            if let refusal = refusalOfPidfd(flags, args) { return refusal }
            if let refusal = enterCgroup(flags, args, cred, &cset) { return refusal }
        }
        return cgroupCanFork(cset)
    }

    /// What a child does not have of its parent.
    struct Newborn {
        /// nil: its parent's.
        var cred: CredID?
        /// nil: its parent's.
        var cgroups: CSSSetID?
        var files = FilesID.none
        var fs = FSID.own
        /// nil: who made it.
        var realParent: TaskID?
        var exitSignal = UInt8(CloneArgs.SIGCHLD)
        /// `CLONE_CLEAR_SIGHAND`
        var clearsHandlers = false
        /// `CLONE_THREAD`: nobody's child, and a part of the process that made it.
        var isThread = false
        /// `CLONE_AUTOREAP`
        var isAutoreaped = false
        /// `CLONE_NNP`
        var hasNoNewPrivs = false
        /// `PF_NPROC_EXCEEDED`, as who made it had it before.
        var isOverNproc = false
        /// `parent_exec_id`, of who has its maker's parent.
        var hasParentExeced = false
    }

    /// The child becomes visible: what `copy_process` does when nothing can refuse any more.
    mutating func addChild(of current: TaskID, _ nsproxy: NSProxyID, _ newborn: Newborn? = nil) -> TaskID {
        let attributes = childAttributes(of: tasks.attributes(of: current), nsproxy, newborn)
        let pidNS = attributes.pidNS
        let parent = newborn?.realParent ?? current
        let child = tasks.append(parent, attributes, like: current)
        if pidNamespaces[pidNS.index].childReaper == nil { pidNamespaces[pidNS.index].childReaper = child }
        if newborn?.isThread != true { link(child, under: parent) }
        living += 1
        unreaped += 1
        cgroupPostFork(child)
        return child
    }

    /// What a child is born with.
    func childAttributes(
        of parent: TaskAttributes,
        _ nsproxy: NSProxyID,
        _ newborn: Newborn?
    ) -> TaskAttributes {
        var attributes = parent
        attributes.nsproxy = nsproxy
        attributes.pidNS = nsproxies[nsproxy.index].pidNSForChildren
        if newborn?.isThread != true {
            attributes.isChildSubreaper = false
            attributes.isAutoreaped = newborn?.isAutoreaped ?? false
        }
        if newborn?.hasNoNewPrivs == true { attributes.hasNoNewPrivs = true }
        if newborn?.clearsHandlers == true {
            attributes.childSignal = Kernel.clearedHandler(attributes.childSignal)
        }
        attributes.files = newborn?.files ?? .none
        attributes.fs = newborn?.fs ?? .own
        attributes.exitSignal = newborn?.exitSignal ?? UInt8(CloneArgs.SIGCHLD)
        attributes.hasParentExeced = newborn?.hasParentExeced ?? false
        attributes.isOverNproc = newborn?.isOverNproc ?? false
        if let cred = newborn?.cred { attributes.realCred = cred }
        if let cgroups = newborn?.cgroups { attributes.cgroups = cgroups }
        return attributes
    }

    /// Those of the flags that `clone` would get as far as heeding, and the model does not know yet.
    ///
    /// Flags that are refused before anything is copied decide by themselves, whatever stands beside them. `clone` has no
    /// memory for a pidfd in this model.
    public func cloneFlagsNotModelled(_ current: TaskID, _ flags: CloneFlags) -> CloneFlags {
        if refusalOfFlags(current, flags, nil) != nil { return [] }
        return flags.subtracting(
            // The bit of CLONE_NEWTIME is one of the exit signal's here.
            Kernel.cloneFlagsModelled.subtracting([
                .CLONE_PIDFD, .CLONE_CLEAR_SIGHAND, .CLONE_INTO_CGROUP, .CLONE_NEWTIME, .CLONE_AUTOREAP, .CLONE_NNP,
                .CLONE_PIDFD_AUTOKILL,
            ])
        )
    }

    /// The flags that the model heeds, or that have no effect on what it has: nobody is traced, no semaphore is undone, and
    /// what is written to the null pointer is not.
    static let cloneFlagsModelled: CloneFlags = newNamespaceFlags.union([
        .CLONE_NEWUSER, .CLONE_PARENT, .CLONE_PIDFD, .CLONE_INTO_CGROUP, .CLONE_FS, .CLONE_FILES, .CLONE_PTRACE,
        .CLONE_UNTRACED,
        .CLONE_SYSVSEM, .CLONE_IO, .CLONE_PARENT_SETTID, .CLONE_CHILD_SETTID, .CLONE_CHILD_CLEARTID, .CLONE_DETACHED,
        .CLONE_CLEAR_SIGHAND, .CLONE_VM, .CLONE_SIGHAND, .CLONE_THREAD, .CLONE_VFORK, .CLONE_AUTOREAP, .CLONE_NNP,
        .CLONE_PIDFD_AUTOKILL,
    ])

    /// The checks at the top of `kernel_clone` and of `copy_process`.
    func refusalOfFlags(_ current: TaskID, _ flags: CloneFlags, _ args: KernelCloneArgs?) -> Refusal? {
        if flags.isSuperset(of: [.CLONE_PIDFD, .CLONE_PARENT_SETTID]), (args?.pidfd ?? .parentTID) == .parentTID {
            return Refusal(.clonePidfdAtParentTID, .EINVAL)
        }
        if let args, configuration.asksExitSignalInKernelClone, !CloneArgs.isValidSignal(args.exitSignal) {
            return Refusal(.cloneExitSignal, .EINVAL)
        }
        if flags.isSuperset(of: [.CLONE_NEWNS, .CLONE_FS]) { return Refusal(.cloneNewnsWithFs, .EINVAL) }
        if flags.isSuperset(of: [.CLONE_NEWUSER, .CLONE_FS]) { return Refusal(.cloneNewuserWithFs, .EINVAL) }
        if let refusal = refusalOfUnprivilegedUserNS(cred(of: current), flags, .clone) { return refusal }
        if flags.contains(.CLONE_THREAD), !flags.contains(.CLONE_SIGHAND) {
            return Refusal(.cloneThreadWithoutSighand, .EINVAL)
        }
        if flags.contains(.CLONE_SIGHAND), !flags.contains(.CLONE_VM) {
            return Refusal(.cloneSighandWithoutVm, .EINVAL)
        }
        if flags.contains(.CLONE_PARENT), isUnkillable(current) {
            return Refusal(.cloneSiblingOfFirst, .EINVAL)
        }
        if flags.contains(.CLONE_THREAD), !flags.isDisjoint(with: [.CLONE_NEWUSER, .CLONE_NEWPID]) {
            return Refusal(.cloneThreadElsewhere, .EINVAL)
        }
        if flags.contains(.CLONE_THREAD), isAboutToLeavePIDNS(current) {
            return Refusal(.cloneThreadLeavesPIDNS, .EINVAL)
        }
        if let refusal = refusalOfSharedClocks(current, flags) { return refusal }
        if flags.isSuperset(of: [.CLONE_PIDFD, .CLONE_THREAD]), !configuration.hasPidfdsOfThreads {
            return Refusal(.clonePidfdOfThread, .EINVAL)
        }
        if flags.isSuperset(of: [.CLONE_PIDFD, .CLONE_DETACHED]) { return Refusal(.clonePidfdDetached, .EINVAL) }
        return refusalOfAutoreap(current, flags, args)
    }

    /// `copy_namespaces`: who leaves its semaphores behind cannot undo them.
    private func refusalOfSharedSemaphores(_ flags: CloneFlags) -> Refusal? {
        flags.isSuperset(of: [.CLONE_NEWIPC, .CLONE_SYSVSEM]) ? Refusal(.cloneSysvsemElsewhere, .EINVAL) : nil
    }

    /// Counts a child with its user, unless `is_rlimit_overlimit` finds one too many and nothing exempts the caller.
    ///
    /// - Parameter isExempt: whether something does, where that is known.
    @inline(__always)
    mutating func chargeNproc(_ cred: Cred, _ child: Cred, _ limit: RLimit, isExempt: Bool? = nil) -> Refusal? {
        countProcess(child.ucounts)
        guard let refusal = rlimitOverlimit(child.ucounts, limit.current),
            !(isExempt ?? isExemptFromNproc(cred, child))
        else { return nil }
        uncountProcess(child.ucounts)
        return refusal
    }
}
