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
    /// The caller's RLIMIT_NPROC.
    case rlimitNproc
    /// The `pids.max` of this state.
    case pidsMax(CSSID)
}

/// The stages of several tasks' forks, and the counters that these go by.
struct ForkPaths {
    /// What a counter of the race counts.
    enum Counter: Hashable {
        case user(UserID)
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
        let limited = Set(tasks.filter { kernel.nprocLimit(of: $0) != nil }.map { kernel.cred(of: $0).user })
        for task in tasks { stages.append(stagesOfFork(kernel, task, limited)) }
    }

    private mutating func stagesOfFork(_ kernel: Kernel, _ task: TaskID, _ limited: Set<UserID>) -> [ForkStage] {
        var found: [ForkStage] = []
        let cred = kernel.cred(of: task)
        if kernel.nprocLimit(of: task) == nil, limited.contains(cred.user) {
            // Not held to a limit itself, it takes the room of those who are.
            found.append(.countUser(count: place(of: .user(cred.user), value: kernel.users[cred.user.index].processes)))
        }
        if let limit = kernel.nprocLimit(of: task) {
            let count = place(of: .user(cred.user), value: kernel.users[cred.user.index].processes)
            if kernel.configuration.countsProcessAfterLimit {
                found += [.askUser(count: count, limit: limit), .countUser(count: count)]
            } else {
                found += [.countUser(count: count), .askCountedUser(count: count, limit: limit)]
            }
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
    /// The soft RLIMIT_NPROC that `copy_process` holds a task to; nil for a task that is exempt, or has none.
    func nprocLimit(of task: TaskID) -> Int64? {
        let cred = cred(of: task)
        let limit = tasks[task.index].rlimitNproc.current
        guard limit != RLimit.infinity, cred.user != .initUser,
            cred.capEffective.isDisjoint(with: [.CAP_SYS_RESOURCE, .CAP_SYS_ADMIN])
        else { return nil }
        return Int64(clamping: limit)
    }
}
