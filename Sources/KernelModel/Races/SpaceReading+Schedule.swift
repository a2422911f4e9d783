extension SpaceReading {
    /// The kinds of steps that some thread takes in some state.
    func kinds() -> [AtomicStep.Kind] {
        var taken = machine.threads.map { _ in Set<Int16>() }
        for state in 0..<space.count {
            for (thread, next) in space.next(state).enumerated() where next != StateSpace.none {
                taken[thread].insert(space.value(machine.threads[thread].position, state))
            }
        }
        let kinds = Set(
            zip(machine.threads, taken).flatMap { thread, positions in
                positions.map { AtomicStep.Kind(thread.nodes[Int($0)].step) }
            }
        )
        return AtomicStep.Kind.allCases.filter(kinds.contains)
    }

    /// A shortest schedule to a state.
    func schedule(to state: Int) -> [Interleavings.ScheduledStep] {
        var before = 0
        return space.way(to: state).map { state, thread in
            defer { before = state }
            return described(before, state, machine.threads[thread])
        }
    }

    private func described(_ before: Int, _ after: Int, _ thread: RaceThread) -> Interleavings.ScheduledStep {
        let node = thread.nodes[Int(space.value(thread.position, before))]
        // Where a step leads to another node by what it finds, the way that was taken tells what that was.
        let position = Int(space.value(thread.position, after))
        let isOtherwise = node.otherwise.map { $0.node == position && $0.node != node.next.node } ?? false
        let kind = AtomicStep.Kind(node.step)
        func step(
            level: Int? = nil,
            user: Int? = nil,
            _ value: Int64? = nil,
            _ bound: Int64? = nil
        ) -> Interleavings.ScheduledStep {
            Interleavings.ScheduledStep(
                operation: node.operation,
                step: AtomicStep(
                    kind: kind,
                    cgroup: level.map { kernel.pids[machine.levels[$0].css.index].css.cgroup },
                    ucounts: user.map { machine.users[$0].ucounts },
                    value: value,
                    bound: bound,
                    isOtherwise: isOtherwise
                )
            )
        }
        func count(_ level: Int) -> Int64 {
            machine.levels[level].before + Int64(space.value(machine.levels[level].counter, after))
        }
        func count(user: Int) -> Int64 {
            machine.users[user].before + Int64(space.value(machine.users[user].counter, after))
        }
        func limit(_ level: Int) -> Int64 {
            let level = machine.levels[level]
            return level.limits[level.limit.map { Int(space.value($0, after)) } ?? 0]
        }
        /// What the thread's last addition came to.
        func added(_ level: Int) -> Int64 {
            guard let slot = thread.added else { preconditionFailure("a step that reads what was added") }
            return machine.levels[level].before + Int64(space.value(slot, before))
        }
        func watermark(_ level: Int) -> Int64 {
            guard let seen = machine.levels[level].seen, let peak = peak(machine.levels[level], seen, before) else {
                preconditionFailure("a step of the watermark where there is none")
            }
            return peak
        }
        switch node.step {
        case .askUser(let user, let room), .askCountedUser(let user, let room):
            return step(user: user, count(user: user), machine.users[user].before + Int64(room))
        case .countUser(let user), .uncountUser(let user), .uncountReaped(let user):
            return step(user: user, count(user: user))
        case .charge(let level):
            return step(level: level, count(level), machine.levels[level].limit == nil ? limit(level) : nil)
        case .compare(let level): return step(level: level, added(level), limit(level))
        case .readWatermark(let level): return step(level: level, added(level), watermark(level))
        case .writeWatermark(let level): return step(level: level, added(level), watermark(level))
        case .revert(let level), .cancelFork(let level), .chargeForAttach(let level), .unchargeForAttach(let level),
            .release(let level):
            return step(level: level, count(level))
        case .writeLimit(let level, _): return step(level: level, limit(level))
        case .countEvent(let levels): return step(level: levels.first)
        case .makeChild, .holdForFork, .letGo, .lockAttach, .move, .unlockAttach, .exit, .takeZombie: return step()
        }
    }
}
