/// Several tasks that fork at once, each until it is refused: every way in which that can end.
///
/// The kernel's atomic steps (``ForkStage``) are interleaved in all ways. A refused fork takes its charges back one by one,
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
        let paths = ForkPaths(kernel, tasks)
        guard paths.stages.allSatisfy(ForkRace.hasLimit) else { return nil }
        var search = RaceSearch(paths, mostStates: mostStates)
        guard let endings = search.run() else { return nil }
        self.endings = endings
    }

    private static func hasLimit(_ stages: [ForkStage]) -> Bool {
        stages.contains { stage in
            switch stage {
            case .countUser: false
            case .askUser, .askCountedUser, .charge: true
            }
        }
    }
}

/// The state of a race: the counters' distance from where they began, and where each task is in its fork.
private struct RaceState: Hashable {
    var counters: [Int16]
    var tasks: [RacingTask]
}

private struct RacingTask: Hashable {
    /// The next stage of the fork that is under way.
    var stage: UInt8 = 0
    /// How much of a refused fork is still to be given back.
    var undo: UInt8 = 0
    /// The stage that refused; nil while the task forks.
    var refusedBy: UInt8?
    /// How many children were made.
    var made: UInt16 = 0

    var isDone: Bool { refusedBy != nil && undo == 0 }
}

private struct RaceSearch {
    private let paths: ForkPaths
    private let mostStates: Int
    private var endings: Set<ForkRace.Ending> = []

    init(_ paths: ForkPaths, mostStates: Int) {
        self.paths = paths
        self.mostStates = mostStates
    }

    mutating func run() -> Set<ForkRace.Ending>? {
        let first = RaceState(
            counters: paths.start.map { _ in 0 },
            tasks: paths.stages.map { _ in RacingTask() }
        )
        var seen: Set<RaceState> = [first]
        var open = [first]
        while let state = open.popLast() {
            var isEnd = true
            for number in state.tasks.indices where !state.tasks[number].isDone {
                isEnd = false
                let next = advanced(state, number)
                if seen.insert(next).inserted { open.append(next) }
            }
            if isEnd { endings.insert(ending(state)) }
            if seen.count > mostStates { return nil }
        }
        return endings
    }

    private func advanced(_ state: RaceState, _ number: Int) -> RaceState {
        var next = state
        var task = next.tasks[number]
        let stages = paths.stages[number]
        if let refusedBy = task.refusedBy {
            let steps = undoing(stages, refusedBy: Int(refusedBy))
            next.counters[steps[steps.count - Int(task.undo)]] -= 1
            task.undo -= 1
        } else {
            let stage = stages[Int(task.stage)]
            if let counter = counted(stage) { next.counters[counter] += 1 }
            if refuses(stage, next.counters) {
                task.refusedBy = task.stage
                task.undo = UInt8(undoing(stages, refusedBy: Int(task.stage)).count)
                task.stage = 0
            } else if Int(task.stage) == stages.count - 1 {
                task.made += 1
                task.stage = 0
            } else {
                task.stage += 1
            }
        }
        next.tasks[number] = task
        return next
    }

    /// The counters that a refused fork gives back, in this order: `pids_try_charge` reverts its levels from the forking
    /// cgroup up to the refusing one, then `copy_process` uncounts the child of its user.
    private func undoing(_ stages: [ForkStage], refusedBy last: Int) -> [Int] {
        let passed = stages[...last]
        let levels = passed.compactMap { if case .charge(let count, _) = $0 { count } else { nil } }
        return levels + passed.compactMap { if case .countUser(let count) = $0 { count } else { nil } }
    }

    private func counted(_ stage: ForkStage) -> Int? {
        switch stage {
        case .countUser(let count), .charge(let count, _): count
        case .askUser, .askCountedUser: nil
        }
    }

    private func refuses(_ stage: ForkStage, _ counters: [Int16]) -> Bool {
        func value(_ count: Int) -> Int64 { paths.start[count] + Int64(counters[count]) }
        return switch stage {
        case .askUser(let count, let limit): value(count) >= limit
        case .countUser: false
        case .askCountedUser(let count, let limit), .charge(let count, let limit): value(count) > limit
        }
    }

    private func ending(_ state: RaceState) -> ForkRace.Ending {
        ForkRace.Ending(
            made: state.tasks.map { Int($0.made) },
            refusals: state.tasks.indices.map { number in
                guard let stage = state.tasks[number].refusedBy else { preconditionFailure("a race ends by refusals") }
                return refusal(paths.stages[number][Int(stage)])
            }
        )
    }

    private func refusal(_ stage: ForkStage) -> ForkRefusal {
        switch stage {
        case .askUser(let count, let limit), .askCountedUser(let count, let limit), .charge(let count, let limit):
            switch paths.counters[count] {
            case .level(let css): return .pidsMax(css)
            case .user(let ucounts): return .rlimitNproc(ucounts, limit: limit)
            }
        case .countUser: preconditionFailure("counting refuses nothing")
        }
    }
}
