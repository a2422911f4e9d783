extension RaceCompiler {
    /// A fork, as far as `copy_process` reads and writes what forks share: the user's count and its limits, then the levels
    /// of the cgroup, then the child. Since 5.14 the child is counted before the limits are asked.
    mutating func addFork(_ task: TaskID, repeats: Bool, to builder: inout RaceThreadBuilder) {
        let users = users(of: task)
        let uncounting = users.map { RaceStep.uncountUser(user: $0) }
        let success = repeats ? builder.again : builder.done
        var branches: [RaceEdge] = []
        for cgroup in cgroups(of: task) {
            branches.append(addCharges(task, cgroup, uncounting, to: success, &builder))
        }
        var next = branches[0]
        if machine.lock != nil {
            next = builder.add(.holdForFork(place: place(of: task)), to: next, branches: branches)
        }
        let counting = users.map { RaceStep.countUser(user: $0) }
        if !kernel.configuration.countsProcessAfterLimit {
            let undoing = builder.add(uncounting, to: builder.refused())
            for (user, limit, room) in asking(task).reversed() {
                let result = result(of: .rlimitNproc(machine.users[user].ucounts, limit: limit))
                next = builder.add(
                    .askCountedUser(user: user, room: room),
                    to: next,
                    otherwise: RaceEdge(node: undoing.node, result: result)
                )
            }
            next = builder.add(counting, to: next)
        } else {
            next = builder.add(counting, to: next)
            for (user, limit, room) in asking(task).reversed() {
                let result = result(of: .rlimitNproc(machine.users[user].ucounts, limit: limit))
                next = builder.add(.askUser(user: user, room: room), to: next, otherwise: builder.refused(result))
            }
        }
        builder.start(at: next)
    }

    /// `cgroup_can_fork` and what follows it, for a task in this cgroup.
    private mutating func addCharges(
        _ task: TaskID,
        _ cgroup: CgroupID,
        _ uncounting: [RaceStep],
        to success: RaceEdge,
        _ builder: inout RaceThreadBuilder
    ) -> RaceEdge {
        let levels = levels(of: cgroup)
        let lettingGo = machine.lock == nil ? [] : [RaceStep.letGo]
        var next = success
        if let refusal = laterRefusal(of: task) {
            let steps = levels.map { RaceStep.cancelFork(level: $0) } + lettingGo + uncounting
            next = builder.add(steps, to: builder.refused())
            next.result = result(of: .laterController(refusal))
        } else if isObserved {
            next = builder.add(.makeChild(levels: levels, users: users(of: task)), to: success)
        }
        for (number, level) in levels.enumerated().reversed() {
            // pids_try_charge reverts its levels from the forking cgroup up to the refusing one, then copy_process uncounts
            // the child of its user.
            var refused: RaceEdge?
            if machine.levels[level].limits.contains(where: { $0 < PidsCgroup.unlimited }) {
                let reverting = levels[...number].map { RaceStep.revert(level: $0) }
                let steps = reverting + counting(cgroup, level) + lettingGo + uncounting
                refused = builder.add(steps, to: builder.refused())
                refused?.result = result(of: .pidsMax(machine.levels[level].css))
            }
            next = addWatermark(level, to: next, &builder)
            if machine.levels[level].limit != nil {
                next = builder.add(.compare(level: level), to: next, otherwise: refused)
            }
            next = builder.add(.charge(level: level), to: next, otherwise: refused)
        }
        return next
    }

    /// `pids_update_watermark`, which takes no lock.
    mutating func addWatermark(_ level: Int, to next: RaceEdge, _ builder: inout RaceThreadBuilder) -> RaceEdge {
        guard machine.levels[level].seen?.watermark != nil else { return next }
        let writing = builder.add(.writeWatermark(level: level), to: next)
        return builder.add(.readWatermark(level: level), to: writing, otherwise: next)
    }

    /// `pids_event`; before 6.11 the `events_limit` of the forking cgroup. Where nobody reads it, it is not kept.
    private func counting(_ cgroup: CgroupID, _ level: Int) -> [RaceStep] {
        let css = machine.levels[level].css
        let counting =
            kernel.configuration.countsEventsAtTheLimit
            ? levels(of: kernel.pids[css.index].css.cgroup)
            : levels(of: cgroup).filter { kernel.pids[machine.levels[$0].css.index].css.cgroup == cgroup }
        let seen = counting.filter { machine.levels[$0].seen != nil }
        return seen.isEmpty ? [] : [.countEvent(levels: seen)]
    }

    /// What a controller after pids says to a child of a task.
    private func laterRefusal(of task: TaskID) -> Refusal? {
        var kernel = kernel
        for subsystem in kernel.subsystems.suffix(from: kernel.pidsSubsystem + 1) {
            if let refusal = subsystem.canFork?(&kernel, kernel.tasks[task.index].cgroups) { return refusal }
        }
        return nil
    }
}
