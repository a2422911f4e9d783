public import KernelABI

/// What becomes of one more namespace.
private enum ChargeAnswer {
    case granted
    case refused(Refusal)
    /// Some that are gone may count still.
    case open
}

/// How many namespaces a user has made, held against `user.max_*_namespaces`: `inc_ucount`, `kernel/ucount.c`.
///
/// Nothing is counted as it comes and goes: forks and ends would pay for what hardly anybody asks. Where a limit is set, who
/// is in which namespace tells how many there are.
extension Kernel {
    /// Notes that the first UTS namespace is not the machine's first but one that root made, as the programs of a guest have
    /// it.
    public mutating func chargeFirstUTSNamespace() {
        namespaceCharges.append(NamespaceCharge(kind: .uts, user: .initUser, ns: .initial, id: 0))
    }

    /// The kinds of new namespaces among `flags` of which nobody can tell whether they are granted: it depends on how soon
    /// the kernel gives back the counts of those that are gone. Empty as a rule.
    public func namespacesNotModelled(_ current: TaskID, _ flags: CloneFlags) -> CloneFlags {
        guard hasNamespaceLimits else { return [] }
        let cred = cred(of: current)
        var open: CloneFlags = []
        for kind in NamespaceKind.inOrderOfCreation + [.user] where flags.contains(kind.flag) {
            // A user namespace that is made on the way has no limit of its own yet, and counts with its maker here.
            if case .open = charge(kind, cred.user, cred.userNS, .clone) { open.formUnion(kind.flag) }
        }
        return open
    }

    /// What stands against a new user namespace: the depth, and the count.
    func refusalOfUserNSCount(_ cred: Cred, _ call: NamespaceCreation) -> Refusal? {
        guard hasNamespaceLimits else { return nil }
        return refusalOfCount(.user, cred.user, cred.userNS, call)
    }

    /// `create_new_namespaces`: what stands against one of the new namespaces. Those that were made before it are thrown
    /// away.
    ///
    /// - Parameters:
    ///   - owner: the user namespace that will own them.
    mutating func refusalOfCreation(
        _ current: TaskID,
        _ flags: CloneFlags,
        _ cred: Cred,
        _ owner: UserNamespaceID,
        _ call: NamespaceCreation
    ) -> Refusal? {
        guard !flags.isDisjoint(with: Kernel.newNamespaceFlags) else { return nil }
        var made: CloneFlags = []
        for kind in NamespaceKind.inOrderOfCreation where flags.contains(kind.flag) {
            var refusal: Refusal?
            if kind == .pid { refusal = refusalOfNewPIDNS(current, owner, call) ?? refusalOfDepth(current, call) }
            if refusal == nil, hasNamespaceLimits { refusal = refusalOfCount(kind, cred.user, owner, call) }
            if let refusal {
                throwAwayNamespaces(made, cred.user, owner)
                return refusal
            }
            made.formUnion(kind.flag)
        }
        return nil
    }

    /// Namespaces that were made for a call which failed afterwards.
    mutating func throwAwayNamespaces(_ flags: CloneFlags, _ user: UserID, _ owner: UserNamespaceID) {
        for kind in NamespaceKind.inOrderOfCreation where flags.contains(kind.flag) && !kind.isGivenBackAtOnce {
            namespaceCharges.append(NamespaceCharge(kind: kind, user: user, ns: owner, id: nil))
        }
    }

    private func refusalOfCount(
        _ kind: NamespaceKind,
        _ user: UserID,
        _ ns: UserNamespaceID,
        _ call: NamespaceCreation
    ) -> Refusal? {
        if case .refused(let refusal) = charge(kind, user, ns, call) { refusal } else { nil }
    }

    /// `inc_ucount`: each user namespace up to the initial one has a limit for each of its users.
    private func charge(
        _ kind: NamespaceKind,
        _ user: UserID,
        _ ns: UserNamespaceID,
        _ call: NamespaceCreation
    ) -> ChargeAnswer {
        var answer = ChargeAnswer.granted
        var next: (user: UserID, ns: UserNamespaceID)? = (user, ns)
        while let level = next {
            if let limit = userNamespaces[level.ns.index].maxNamespaces[kind] {
                let count = count(of: kind, level.user, level.ns)
                if count.least >= limit {
                    let refusal = Refusal(
                        call.limit(of: kind),
                        .ENOSPC,
                        at: .user(level.user),
                        limit: UInt64(limit),
                        count: UInt64(count.least) + 1
                    )
                    return .refused(refusal)
                }
                if count.most >= limit { answer = .open }
            }
            next = above(level.ns)
        }
        return answer
    }

