public import KernelABI

extension Kernel {
    /// A privileged write of a task to `cgroup.procs`: `__cgroup_procs_write`, `kernel/cgroup/cgroup.c`. All of its process move.
    ///
    /// A task that is in the cgroup already, or that has ended, is left as it is, and the write succeeds all the same
    /// (`cgroup_migrate_prepare_dst`, `cgroup_migrate_add_task`).
    public mutating func attach(_ task: TaskID, to cgroup: CgroupID) -> Transition<Void> {
        if let refusal = refusalOfDestination(cgroup, .attachInvalidDomain, .attachInnerProcesses) {
            return .refused(refusal)
        }
        return move(threads(of: task), to: cgroup)
    }

    /// The same write to `cgroup.threads`, or to `tasks` in version 1: the task moves alone, and stays below the domain that its
    /// process is in.
    public mutating func attachThread(_ task: TaskID, to cgroup: CgroupID) -> Transition<Void> {
        if let refusal = refusalOfDestination(cgroup, .attachInvalidDomain, .attachInnerProcesses)
            ?? refusalOfDomain(self.cgroup(of: task), cgroup, .attachThreadElsewhere)
        {
            return .refused(refusal)
        }
        return move([task], to: cgroup)
    }

    /// `cgroup_attach_permissions` of a task that leaves others of its process behind.
    func refusalOfDomain(_ source: CgroupID, _ destination: CgroupID, _ rule: Rule.Name) -> Refusal? {
        guard configuration.unified, domain(of: source) != domain(of: destination) else { return nil }
        return Refusal(rule, .EOPNOTSUPP, at: .cgroup(destination))
    }

    /// `cgroup_attach_task`
    private mutating func move(_ candidates: [TaskID], to cgroup: CgroupID) -> Transition<Void> {
        let destination = cssSet(of: cgroup)
        let moving = candidates.filter { isLiving($0) && tasks[$0.index].cgroups != destination }
        guard !moving.isEmpty else { return .success(()) }
        if let refusal = migrate(moving.map { CgroupSubsys.Migration(task: $0, destination: destination) }) {
            return .refused(refusal)
        }
        return .success(())
    }

    /// `cgroup_migrate_execute`: asks the controllers that somebody has another state of afterwards
    /// (`cgroup_migrate_prepare_dst`), and moves the tasks if none refuses.
    mutating func migrate(_ migrations: [CgroupSubsys.Migration]) -> Refusal? {
        let asked = subsystems.indices.filter { index in
            migrations.contains { migration in
                cssSets[tasks[migration.task.index].cgroups.index].subsys[index]
                    != cssSets[migration.destination.index].subsys[index]
            }
        }
        for index in asked {
            guard let refusal = subsystems[index].canAttach?(&self, migrations) else { continue }
            for earlier in asked where earlier < index { subsystems[earlier].cancelAttach?(&self, migrations) }
            return refusal
        }
        if callbacks != nil {
            let isElsewhere = migrations.contains { self.cgroup(of: $0.task) != cssSets[$0.destination.index].cgroup }
            noteMigration(changesPids: asked.contains(pidsSubsystem), changesCgroup: isElsewhere)
        }
        for migration in migrations { tasks[migration.task.index].cgroups = migration.destination }
        return nil
    }

    /// A privileged write to a cgroup's `pids.max`. A limit below what there is already stops nothing but forks.
    public mutating func writePidsMax(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        precondition(hasPidsFiles(cgroup), "the cgroup has no pids.max")
        let state = cgroups[cgroup.index].subsys[pidsSubsystem]
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
