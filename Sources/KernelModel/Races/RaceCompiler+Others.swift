extension RaceCompiler {
    /// A move: `pids_can_attach` charges the new cgroup and uncharges the old one, all while nobody is in the middle of a fork
    /// or begins to end.
    mutating func addAttach(_ task: TaskID, _ cgroup: CgroupID, to builder: inout RaceThreadBuilder) {
        guard let place = place(of: task), let number = cgroups(of: task).firstIndex(of: cgroup) else {
            preconditionFailure("a task that is moved has places")
        }
        let unlocking = builder.add(.unlockAttach, to: builder.done)
        let entered = levels(of: cgroup)
        let branches = cgroups(of: task).map { old -> RaceEdge in
            guard old != cgroup else { return unlocking }
            let left = levels(of: old)
            let moving = RaceStep.move(
                place: place,
                to: Int16(number),
                enters: entered.filter { !left.contains($0) },
                leaves: left.filter { !entered.contains($0) }
            )
            var next = builder.add(left.map { .unchargeForAttach(level: $0) } + [moving], to: unlocking)
            for level in entered.reversed() {
                next = addWatermark(level, to: next, &builder)
                next = builder.add(.chargeForAttach(level: level), to: next)
            }
            return next
        }
        let start = builder.add(
            .lockAttach(place: place, ended: end(of: task)),
            to: unlocking,
            otherwise: unlocking,
            branches: branches
        )
        builder.start(at: start)
    }

    /// `release_task`: the zombie leaves its user's count, then its cgroup's, without a lock that forks or moves take.
    mutating func addWait(_ child: TaskID, to builder: inout RaceThreadBuilder) {
        let cgroups = cgroups(of: child)
        let users = users(of: child)
        var branches: [RaceEdge] = []
        for cgroup in cgroups {
            let steps =
                users.map { RaceStep.uncountReaped(user: $0) } + levels(of: cgroup).map { RaceStep.release(level: $0) }
            branches.append(builder.add(steps, to: builder.done))
        }
        let taking = RaceStep.takeZombie(
            place: place(of: child),
            ended: end(of: child),
            leaves: cgroups.map(levels),
            users: users
        )
        builder.start(at: builder.add(taking, to: branches[0], branches: branches))
    }
}
