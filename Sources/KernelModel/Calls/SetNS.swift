public import KernelABI

extension Kernel {
    /// `setns` with a new pidfd of `target`: `kernel/nsproxy.c`. `flags` must not have what
    /// ``setnsNotModelled(_:of:flags:)`` names.
    public mutating func setns(_ current: TaskID, of target: TaskID, flags: CloneFlags) -> Transition<Void> {
        precondition(tasks[target.index].exitState != .dead, "a task that is gone has no pidfd")
        precondition(sees(current, target), "a task that has no pid here has no pidfd")
        return setnsPidfd(current, target, flags)
    }

    /// `setns` with a descriptor of the caller's: of a namespace's file, of a pidfd, or of something else.
    ///
    /// `flags` must not have what ``setnsNotModelled(_:descriptor:flags:)`` names.
    public mutating func setns(_ current: TaskID, descriptor: Int, flags: CloneFlags) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        switch file(current, descriptor) {
        case nil: return .refused(Refusal(.setnsDescriptor, .EBADF))
        case .other, .cgroup: return .refused(Refusal(.setnsOtherFile, .EINVAL))
        case .pidfd(let target): return setnsPidfd(current, target, flags)
        case .namespace(let kind, let id):
            if !flags.isEmpty, flags != kind.flag { return .refused(Refusal(.setnsFileKind, .EINVAL)) }
            return enter(current, NSSet(kind, id, nsproxies[tasks[current.index].nsproxy.index]), kind.flag)
        }
    }

    private mutating func setnsPidfd(_ current: TaskID, _ target: TaskID, _ flags: CloneFlags) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(setnsNotModelled(current, of: target, flags: flags).isEmpty, "\(flags) is not modelled")
        // check_setns_flags
        if flags.isEmpty || !flags.isSubset(of: Kernel.setnsFlagsKnown) {
            return .refused(Refusal(.setnsFlags, .EINVAL))
        }
        // validate_nsset: the target is looked at before its namespaces are.
        if tasks[target.index].exitState == .dead { return .refused(Refusal(.setnsGone, .ESRCH)) }
        guard mayLook(current, at: target) else { return .refused(Refusal(.setnsPtrace, .EPERM)) }
        guard isLiving(target) else { return .refused(Refusal(.setnsEnded, .ESRCH)) }
        let theirs = NSSet(
            proxy: nsproxies[tasks[target.index].nsproxy.index],
            pidNS: tasks[target.index].pidNS,
            userNS: cred(of: target).userNS
        )
        return enter(current, theirs, flags)
    }

    /// All kinds or none: what `validate_nsset` finds nothing against, `commit_nsset` enters.
    private mutating func enter(_ current: TaskID, _ entered: NSSet, _ flags: CloneFlags) -> Transition<Void> {
        let cred = cred(of: current)
        var newCred = cred
        if flags.contains(.CLONE_NEWUSER) {
            // userns_install
            if entered.userNS == cred.userNS { return .refused(Refusal(.setnsSameUserNS, .EINVAL)) }
            if !isThreadGroupEmpty(current) { return .refused(Refusal(.setnsUserThreads, .EINVAL)) }
            if sharesFs(current) { return .refused(Refusal(.setnsUserSharedFs, .EINVAL)) }
            guard nsCapable(cred, .CAP_SYS_ADMIN, in: entered.userNS) else {
                return .refused(Refusal(.setnsUserCapable, .EPERM))
            }
            newCred = setCredUserNS(cred, entered.userNS)
        }
        if let refusal = refusalOfEntering(current, entered, flags, cred, newCred) { return .refused(refusal) }
        let theirs = entered.proxy
        var proxy = nsproxies[tasks[current.index].nsproxy.index]
        if flags.contains(.CLONE_NEWNS) { proxy.mntNS = theirs.mntNS }
        if flags.contains(.CLONE_NEWUTS) { proxy.utsNS = theirs.utsNS }
        if flags.contains(.CLONE_NEWIPC) { proxy.ipcNS = theirs.ipcNS }
        if flags.contains(.CLONE_NEWPID) { proxy.pidNSForChildren = entered.pidNS }
        if flags.contains(.CLONE_NEWCGROUP) { proxy.cgroupNS = theirs.cgroupNS }
        if flags.contains(.CLONE_NEWNET) { proxy.netNS = theirs.netNS }
        if flags.contains(.CLONE_NEWTIME) {
            proxy.timeNS = theirs.timeNS
            proxy.timeNSForChildren = theirs.timeNS
            freezeOffsets(of: theirs.timeNS)
        }
        nsproxies.append(proxy)
        tasks[current.index].nsproxy = NSProxyID(nsproxies.count - 1)
        if flags.contains(.CLONE_NEWUSER) { commitCreds(current, newCred) }
        return .success(())
    }

    /// The kinds' own `install`, in the order of `validate_nsset`: capabilities in the user namespace that owns the entered
    /// one, and in the one that the caller will be in.
    private func refusalOfEntering(
        _ current: TaskID,
        _ entered: NSSet,
        _ flags: CloneFlags,
        _ cred: Cred,
        _ newCred: Cred
    ) -> Refusal? {
        func refuses(_ flag: CloneFlags, _ owner: UserNamespaceID, _ inOwn: Capabilities = .CAP_SYS_ADMIN) -> Bool {
            flags.contains(flag)
                && !(nsCapable(cred, .CAP_SYS_ADMIN, in: owner) && nsCapable(cred, inOwn, in: newCred.userNS))
        }
        func owner(_ namespace: NamespaceID) -> UserNamespaceID { otherNamespaces[namespace.index] }
        let theirs = entered.proxy
        if refuses(.CLONE_NEWNS, owner(theirs.mntNS), [.CAP_SYS_CHROOT, .CAP_SYS_ADMIN]) {
            return Refusal(.setnsMntCapable, .EPERM)
        }
        // prepare_nsset works on a copy of the fs_struct where there are other kinds to enter.
        if flags.contains(.CLONE_NEWNS), flags == .CLONE_NEWNS || configuration.looksAtOwnFs, sharesFs(current) {
            return Refusal(.setnsMntSharedFs, .EINVAL)
        }
        if refuses(.CLONE_NEWUTS, utsNamespaces[theirs.utsNS.index].userNS) { return Refusal(.setnsCapable, .EPERM) }
        if refuses(.CLONE_NEWIPC, owner(theirs.ipcNS)) { return Refusal(.setnsIpcCapable, .EPERM) }
        if refuses(.CLONE_NEWPID, pidNamespaces[entered.pidNS.index].userNS) {
            return Refusal(.setnsPidCapable, .EPERM)
        }
        if flags.contains(.CLONE_NEWPID), !isWithin(entered.pidNS, tasks[current.index].pidNS) {
            return Refusal(.setnsPidOutside, .EINVAL)
        }
        if refuses(.CLONE_NEWCGROUP, owner(theirs.cgroupNS)) { return Refusal(.setnsCgroupCapable, .EPERM) }
        if refuses(.CLONE_NEWNET, owner(theirs.netNS)) { return Refusal(.setnsNetCapable, .EPERM) }
        if flags.contains(.CLONE_NEWTIME), !isSingleThreaded(current) { return Refusal(.setnsTimeThreads, .EUSERS) }
        if refuses(.CLONE_NEWTIME, timeNamespaces[theirs.timeNS.index].userNS) {
            return Refusal(.setnsTimeCapable, .EPERM)
        }
        return nil
    }

    /// Those of the flags that `setns` would get as far as heeding, and the model does not know yet.
    public func setnsNotModelled(_ current: TaskID, of target: TaskID, flags: CloneFlags) -> CloneFlags {
        guard !flags.isEmpty, flags.isSubset(of: Kernel.setnsFlagsKnown) else { return [] }
        if tasks[target.index].exitState == .zombie, !isKnownWhetherToLook(current, at: target) { return flags }
        return []
    }

    /// The same of a descriptor of the caller's.
    public func setnsNotModelled(_ current: TaskID, descriptor: Int, flags: CloneFlags) -> CloneFlags {
        switch file(current, descriptor) {
        case .pidfd(let target): setnsNotModelled(current, of: target, flags: flags)
        case .namespace, .cgroup, .other, nil: []
        }
    }

    /// The flags of `check_setns_flags`.
    private static let setnsFlagsKnown: CloneFlags = [
        .CLONE_NEWNS, .CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWNET, .CLONE_NEWTIME, .CLONE_NEWUSER, .CLONE_NEWPID,
        .CLONE_NEWCGROUP,
    ]
}

extension KernelConfiguration {
    /// Whether `mntns_install` looks at the caller's own `fs_struct` and not at a copy.
    var looksAtOwnFs: Bool { Rules.looksAtOwnFs.contains { $0.contains(version) } }
}

/// What `setns` may enter.
private struct NSSet {
    var proxy: NSProxy
    var pidNS = PIDNamespaceID.initial
    var userNS = UserNamespaceID.initial
}

extension NSSet {
    /// One namespace, among those of whoever enters.
    init(_ kind: NamespaceKind, _ id: UInt32, _ own: NSProxy) {
        self.init(proxy: own)
        switch kind {
        case .mnt: proxy.mntNS = NamespaceID(rawValue: id)
        case .uts: proxy.utsNS = UTSNamespaceID(rawValue: id)
        case .ipc: proxy.ipcNS = NamespaceID(rawValue: id)
        case .cgroup: proxy.cgroupNS = NamespaceID(rawValue: id)
        case .net: proxy.netNS = NamespaceID(rawValue: id)
        case .pid: pidNS = PIDNamespaceID(rawValue: id)
        case .user: userNS = UserNamespaceID(rawValue: id)
        case .time: proxy.timeNS = TimeNamespaceID(rawValue: id)
        }
    }
}
