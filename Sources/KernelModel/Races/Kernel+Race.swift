import KernelABI

extension Kernel {
    /// Applies one way in which a race ended: the children are there, and the refusals are counted.
    ///
    /// - Returns: each task's children, in the order in which they were made.
    public mutating func apply(_ ending: ForkRace.Ending, of racers: [TaskID]) -> [[TaskID]] {
        var children: [[TaskID]] = []
        for (number, racer) in racers.enumerated() {
            var made: [TaskID] = []
            var isStopped = false
            if case .rlimitNproc = ending.refusals[number] { isStopped = ending.made[number] == 0 }
            let isOverNproc = isStopped ? false : unmarkNproc(racer)
            for _ in 0..<ending.made[number] {
                countProcess(cred(of: racer).ucounts)
                pids.charge(pidsState(of: tasks[racer.index].cgroups), 1)
                let cred = cred(of: racer)
                let proxy = proxyOfChild(of: racer, [], cred.user, cred.userNS, tasks[racer.index].cgroups)
                let child = addChild(of: racer, proxy)
                // The first child is a copy from before the first fork.
                if isOverNproc, made.isEmpty { tasks[child.index].isOverNproc = true }
                made.append(child)
            }
            children.append(made)
            guard case .pidsMax(let css) = ending.refusals[number] else { continue }
            freezeOffsetsOfChild(of: racer, [])
            pidsEvent(forking: pidsState(of: tasks[racer.index].cgroups), overLimit: css)
        }
        return children
    }

    /// Sets what a cgroup's `pids.peak` reads to a value that a race may have left there; false where it may not.
    ///
    /// `pids_update_watermark` reads, compares and writes without a lock. Of several forks at once, one that charged less
    /// may write last, so that the highest value is lost; it was charged at the same time, and so is at most one less for
    /// each other fork. On the other side, charges that a level above refuses count, and each fork has one at a time.
    ///
    /// - Parameters:
    ///   - racers: how many tasks forked at once.
    ///   - before: what the file read before the race.
    public mutating func setPeakAfterRace(_ cgroup: CgroupID, _ peak: Int64, racers: Int, before: Int64) -> Bool {
        let state = pids[cgroups[cgroup.index].subsys[pidsSubsystem].index]
        let slack = Int64(racers)
        let lowest = max(before, state.counter - (slack - 1))
        let highest = max(before, min(max(state.limit, state.counter), state.counter + slack))
        guard (lowest...highest).contains(peak) else { return false }
        pids[cgroups[cgroup.index].subsys[pidsSubsystem].index].watermark = peak
        return true
    }

    /// The refusal of a fork that a counter stopped in a race.
    public func refusal(_ cause: ForkRefusal, of racer: TaskID) -> Refusal {
        switch cause {
        case .rlimitNproc(let ucounts, let limit):
            Refusal(.rlimitNproc, .EAGAIN, at: .user(self.ucounts[ucounts.index].user), limit: UInt64(limit))
        case .pidsMax(let css):
            Refusal(
                .pidsMax,
                .EAGAIN,
                at: .cgroup(pids[css.index].css.cgroup),
                limit: UInt64(pids[css.index].limit)
            )
        case .laterController(let refusal): refusal
        }
    }
}
