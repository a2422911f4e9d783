import KernelABI

/// Which cgroups of the unified hierarchy may hold processes: `kernel/cgroup/cgroup.c`. Of version 1 none of this is asked.
extension Kernel {
    /// What `cgroup.type` says: `cgroup_type_show`.
    func type(of cgroup: CgroupID) -> String {
        if cgroups[cgroup.index].isThreaded { return "threaded" }
        if !isValidDomain(cgroup) { return "domain invalid" }
        return isThreadRoot(cgroup) ? "domain threaded" : "domain"
    }

    /// `dom_cgrp`: the cgroup itself, or where it is threaded the nearest domain above.
    func domain(of cgroup: CgroupID) -> CgroupID {
        var level = cgroup
        while cgroups[level.index].isThreaded, let parent = cgroups[level.index].parent { level = parent }
        return level
    }

    /// `cgroup_is_mixable`: the hierarchy's root, of which nothing is asked.
    private func isMixable(_ cgroup: CgroupID) -> Bool { cgroups[cgroup.index].parent == nil }

    /// `cgroup_is_thread_root`: a domain with threaded cgroups below it, or one that has tasks and gives threaded controllers
    /// (`pids` is one) to those below.
    private func isThreadRoot(_ cgroup: CgroupID) -> Bool {
        if cgroups[cgroup.index].isThreaded { return false }
        if onlineChildren(of: cgroup).contains(where: { cgroups[$0.index].isThreaded }) { return true }
        return cgroups[cgroup.index].delegatesPids && hasTasks(cgroup)
    }

    /// `cgroup_can_be_thread_root`. No controller but threaded ones is switched on in this model.
    func canBeThreadRoot(_ cgroup: CgroupID) -> Bool {
        if isMixable(cgroup) { return true }
        if cgroups[cgroup.index].isThreaded { return false }
        // nr_populated_domain_children
        return !onlineChildren(of: cgroup).contains { !cgroups[$0.index].isThreaded && isPopulated($0) }
    }

    /// `cgroup_is_valid_domain`: no cgroup above it is threaded, or the root of a threaded subtree.
    func isValidDomain(_ cgroup: CgroupID) -> Bool {
        if cgroups[cgroup.index].isThreaded { return false }
        var level = cgroups[cgroup.index].parent
        while let above = level {
            if !isMixable(above), isThreadRoot(above) { return false }
            if cgroups[above.index].isThreaded { return false }
            level = cgroups[above.index].parent
        }
        return true
    }

    /// `cgroup_has_tasks`: somebody lives right in it.
    func hasTasks(_ cgroup: CgroupID) -> Bool {
        tasks.indices.contains { isLiving(TaskID($0)) && self.cgroup(of: TaskID($0)) == cgroup }
    }

    /// `cgroup_migrate_vet_dst`: whether a process may come to a cgroup.
    ///
    /// - Parameters:
    ///   - invalid: the rule for a cgroup that cannot hold processes at all.
    ///   - inner: the rule for one whose controllers are for those below it.
    func refusalOfDestination(_ cgroup: CgroupID, _ invalid: Rule.Name, _ inner: Rule.Name) -> Refusal? {
        guard configuration.unified else { return nil }
        if !isValidDomain(domain(of: cgroup)) { return Refusal(invalid, .EOPNOTSUPP, at: .cgroup(cgroup)) }
        if canBeThreadRoot(cgroup) || cgroups[cgroup.index].isThreaded { return nil }
        return cgroups[cgroup.index].delegatesPids ? Refusal(inner, .EBUSY, at: .cgroup(cgroup)) : nil
    }

    /// `cgroup_for_each_live_child`
    func onlineChildren(of parent: CgroupID) -> [CgroupID] {
        cgroups.indices.filter { cgroups[$0].isOnline && cgroups[$0].parent == parent }.map { CgroupID($0) }
    }
}
