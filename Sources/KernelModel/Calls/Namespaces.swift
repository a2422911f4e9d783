public import KernelABI

extension Kernel {
    /// `unshare(flags)`: `ksys_unshare`, `kernel/fork.c`. `flags` must not have what ``unshareFlagsNotModelled(_:)``
    /// names.
    ///
    /// Sharing memory or signal handlers is nothing to undo for a task that shares them with none, and is not undone for others.
    /// A new mount or user namespace comes with a root and a working directory of one's own.
    public mutating func unshare(_ current: TaskID, flags: CloneFlags) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(unshareFlagsNotModelled(flags).isEmpty, "\(flags) is not modelled")
        let cred = cred(of: current)
        if let refusal = refusalOfUnprivilegedUserNS(cred, flags, .unshare) { return .refused(refusal) }
        if !flags.isSubset(of: Kernel.unshareFlagsKnown) { return .refused(Refusal(.unshareFlags, .EINVAL)) }
        if let refusal = refusalOfUnsharing(current, flags) { return .refused(refusal) }
        var newCred: Cred?
        if flags.contains(.CLONE_NEWUSER) {
            switch createUserNS(cred, nproc: tasks[current.index].rlimitNproc.current, .unshare) {
            case .success(let made): newCred = made
            case .refused(let refusal): return .refused(refusal)
            }
        }
        let owner = newCred?.userNS ?? cred.userNS
        if let refusal = refusalOfNewNamespaces(flags, cred, in: owner, .unshareNamespaceCapable) {
            return .refused(refusal)
        }
        if let refusal = refusalOfCreation(current, flags, cred, owner, .unshare) { return .refused(refusal) }
        if flags.contains(.CLONE_FILES) { unshareFiles(current) }
        if !flags.isDisjoint(with: [.CLONE_FS, .CLONE_NEWNS, .CLONE_NEWUSER]) { unshareFs(current) }
        tasks[current.index].nsproxy = createNewNamespaces(flags, of: current, cred.user, owner)
        if let newCred { commitCreds(current, newCred) }
        return .success(())
    }

    /// What follows in `check_unshare_flags`: nobody leaves its process, or memory or signal handlers that it shares. A new user
    /// namespace is for all of a process, signal handlers are its tasks', and memory has signal handlers.
    private func refusalOfUnsharing(_ current: TaskID, _ flags: CloneFlags) -> Refusal? {
        let ofProcess: CloneFlags = [.CLONE_NEWUSER, .CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM]
        if !flags.isDisjoint(with: ofProcess), !isThreadGroupEmpty(current) {
            return Refusal(.unshareThreads, .EINVAL)
        }
        if !flags.isDisjoint(with: [.CLONE_SIGHAND, .CLONE_VM]), sharingSighand(with: current).count > 1 {
            return Refusal(.unshareSharedSighand, .EINVAL)
        }
        if flags.contains(.CLONE_VM), !isSingleThreaded(current) { return Refusal(.unshareSharedMemory, .EINVAL) }
        return nil
    }

    /// Those of the flags that `unshare` would get as far as heeding, and the model does not know yet.
    public func unshareFlagsNotModelled(_ flags: CloneFlags) -> CloneFlags {
        // A bit without a name may mean something to a later kernel.
        let named = CloneFlags(CloneFlags.named.map(\.flag))
        let beyondNames = flags.subtracting(named)
        if !beyondNames.isEmpty { return beyondNames }
        if !flags.isSubset(of: Kernel.unshareFlagsKnown) { return [] }
        return flags.subtracting([.CLONE_FS, .CLONE_FILES, .CLONE_VM, .CLONE_SIGHAND, .CLONE_THREAD, .CLONE_NEWUSER])
            .subtracting(Kernel.newNamespaceFlags)
    }

    /// The namespaces that the model makes anew, all of them members of `nsproxy`.
    static let newNamespaceFlags: CloneFlags = [
        .CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWNS, .CLONE_NEWPID, .CLONE_NEWNET, .CLONE_NEWCGROUP,
        .CLONE_NEWTIME,
    ]

    /// The flags of `check_unshare_flags` that have a name here.
    private static let unshareFlagsKnown: CloneFlags = [
        .CLONE_THREAD, .CLONE_FS, .CLONE_NEWNS, .CLONE_SIGHAND, .CLONE_VM, .CLONE_FILES, .CLONE_NEWUTS, .CLONE_NEWIPC,
        .CLONE_NEWNET, .CLONE_NEWUSER, .CLONE_NEWPID, .CLONE_NEWCGROUP, .CLONE_NEWTIME,
    ]

    /// The capability that a new namespace needs in the user namespace that will own it, of `copy_namespaces` and
    /// `unshare_nsproxy_namespaces`.
    func refusalOfNewNamespaces(
        _ flags: CloneFlags,
        _ cred: Cred,
        in owner: UserNamespaceID,
        _ rule: Rule.Name
    ) -> Refusal? {
        guard !flags.isDisjoint(with: Kernel.newNamespaceFlags), !nsCapable(cred, .CAP_SYS_ADMIN, in: owner) else {
            return nil
        }
        return Refusal(rule, .EPERM)
    }

    /// `create_new_namespaces`, `kernel/nsproxy.c`: the task's own proxy where nothing new is asked for.
    ///
    /// - Parameters:
    ///   - current: whose namespaces are shared or copied, whoever will be in the new ones.
    ///   - user: whom they count with.
    mutating func createNewNamespaces(
        _ flags: CloneFlags,
        of current: TaskID,
        _ user: UserID,
        _ owner: UserNamespaceID
    ) -> NSProxyID {
        let old = tasks[current.index].nsproxy
        guard !flags.isDisjoint(with: Kernel.newNamespaceFlags) else { return old }
        var proxy = nsproxies[old.index]
        if flags.contains(.CLONE_NEWUTS) { proxy.utsNS = copyUtsname(proxy.utsNS, owner) }
        if flags.contains(.CLONE_NEWIPC) { proxy.ipcNS = newNamespace(owner) }
        if flags.contains(.CLONE_NEWNS) { proxy.mntNS = newNamespace(owner) }
        if flags.contains(.CLONE_NEWPID) { proxy.pidNSForChildren = newPIDNS(proxy.pidNSForChildren, owner) }
        if flags.contains(.CLONE_NEWNET) { proxy.netNS = newNamespace(owner) }
        if flags.contains(.CLONE_NEWCGROUP) { proxy.cgroupNS = newCgroupNS(of: current, owner) }
        if flags.contains(.CLONE_NEWTIME) { proxy.timeNSForChildren = cloneTimeNS(proxy.timeNSForChildren, owner) }
        func note(_ kind: NamespaceKind, _ id: UInt32) {
            guard flags.contains(kind.flag) else { return }
            namespaceCharges.append(NamespaceCharge(kind: kind, user: user, ns: owner, id: id))
        }
        note(.mnt, proxy.mntNS.rawValue)
        note(.uts, proxy.utsNS.rawValue)
        note(.ipc, proxy.ipcNS.rawValue)
        note(.pid, proxy.pidNSForChildren.rawValue)
        note(.cgroup, proxy.cgroupNS.rawValue)
        note(.net, proxy.netNS.rawValue)
        note(.time, proxy.timeNSForChildren.rawValue)
        nsproxies.append(proxy)
        return NSProxyID(nsproxies.count - 1)
    }

    private mutating func newPIDNS(_ parent: PIDNamespaceID, _ owner: UserNamespaceID) -> PIDNamespaceID {
        pidNamespaces.append(
            PIDNamespace(parent: parent, level: pidNamespaces[parent.index].level + 1, userNS: owner)
        )
        return PIDNamespaceID(pidNamespaces.count - 1)
    }

    mutating func newNamespace(_ owner: UserNamespaceID) -> NamespaceID {
        otherNamespaces.append(owner)
        return NamespaceID(otherNamespaces.count - 1)
    }

    /// `copy_utsname` with `CLONE_NEWUTS`: a namespace of its own with the same names, `clone_uts_ns`.
    private mutating func copyUtsname(_ old: UTSNamespaceID, _ owner: UserNamespaceID) -> UTSNamespaceID {
        utsNamespaces.append(UTSNamespace(userNS: owner, name: utsNamespaces[old.index].name))
        return UTSNamespaceID(utsNamespaces.count - 1)
    }
}
