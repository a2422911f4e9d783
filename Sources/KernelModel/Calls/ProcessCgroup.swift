import KernelABI

/// `/proc/PID/cgroup`: `proc_cgroup_show`, `kernel/cgroup/cgroup.c`.
extension Kernel {
    /// The path in the line of the hierarchy that carries `pids`, as the reader's cgroup namespace shows it. Everybody may read
    /// it.
    ///
    /// In the unified hierarchy a zombie is still where it ended, and a cgroup that was removed is said to be; in version 1
    /// who is on its way out is at the root.
    ///
    /// - Parameter target: nil where no process has the pid.
    public func readCgroup(_ current: TaskID, of target: TaskID?) -> Transition<String> {
        precondition(isLiving(current), "only a living task makes calls")
        guard let target, tasks[target.index].exitState != .dead else { return .refused(noSuchFile()) }
        guard configuration.unified || isLiving(target) else { return .success("/") }
        let cgroup = cgroup(of: target)
        let path = path(of: cgroup, from: root(of: nsproxies[tasks[current.index].nsproxy.index].cgroupNS))
        return .success(path + (cgroups[cgroup.index].isOnline || !configuration.unified ? "" : " (deleted)"))
    }

    /// Whether the root of a task's cgroup namespace is the hierarchy's.
    public func seesWholeHierarchy(_ task: TaskID) -> Bool {
        cgroupNSRoots[nsproxies[tasks[task.index].nsproxy.index].cgroupNS] == nil
    }

    /// `copy_cgroup_ns`, `kernel/cgroup/namespace.c`: its root is where the task is that makes it.
    mutating func newCgroupNS(of current: TaskID, _ owner: UserNamespaceID) -> NamespaceID {
        let made = newNamespace(owner)
        cgroupNSRoots[made] = cgroup(of: current)
        return made
    }

    /// `cgroup_post_fork`, `kernel/cgroup/cgroup.c`: the root is where the child is born for whom the namespace is made, which
    /// with `CLONE_INTO_CGROUP` is not where its maker is.
    mutating func moveRoot(of namespace: NamespaceID, _ cset: CSSSetID) {
        cgroupNSRoots[namespace] = cssSets[cset.index].cgroup
    }

    /// `root_cset`. It may have been removed since.
    private func root(of namespace: NamespaceID) -> CgroupID { cgroupNSRoots[namespace] ?? Kernel.rootCgroup }

    /// `cgroup_path_ns_locked`, which is `kernfs_path_from_node`, `fs/kernfs/dir.c`: up to what both have above them, and down
    /// from there.
    private func path(of cgroup: CgroupID, from root: CgroupID) -> String {
        if cgroup == root { return "/" }
        let above = chain(from: root)
        let down = chain(from: cgroup)
        let common = zip(above, down).prefix { $0 == $1 }.count
        return String(repeating: "/..", count: above.count - common)
            + down[common...].map { "/" + cgroups[$0.index].name }.joined()
    }

    /// A cgroup and all above it, the hierarchy's root first.
    private func chain(from cgroup: CgroupID) -> [CgroupID] {
        sequence(first: cgroup) { self.cgroups[$0.index].parent }.reversed()
    }
}
