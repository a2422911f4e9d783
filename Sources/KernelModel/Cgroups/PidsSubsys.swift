import KernelABI

extension CgroupSubsys {
    /// `pids_cgrp_subsys`, `kernel/cgroup/pids.c`, with the callbacks that it fills there.
    ///
    /// `exit` is not among them: a process that ends keeps its charge until `release`, when it is waited for.
    public static let pids: CgroupSubsys = {
        var subsys = CgroupSubsys(name: "pids") { kernel, cgroup, parent in
            kernel.pids.append(PidsCgroup(css: CgroupSubsysState(cgroup: cgroup, parent: parent)))
            return CSSID(kernel.pids.count - 1)
        }
        subsys.canAttach = { kernel, migrations in
            for migration in migrations {
                // Charged before the old charge goes back: a cgroup above both is, for a moment, one higher.
                kernel.pids.charge(kernel.pidsState(of: migration.destination), 1)
                kernel.pids.uncharge(kernel.pidsState(of: kernel.tasks[migration.task.index].cgroups), 1)
            }
            return nil
        }
        subsys.cancelAttach = { kernel, migrations in
            for migration in migrations {
                kernel.pids.charge(kernel.pidsState(of: kernel.tasks[migration.task.index].cgroups), 1)
                kernel.pids.uncharge(kernel.pidsState(of: migration.destination), 1)
            }
        }
        subsys.canFork = { kernel, cset in kernel.pidsCanFork(kernel.pidsState(of: cset)) }
        subsys.cancelFork = { kernel, cset in
            kernel.pids.uncharge(kernel.pidsState(of: cset), 1)
        }
        subsys.release = { kernel, task in
            kernel.pids.uncharge(kernel.pidsState(of: kernel.tasks[task.index].cgroups), 1)
        }
        return subsys
    }()
}

extension Kernel {
    /// `pids_can_fork`: charges a child of who is charged to `forking`, or tells what refuses it.
    @inline(__always)
    mutating func pidsCanFork(_ forking: CSSID) -> Refusal? {
        guard let refused = pids.tryCharge(forking, 1) else { return nil }
        pidsEvent(forking: forking, overLimit: refused.css)
        return Refusal(
            .pidsMax,
            .EAGAIN,
            at: .cgroup(pids[refused.css.index].css.cgroup),
            limit: UInt64(refused.limit),
            count: UInt64(refused.count)
        )
    }

    /// The counters that a `css_set`'s tasks are charged to, `css_pids(cset->subsys[pids_cgrp_id])`.
    @inline(__always)
    func pidsState(of cset: CSSSetID) -> CSSID { cssSets[cset.index].subsys[pidsSubsystem] }

    /// What a refused fork counts: before 6.11 in `pids_can_fork` itself, since then in `pids_event`.
    mutating func pidsEvent(forking: CSSID, overLimit: CSSID) {
        pids[forking.index].eventsForkFail += 1
        guard countsEventsAtTheLimit else { return }
        pids[overLimit.index].eventsLocalMax += 1
        var level = overLimit
        while let parent = pids[level.index].css.parent {
            pids[level.index].eventsMax += 1
            level = parent
        }
    }
}
