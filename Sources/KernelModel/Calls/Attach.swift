public import KernelABI

extension Kernel {
    /// A privileged write of a task to `cgroup.procs`: `cgroup_attach_task`, `kernel/cgroup/cgroup.c`.
    ///
    /// A task that is in the cgroup already, or that has ended, is left as it is, and the write succeeds all the same
    /// (`cgroup_migrate_prepare_dst`, `cgroup_migrate_add_task`). The unified hierarchy's rule on inner cgroups
    /// (`cgroup_migrate_vet_dst`) does not concern threaded cgroups, and no others are modelled.
    public mutating func attach(_ task: TaskID, to cgroup: CgroupID) -> Transition<Void> {
        let destination = cssSet(of: cgroup)
        guard isLiving(task), tasks[task.index].cgroups != destination else { return .success(()) }
        let migrations = [CgroupSubsys.Migration(task: task, destination: destination)]
        for index in subsystems.indices {
            guard let refusal = subsystems[index].canAttach?(&self, migrations) else { continue }
            for earlier in 0..<index { subsystems[earlier].cancelAttach?(&self, migrations) }
            return .refused(refusal)
        }
        tasks[task.index].cgroups = destination
        return .success(())
    }

    /// A privileged write to a cgroup's `pids.max`. A limit below what there is already stops nothing but forks.
    public mutating func writePidsMax(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        let state = cgroups[cgroup.index].subsys[pidsSubsystem]
        precondition(pids[state.index].css.parent != nil, "the root of the hierarchy has no pids.max")
        switch PidsMaxText.limit(of: text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(let limit):
            if let limit { pids[state.index].limit = limit }
            return .success(())
        }
    }

    /// The same with a limit instead of its text; it cannot fail.
    public mutating func setPidsMax(_ cgroup: CgroupID, _ limit: PidsLimit) {
        let written = writePidsMax(cgroup, Array(limit.description.utf8))
        precondition(written.refusal == nil, "\(limit) is no value of pids.max")
    }
}
