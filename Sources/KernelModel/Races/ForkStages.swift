import KernelABI

/// The atomic steps of one fork, as far as other forks that run at the same time can tell: what `copy_process` does to
/// counters that they share, in its order.
enum ForkStage: Hashable {
    /// 5.10 compares the user's count with the limit before it counts the child: `atomic_read(…) >= task_rlimit(…)`.
    case askUser(count: Int, limit: Int64)
    /// The child is counted with its user, in `copy_creds`.
    case countUser(count: Int)
    /// Since 5.14 the limit is asked after the child was counted: `is_rlimit_overlimit`.
    case askCountedUser(count: Int, limit: Int64)
    /// `pids_try_charge` adds to one level's counter and compares what came of it, in one step.
    case charge(count: Int, limit: Int64)
}

/// Which counter refused a fork.
public enum ForkRefusal: Hashable, Sendable {
    /// The caller's RLIMIT_NPROC, or one that holds a user namespace above it, at whoever is counted there.
    case rlimitNproc(UcountsID, limit: Int64)
    /// The `pids.max` of this state.
    case pidsMax(CSSID)
}

/// The stages of several tasks' forks, and the counters that these go by.
struct ForkPaths {
    /// What a counter of the race counts.
    enum Counter: Hashable {
        case user(UcountsID)
        case level(CSSID)
    }

    /// The counters; stages name them by their place here.
    private(set) var counters: [Counter] = []
    /// The counters' values before the race.
    private(set) var start: [Int64] = []
    /// For each task, the stages of each of its forks.
    private(set) var stages: [[ForkStage]] = []

    /// A counter that no limit of these tasks can stop is left out: nothing depends on it.
    init(_ kernel: Kernel, _ tasks: [TaskID]) {
        let limited = Set(
            tasks.flatMap { kernel.nprocLimits(of: $0).compactMap { $0.limit == nil ? nil : $0.ucounts } }
        )
        for task in tasks { stages.append(stagesOfFork(kernel, task, limited)) }
    }

    private mutating func stagesOfFork(_ kernel: Kernel, _ task: TaskID, _ limited: Set<UcountsID>) -> [ForkStage] {
        var found: [ForkStage] = []
        let limits = kernel.nprocLimits(of: task)
        // Not held to a limit itself, a task takes the room of those who are.
        let counting = kernel.chain(of: kernel.cred(of: task).ucounts).filter(limited.contains)
            .map { ForkStage.countUser(count: place(of: .user($0), value: kernel.ucounts[$0.index].processes)) }
        let asking = limits.compactMap { ucounts, limit in
            limit.map { (place(of: .user(ucounts), value: kernel.ucounts[ucounts.index].processes), $0) }
        }
        if kernel.configuration.countsProcessAfterLimit {
            found += asking.map { .askUser(count: $0, limit: $1) } + counting
        } else {
            found += counting + asking.map { .askCountedUser(count: $0, limit: $1) }
        }
        var level = kernel.pidsState(of: kernel.tasks[task.index].cgroups)
        while let parent = kernel.pids[level.index].css.parent {
            let state = kernel.pids[level.index]
            if state.pidsMax != .max {
                found.append(.charge(count: place(of: .level(level), value: state.counter), limit: state.limit))
            }
            level = parent
        }
        return found
    }

    private mutating func place(of counter: Counter, value: Int64) -> Int {
        if let known = counters.firstIndex(of: counter) { return known }
        counters.append(counter)
        start.append(value)
        return counters.count - 1
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
