/// Several tasks that fork at once, each until it is refused: every way in which that can end.
///
/// The kernel's atomic steps (``RaceStep``) are interleaved in all ways. A refused fork takes its charges back one by one,
/// so that for a moment another fork may be refused by a charge that does not last.
public struct ForkRace: Sendable {
    /// One way in which a race can end.
    public struct Ending: Hashable, Sendable {
        /// How many children each task made.
        public let made: [Int]
        /// What refused each task in the end.
        public let refusals: [ForkRefusal]
    }

    /// Every way in which the race can end.
    public let endings: Set<Ending>

    /// Explores the race of `tasks`, all of them living.
    ///
    /// - Parameter mostStates: how many states may be looked at.
    /// - Returns: nil where a task has no limit at all, or there are too many states.
    public init?(_ kernel: Kernel, _ tasks: [TaskID], mostStates: Int = 400_000) {
        let threads = tasks.map { [RaceOperation.forkUntilRefused($0)] }
        guard let machine = try? RaceCompiler(kernel, threads, for: .refusals).machine,
            let states = StateSpace(machine, mostStates: mostStates)
        else { return nil }
        var endings: Set<Ending> = []
        for state in 0..<states.count where states.isEnd(state) {
            endings.insert(
                Ending(
                    made: machine.results.map { Int(states.value($0.made, state)) },
                    refusals: machine.results.map { result in
                        guard let refusal = machine.refusal(states.value(result.refusal, state)) else {
                            preconditionFailure("a race ends by refusals")
                        }
                        return refusal
                    }
                )
            )
        }
        self.endings = endings
    }
}

extension Kernel {
    /// What `copy_process` holds a task's forks to: for each level that counts it, from its own up, the limit there; nil at
    /// a level without one. None for a task that is exempt.
    func nprocLimits(of task: TaskID) -> [(ucounts: UcountsID, limit: Int64?)] {
        let cred = cred(of: task)
        if isExemptFromNproc(cred, cred) { return [] }
        var limit = tasks[task.index].rlimitNproc.current
        return chain(of: cred.ucounts).map { level in
            defer { limit = userNamespaces[ucounts[level.index].ns.index].nprocMax }
            return (level, limit == RLimit.infinity ? nil : Int64(clamping: limit))
        }
    }
}
