import KernelABI

/// The numbers that `alloc_pid` has found for a child, in PID namespaces below the initial one. Those of the initial one are
/// not modelled: every process of the machine takes part there.
struct ChildPids: Sendable {
    /// The namespaces that are there, the child's own first.
    var taken: [(namespace: PIDNamespaceID, number: Int32)] = []
    /// Whether the child is number 1 of a namespace that is made for it. Who comes after gets 2 in turn, even if that 1 was chosen.
    var isFirst = false
}

extension Kernel {
    /// `alloc_pid`, `kernel/pid.c`: a number in every PID namespace that the child will be in, or why there is none.
    ///
    /// - Parameter owner: of the PID namespace that is made for the child, if one is.
    mutating func allocPid(
        _ current: TaskID,
        _ flags: CloneFlags,
        _ owner: UserNamespaceID,
        _ setTID: [CloneArgs.TID]
    ) -> Answer<ChildPids> {
        let existing = nsproxies[tasks.attributes(of: current).nsproxy.index].pidNSForChildren
        let isNew = flags.contains(.CLONE_NEWPID)
        var pids = ChildPids(isFirst: isNew)
        if existing == .initial, !isNew, setTID.isEmpty {
            if let refusal = refusalOfMachinePids() { return .refused(refusal) }
            return .success(pids)
        }
        var chosen = setTID[...]
        if !chosen.isEmpty,
            let refusal = refusalOfSetTID(setTID, cred(of: current), newOwner: isNew ? owner : nil, existing)
        {
            return .refused(refusal)
        }
        if isNew { chosen = chosen.dropFirst() }
        var level = numbered(existing)
        while let namespace = level {
            guard let number = takeNumber(chosen.popFirst(), in: namespace) else {
                giveUp(pids, in: existing)
                let limit = pidMax(of: namespace).map { UInt64($0) }
                return .refused(Refusal(.clonePidMax, .EAGAIN, limit: limit))
            }
            pids.taken.append((namespace, number))
            level = numbered(pidNamespaces[namespace.index].parent)
        }
        if let refusal = refusalOfMachinePids() {
            giveUp(pids, in: existing)
            return .refused(refusal)
        }
        // It is asked last, where the numbers are taken: the fork into a namespace that has ended moves the cursors on.
        if !isNew, !pidNamespaces[existing.index].isAdding {
            removeNumbers(pids)
            return .refused(Refusal(.pidNSEnded, .ENOMEM))
        }
        return .success(pids)
    }

    /// nil where none is left.
    private mutating func takeNumber(_ chosen: CloneArgs.TID?, in namespace: PIDNamespaceID) -> Int32? {
        switch chosen {
        case .number(let number):
            pidNamespaces[namespace.index].numbers.take(number)
            return number
        case .free: return PIDNumbers.open
        case nil:
            let limit = pidMax(of: namespace)
            let number = pidNamespaces[namespace.index].numbers.next(below: limit ?? Kernel.pidMaxLimit)
            // No pid_max is lower than that.
            if limit == nil, let number, number >= Kernel.pidMaxMin { hasLostCount = true }
            return number
        }
    }

    /// The numbers that were found are free again, and the cursors stay beyond them, but for a namespace that has nobody.
    private mutating func giveUp(_ pids: ChildPids, in own: PIDNamespaceID) {
        removeNumbers(pids)
        let isEmpty = pidNamespaces[own.index].childReaper == nil && pidNamespaces[own.index].isAdding
        if !pids.isFirst, isEmpty {
            pidNamespaces[own.index].numbers.restart()
        }
    }

    /// A PID namespace that has numbers in this model: any but the initial one.
    private func numbered(_ namespace: PIDNamespaceID?) -> PIDNamespaceID? {
        namespace == .initial ? nil : namespace
    }

    /// `free_pid` of a fork that failed after it had its numbers: they are free, and the cursors stay beyond them. Before 7.3 a
    /// namespace whose first fork fails so is of no use any more; since then it begins anew.
    mutating func freePid(_ pids: ChildPids) {
        removeNumbers(pids)
        guard !pids.isFirst, let own = pids.taken.first?.namespace, pidNamespaces[own.index].childReaper == nil
        else { return }
        if configuration.letsFirstForksBeRetried {
            pidNamespaces[own.index].numbers.restart()
        } else {
            pidNamespaces[own.index].isAdding = false
        }
    }

    private mutating func removeNumbers(_ pids: ChildPids) {
        for (namespace, number) in pids.taken where number != PIDNumbers.open {
            pidNamespaces[namespace.index].numbers.free(number)
        }
    }

    /// `attach_pid`: the child has its numbers.
    mutating func attachPid(_ pids: ChildPids, to child: TaskID) {
        if pids.isFirst {
            let own = tasks[child.index].pidNS.index
            _ = pidNamespaces[own].numbers.next(below: Kernel.pidMaxLimit)
            pidNamespaces[own].numbers.give(1, to: child)
        }
        for (namespace, number) in pids.taken { pidNamespaces[namespace.index].numbers.give(number, to: child) }
    }

    /// `detach_pid` of a task that is released: nobody in this model leads a group or a session that would keep its number.
    mutating func detachPid(of task: TaskID) {
        var level = numbered(tasks.attributes(of: task).pidNS)
        while let namespace = level {
            pidNamespaces[namespace.index].numbers.release(task)
            level = numbered(pidNamespaces[namespace.index].parent)
        }
    }

    /// `getpid`, and `NSpid` of `/proc/PID/status`: a task's numbers in the PID namespaces below the initial one, the outermost
    /// first; nil for one that `clone3` chose and that is not known here.
    public func pids(of task: TaskID) -> [Int32?] {
        var numbers: [Int32?] = []
        var level = numbered(tasks[task.index].pidNS)
        while let namespace = level {
            let number = pidNamespaces[namespace.index].numbers.number(of: task)
            numbers.append(number == PIDNumbers.open ? nil : number)
            level = numbered(pidNamespaces[namespace.index].parent)
        }
        return numbers.reversed()
    }
}
