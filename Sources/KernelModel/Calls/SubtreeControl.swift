import KernelABI

/// `cgroup.subtree_control` and `cgroup.type`. Whoever writes is privileged.
extension Kernel {
    /// `cgroup_subtree_control_write`, `kernel/cgroup/cgroup.c`.
    ///
    /// Of all controllers, cgroups have `pids` alone to give away: another one that the kernel knows is not there.
    mutating func writeSubtreeControl(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        let words: [ArraySlice<UInt8>]
        switch PidsMaxText.received(text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(())
        case .success(let received?): words = received.split(separator: UInt8(ascii: " "))
        }
        var wanted: [String: Bool] = [:]
        for word in words {
            let name = String(decoding: word.dropFirst(), as: UTF8.self)
            guard configuration.unifiedControllers.contains(name) else {
                return .refused(Refusal(.subtreeControlName, .EINVAL))
            }
            switch word.first {
            case UInt8(ascii: "+"): wanted[name] = true
            case UInt8(ascii: "-"): wanted[name] = false
            default: return .refused(Refusal(.subtreeControlSign, .EINVAL))
            }
        }
        let controllers = configuration.unifiedControllers.filter { wanted[$0] != nil }
        return set(controllers.map { ($0, wanted[$0] ?? false) }, of: cgroup)
    }

    /// - Parameter changes: each controller that is named, in the order of the kernel's list, and whether it is wanted.
    private mutating func set(_ changes: [(name: String, isWanted: Bool)], of cgroup: CgroupID) -> Transition<Void> {
        let delegates = cgroups[cgroup.index].delegatesPids
        let isThere = cgroups[cgroup.index].parent.map { cgroups[$0.index].delegatesPids } ?? true
        for (name, isWanted) in changes where isWanted != (name == "pids" && delegates) {
            if isWanted, name != "pids" || !isThere { return .refused(Refusal(.subtreeControlAbsent, .ENOENT)) }
            if !isWanted, let child = onlineChildren(of: cgroup).first(where: { cgroups[$0.index].delegatesPids }) {
                return .refused(Refusal(.subtreeControlUsedBelow, .EBUSY, at: .cgroup(child)))
            }
        }
        guard let (_, isWanted) = changes.first(where: { $0.name == "pids" }), isWanted != delegates else {
            return .success(())
        }
        if isWanted, let refusal = refusalOfDelegation(cgroup) { return .refused(refusal) }
        cgroups[cgroup.index].delegatesPids = isWanted
        applyControl(cgroup)
        return .success(())
    }

    /// `cgroup_vet_subtree_control_enable`, of a threaded controller.
    private func refusalOfDelegation(_ cgroup: CgroupID) -> Refusal? {
        if !isValidDomain(domain(of: cgroup)) {
            return Refusal(.subtreeControlInvalidDomain, .EOPNOTSUPP, at: .cgroup(cgroup))
        }
        if canBeThreadRoot(cgroup) || cgroups[cgroup.index].isThreaded { return nil }
        return hasTasks(cgroup) ? Refusal(.subtreeControlInnerProcesses, .EBUSY, at: .cgroup(cgroup)) : nil
    }

    /// `cgroup_apply_control`: the cgroups right below get states of their own, without a limit and with nothing counted, or
    /// lose them; their tasks, and those further below, are charged there instead. Zombies stay charged where they were.
    private mutating func applyControl(_ cgroup: CgroupID) {
        let above = cgroups[cgroup.index]
        for child in onlineChildren(of: cgroup) {
            let states = above.delegatesPids ? ownStates(of: child, below: above) : above.subsys
            // None of those further below has one of its own: what its parent lacks, it cannot have been given.
            for index in cgroups.indices where cgroups[index].isOnline && isWithin(CgroupID(index), child) {
                cgroups[index].subsys = states
                addCSSSet(of: CgroupID(index))
            }
        }
        let moved = livingTasks(in: cgroup).filter { self.cgroup(of: $0) != cgroup }
        let migrations = moved.map { CgroupSubsys.Migration(task: $0, destination: cssSet(of: self.cgroup(of: $0))) }
        guard migrate(migrations) == nil else { preconditionFailure("pids lets everybody come") }
    }

    /// `cgroup_type_write` and `cgroup_enable_threaded`, `kernel/cgroup/cgroup.c`.
    mutating func writeType(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        switch PidsMaxText.received(text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(())
        case .success(let received?):
            if !received.elementsEqual("threaded".utf8) { return .refused(Refusal(.cgroupTypeText, .EINVAL)) }
        }
        if cgroups[cgroup.index].isThreaded { return .success(()) }
        if isPopulated(cgroup) { return .refused(Refusal(.cgroupTypePopulated, .EOPNOTSUPP, at: .cgroup(cgroup))) }
        guard let parent = cgroups[cgroup.index].parent else { preconditionFailure("the root has no cgroup.type") }
        let domain = domain(of: parent)
        if !isValidDomain(domain) || !canBeThreadRoot(domain) {
            return .refused(Refusal(.cgroupTypeDomain, .EOPNOTSUPP, at: .cgroup(domain)))
        }
        cgroups[cgroup.index].isThreaded = true
        return .success(())
    }
}
