import KernelABI

/// Cgroups that come and go. Whoever calls is privileged, and outside of them.
extension Kernel {
    /// `mkdir` of a cgroup: `filename_create` of `fs/namei.c`, then `cgroup_mkdir`, `kernel/cgroup/cgroup.c`. It has the
    /// controllers that its parent switches on, whose counters are above its own, and no limit; in the unified hierarchy it is
    /// a domain.
    ///
    /// - Parameter parent: nil where the way to it leads nowhere.
    public mutating func mkdir(_ name: String, in parent: CgroupID?) -> Transition<CgroupID> {
        guard let parent else { return .refused(noSuchFile()) }
        precondition(cgroups[parent.index].isOnline, "a cgroup that was removed has no path")
        if child(named: name, of: parent) != nil { return .refused(Refusal(.mkdirExists, .EEXIST)) }
        if let refusal = refusalOfHierarchyLimits(below: parent) { return .refused(refusal) }
        return .success(addCgroup(name: name, parent: parent))
    }

    /// `rmdir` of a cgroup: `do_rmdir` of `fs/namei.c`, then `cgroup_destroy_locked`, `kernel/cgroup/cgroup.c`.
    ///
    /// A zombie does not hold it: who ends leaves the `css_set` before it is one (`cgroup_exit`; since 7.3 the tasks are
    /// looked through for one that is not ending). Its state in each controller stays for as long as there are such zombies,
    /// and what they are charged is counted above.
    ///
    /// - Parameter parent: nil where the way to it leads nowhere.
    public mutating func rmdir(_ name: String, in parent: CgroupID?) -> Transition<CgroupID> {
        guard let parent else { return .refused(noSuchFile()) }
        guard let cgroup = child(named: name, of: parent) else { return .refused(Refusal(.rmdirNoEntry, .ENOENT)) }
        if isPopulated(cgroup) { return .refused(Refusal(.rmdirPopulated, .EBUSY, at: .cgroup(cgroup))) }
        if hasOnlineChildren(cgroup) { return .refused(Refusal(.rmdirChildren, .EBUSY, at: .cgroup(cgroup))) }
        cgroups[cgroup.index].isOnline = false
        return .success(cgroup)
    }

    /// What a path answers on which something is not there: a cgroup, or a file that this kernel has not.
    public func noSuchFile() -> Refusal { Refusal(.pathNoEntry, .ENOENT) }

    /// `cgroup_is_populated`: a task lives here or below. 7.3 asks for those here alone before it asks for children, which
    /// comes to the same.
    func isPopulated(_ cgroup: CgroupID) -> Bool {
        tasks.indices.contains { index in
            let task = TaskID(index)
            return isLiving(task) && isWithin(self.cgroup(of: task), cgroup)
        }
    }

    /// `css_has_online_children`
    private func hasOnlineChildren(_ cgroup: CgroupID) -> Bool {
        !onlineChildren(of: cgroup).isEmpty
    }

    private func child(named name: String, of parent: CgroupID) -> CgroupID? {
        cgroups.firstIndex { $0.isOnline && $0.parent == parent && $0.name == name }.map { CgroupID($0) }
    }

    /// `cgroup_is_descendant`
    func isWithin(_ cgroup: CgroupID, _ ancestor: CgroupID) -> Bool {
        sequence(first: cgroup) { cgroups[$0.index].parent }.contains(ancestor)
    }
}
