import KernelABI

extension SpaceReading {
    private typealias Property = Interleavings.Property

    /// Looks at every state; of several that lack a property, the nearest one is the counterexample.
    func invariants() -> [Interleavings.Invariant] {
        var failures: [Property: (state: Int, cgroup: CgroupID?)] = [:]
        let asked = asked
        for state in 0..<space.count {
            let record = space.record(state)
            let isAtRest = machine.isAtRest(record)
            for property in asked where failures[property] == nil {
                if let failure = failure(of: property, state, isAtRest) { failures[property] = (state, failure.cgroup) }
            }
        }
        return asked.map { property in
            let failure = failures[property]
            return Interleavings.Invariant(
                property: property,
                counterexample: failure.map { schedule(to: $0.state) },
                cgroup: failure?.cgroup
            )
        }
    }

    /// The properties that say something about these operations on this kernel.
    private var asked: [Property] {
        Property.allCases.filter { property in
            switch property {
            case .countsWhatIsThere, .neverCountsLess, .neverStuck: true
            case .forksKeepPidsMax: observed.contains { ceiling($0.level) != nil }
            case .forksKeepRlimitNproc: machine.users.contains { $0.highestLimit != nil }
            case .refusalsAreCounted: machine.refusals.contains { if case .pidsMax = $0 { true } else { false } }
            case .peakCoversCurrent: kernel.configuration.hasPidsPeak && !observed.isEmpty
            }
        }
    }

    private struct PropertyFailure { let cgroup: CgroupID? }

    private func failure(of property: Property, _ state: Int, _ isAtRest: Bool) -> PropertyFailure? {
        func level(where fails: (RaceMachine.Level, RaceMachine.Seen, Int) -> Bool) -> PropertyFailure? {
            observed.first { fails(machine.levels[$0.level], $0.seen, $0.level) }.map {
                PropertyFailure(cgroup: $0.cgroup)
            }
        }
        func user(where fails: (RaceMachine.User) -> Bool) -> PropertyFailure? {
            machine.users.contains(where: fails) ? PropertyFailure(cgroup: nil) : nil
        }
        func value(_ slot: Int) -> Int16 { space.value(slot, state) }
        switch property {
        case .countsWhatIsThere:
            guard isAtRest else { return nil }
            return level { level, seen, _ in value(level.counter) != value(seen.present) }
                ?? user { user in user.present.map { value(user.counter) != value($0) } ?? false }
        case .neverCountsLess:
            return level { level, seen, _ in value(level.counter) < value(seen.present) }
                ?? user { user in user.present.map { value(user.counter) < value($0) } ?? false }
        case .forksKeepPidsMax:
            guard isAtRest else { return nil }
            return level { level, seen, number in
                guard let ceiling = ceiling(number) else { return false }
                return level.before + Int64(value(seen.present)) > ceiling
            }
        case .forksKeepRlimitNproc:
            guard isAtRest else { return nil }
            return user { user in
                guard let limit = user.highestLimit, let present = user.present else { return false }
                return user.before + Int64(value(present)) > max(user.before, limit)
            }
        case .refusalsAreCounted:
            guard isAtRest else { return nil }
            if !kernel.configuration.countsEventsAtTheLimit, hasMovedForkers { return uncountedRefusal(state) }
            return level { _, seen, number in Int(value(seen.events)) != refusals(countedAt: number, state) }
        case .peakCoversCurrent:
            guard isAtRest else { return nil }
            return level { level, seen, _ in
                peak(level, seen, state).map { $0 < level.before + Int64(value(level.counter)) } ?? false
            }
        case .neverStuck:
            return space.isEnd(state) && !space.isComplete(state) ? PropertyFailure(cgroup: nil) : nil
        }
    }

    /// How many processes there may be at a level by the limits that it has meanwhile; moves may bring more. Nil where a fork
    /// is held to none.
    private func ceiling(_ number: Int) -> Int64? {
        let level = machine.levels[number]
        let highest = level.limits.max() ?? PidsCgroup.unlimited
        guard highest < PidsCgroup.unlimited else { return nil }
        let moves = operations.count { operation in
            guard case .attach(_, let cgroup) = operation else { return false }
            return isWithin(cgroup, level.css)
        }
        return max(level.before, highest) + Int64(moves)
    }

    private func isWithin(_ cgroup: CgroupID, _ above: CSSID) -> Bool {
        sequence(first: kernel.cgroups[cgroup.index].subsys[kernel.pidsSubsystem]) { kernel.pids[$0.index].css.parent }
            .contains(above)
    }

    /// How many of the refusals so far the kernel has to count at a level: since 6.11 those of its own limit and of the limits
    /// below, before those of the forks from the cgroup itself.
    private func refusals(countedAt number: Int, _ state: Int) -> Int {
        let css = machine.levels[number].css
        return operations.indices.count { index in
            let refusal = machine.refusal(space.value(machine.results[index].refusal, state))
            guard case .pidsMax(let limit)? = refusal, let task = operations[index].forker else { return false }
            if kernel.configuration.countsEventsAtTheLimit {
                return isWithin(kernel.pids[limit.index].css.cgroup, css)
            }
            return kernel.cgroup(of: task) == kernel.pids[css.index].css.cgroup
        }
    }

    private var hasMovedForkers: Bool { operations.compactMap(\.forker).contains { machine.places[$0] != nil } }

    /// A refusal of a fork that is moved counts where it forked from, which its ending does not tell: then the sum is looked
    /// at, if all places are observed.
    private func uncountedRefusal(_ state: Int) -> PropertyFailure? {
        let forkers = operations.compactMap(\.forker)
        let places = forkers.flatMap { machine.places[$0]?.cgroups ?? [kernel.cgroup(of: $0)] }
        guard places.allSatisfy({ place in observed.contains { $0.cgroup == place } }) else { return nil }
        let refused = operations.indices.count { index in
            let refusal = machine.refusal(space.value(machine.results[index].refusal, state))
            if case .pidsMax? = refusal { return true } else { return false }
        }
        let counted = observed.reduce(0) { $0 + Int(space.value($1.seen.events, state)) }
        return counted == refused ? nil : PropertyFailure(cgroup: nil)
    }
}
