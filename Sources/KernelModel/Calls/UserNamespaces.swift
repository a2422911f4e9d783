import KernelABI

extension Kernel {
    /// `create_user_ns`, `kernel/user_namespace.c`: who asks gets every capability in the namespace, and keeps none elsewhere.
    ///
    /// - Parameter nproc: the soft RLIMIT_NPROC of the task that asks.
    mutating func createUserNS(_ cred: Cred, nproc: UInt64, _ call: NamespaceCreation) -> Answer<Cred> {
        let parent = userNamespaces[cred.userNS.index]
        if parent.level > Kernel.deepestParentOfUserNS { return .refused(Refusal(call.depthOfUserNS, .ENOSPC)) }
        if let refusal = refusalOfUserNSCount(cred, call) { return .refused(refusal) }
        guard parent.maps(cred.user) else { return .refused(Refusal(call.unmappedUserNS, .EPERM)) }
        // enforced_nproc_rlimit: root of the initial user namespace is held to none.
        let isEnforced = cred.user != .initUser || cred.userNS != .initial
        let namespace = UserNamespaceID(userNamespaces.count)
        let ucounts = ucounts(of: cred.user, in: cred.userNS)
        userNamespaces.append(
            UserNamespace(
                parent: cred.userNS,
                owner: cred.user,
                level: parent.level + 1,
                ucounts: ucounts,
                nprocMax: isEnforced ? nproc : RLimit.infinity,
                parentCouldSetfcap: cred.capEffective.contains(.CAP_SETFCAP),
                map: .none
            )
        )
        namespaceCharges.append(
            NamespaceCharge(kind: .user, user: cred.user, ns: cred.userNS, id: namespace.rawValue)
        )
        return .success(setCredUserNS(cred, namespace))
    }

    /// `create_user_ns`: the level of the deepest user namespace that may have another one below.
    private static let deepestParentOfUserNS = 32

    /// `set_cred_user_ns` and `set_cred_ucounts`
    mutating func setCredUserNS(_ cred: Cred, _ namespace: UserNamespaceID) -> Cred {
        Cred(
            user: cred.user,
            capEffective: .all,
            userNS: namespace,
            ucounts: ucounts(of: cred.user, in: namespace)
        )
    }

    /// `alloc_ucounts`, `kernel/ucount.c`. Before 5.14 a user's processes are counted by its `user_struct`, wherever they
    /// are: that is kept as the user's ucounts in the initial user namespace.
    mutating func ucounts(of user: UserID, in namespace: UserNamespaceID) -> UcountsID {
        let counted = configuration.countsProcessesOfUser ? UserNamespaceID.initial : namespace
        if let known = ucounts.firstIndex(where: { $0.user == user && $0.ns == counted }) { return UcountsID(known) }
        ucounts.append(Ucounts(ns: counted, user: user, parent: userNamespaces[counted.index].ucounts))
        return UcountsID(ucounts.count - 1)
    }

    /// How many processes count with a user in a user namespace: those that are not released yet, zombies among them, and
    /// those of user namespaces that the user owns there.
    public func processes(of user: UserID, in namespace: UserNamespaceID = .initial) -> Int64 {
        ucounts.first { $0.user == user && $0.ns == namespace }?.processes ?? 0
    }

    /// The ucounts that a charge goes by, up to those in the initial user namespace.
    func chain(of first: UcountsID) -> [UcountsID] {
        Array(sequence(first: first) { self.ucounts[$0.index].parent })
    }

    /// `inc_rlimit_ucounts` of `UCOUNT_RLIMIT_NPROC`
    @inline(__always)
    mutating func countProcess(_ first: UcountsID) {
        var next: UcountsID? = first
        while let level = next {
            ucounts[level.index].processes += 1
            next = ucounts[level.index].parent
        }
    }

    /// `dec_rlimit_ucounts`
    @inline(__always)
    mutating func uncountProcess(_ first: UcountsID) {
        var next: UcountsID? = first
        while let level = next {
            ucounts[level.index].processes -= 1
            precondition(ucounts[level.index].processes >= 0, "a user's count of processes fell below zero")
            next = ucounts[level.index].parent
        }
    }

    /// `is_rlimit_overlimit`, `kernel/ucount.c`, of a count that holds the child already: the caller's limit at the first
    /// level, at each further one the limit that its maker put on the namespace below.
    @inline(__always)
    func rlimitOverlimit(_ first: UcountsID, _ rlimit: UInt64, rule: Rule.Name = .rlimitNproc) -> Refusal? {
        var limit = rlimit
        var next: UcountsID? = first
        while let level = next {
            let row = ucounts[level.index]
            if row.processes > Int64(clamping: limit) {
                return Refusal(
                    rule,
                    .EAGAIN,
                    at: .user(row.user),
                    limit: limit,
                    count: UInt64(row.processes)
                )
            }
            limit = userNamespaces[row.ns.index].nprocMax
            next = row.parent
        }
        return nil
    }

    /// Who is not held to RLIMIT_NPROC by `copy_process`: `INIT_USER`, in whatever user namespace, and who has one of two
    /// capabilities in the initial one.
    func isExemptFromNproc(_ cred: Cred, _ child: Cred) -> Bool {
        child.user == .initUser || capable(cred, .CAP_SYS_RESOURCE) || capable(cred, .CAP_SYS_ADMIN)
    }

    /// Writes the map of all ids to themselves to `uid_map` and `gid_map` of a task, as root of the initial user namespace:
    /// `proc_uid_map_write` and `map_write`, `kernel/user_namespace.c`.
    ///
    /// Root may do so for namespaces right below the initial one alone.
    public mutating func mapIDs(of task: TaskID) -> Transition<Void> {
        precondition(isLiving(task), "what has ended has no map")
        let namespace = cred(of: task).userNS
        guard let parent = userNamespaces[namespace.index].parent else {
            return .refused(Refusal(.mapInitialNamespace, .EPERM))
        }
        guard parent == .initial else { return .refused(Refusal(.mapFromElsewhere, .EPERM)) }
        guard userNamespaces[namespace.index].map == .none else { return .refused(Refusal(.mapWrittenBefore, .EPERM)) }
        userNamespaces[namespace.index].map = .all
        return .success(())
    }
}