    /// `ns->ucounts`: what the namespaces of a user namespace are counted with one level up.
    private func above(_ ns: UserNamespaceID) -> (user: UserID, ns: UserNamespaceID)? {
        let namespace = userNamespaces[ns.index]
        return namespace.parent.map { (namespace.owner, $0) }
    }

    /// How many namespaces of a kind count with a user in a user namespace: at least, and at most.
    private func count(
        of kind: NamespaceKind,
        _ user: UserID,
        _ ns: UserNamespaceID
    ) -> (least: UInt32, most: UInt32) {
        let inhabited = inhabited(kind)
        let isRoots = user == .initUser && ns == .initial
        var least: UInt32 = kind == .mnt && isRoots ? configuration.mountNamespacesOfBoot : 0
        var most: UInt32 = 0
        for charge in namespaceCharges where charge.kind == kind && counts(charge, with: user, in: ns) {
            most += 1
            if let id = charge.id, inhabited.contains(id) { least += 1 }
        }
        if kind.isGivenBackAtOnce { return (least, least) }
        // Somebody outside of the model may have made some, too, and left them.
        return (least, ns == .initial ? .max : most)
    }

    private func counts(_ charge: NamespaceCharge, with user: UserID, in ns: UserNamespaceID) -> Bool {
        var next: (user: UserID, ns: UserNamespaceID)? = (charge.user, charge.ns)
        while let level = next {
            if level.user == user, level.ns == ns { return true }
            next = above(level.ns)
        }
        return false
    }

    /// What lives on as long as a namespace does: of a PID or user namespace, all above it.
    private func held(_ kind: NamespaceKind, _ id: UInt32) -> [UInt32] {
        switch kind {
        case .pid:
            sequence(first: PIDNamespaceID(rawValue: id)) { self.pidNamespaces[$0.index].parent }.map(\.rawValue)
        case .user:
            sequence(first: UserNamespaceID(rawValue: id)) { self.userNamespaces[$0.index].parent }.map(\.rawValue)
        default: [id]
        }
    }

    /// The namespaces of a kind that somebody is in, or has a file of, for certain. Zombies have left all but their PID and user namespace.
    private func inhabited(_ kind: NamespaceKind) -> Set<UInt32> {
        var found: Set<UInt32> = []
        for index in tasks.indices where tasks.exitState(of: TaskID(index)) == .running {
            let task = tasks.attributes(of: TaskID(index))
            let proxy = nsproxies[task.nsproxy.index]
            switch kind {
            case .mnt: found.insert(proxy.mntNS.rawValue)
            case .uts: found.insert(proxy.utsNS.rawValue)
            case .ipc: found.insert(proxy.ipcNS.rawValue)
            case .net: found.insert(proxy.netNS.rawValue)
            case .cgroup: found.insert(proxy.cgroupNS.rawValue)
            case .pid:
                for first in [task.pidNS, proxy.pidNSForChildren] { found.formUnion(held(.pid, first.rawValue)) }
            case .user: found.formUnion(held(.user, creds[task.realCred.index].userNS.rawValue))
            case .time: found.formUnion([proxy.timeNS.rawValue, proxy.timeNSForChildren.rawValue])
            }
            for case .namespace(kind, let id) in files[task.files.index].open.values { found.formUnion(held(kind, id)) }
        }
        return found
    }
}

extension KernelConfiguration {
    /// How many mount namespaces of the kernel's own count with root: the one of `init_mount_tree`, `fs/namespace.c`, and that of
    /// `devtmpfsd`, `drivers/base/devtmpfs.c`. Since 5.14 `init_ucounts` takes root's place in the table after they were counted.
    var mountNamespacesOfBoot: UInt32 { Rule.Versions(before: KernelVersion(5, 14)).contains(version) ? 2 : 0 }
}
