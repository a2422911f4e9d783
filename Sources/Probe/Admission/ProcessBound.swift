import KernelABI
import Scenario

/// How many processes a program can have at one time, zombies included.
///
/// The guard's hard limit comes from this figure, so it has to be too high rather than too low: otherwise the guard, and
/// not a limit of the program, would refuse a fork. A program without a bound of its own is not run at all.
enum ProcessBound {
    /// The most processes that a program may ask for.
    static let ceiling = 4096

    /// A number that no program exceeds; `Int.max` where nothing bounds the program.
    static func of(_ program: Program) -> Int {
        let lineages = Lineages(program)
        var cgroups = CgroupBounds(program)
        var places = Places(program)
        var total = program.world.tasks.count
        for step in program.steps {
            cgroups.note(step.action)
            places.note(step.action)
            switch step.action {
            case .fork, .vfork, .clone, .clone3: total = sum(total, 1)
            case .race(let tasks):
                // Each may pass a limit that the others are about to reach, once.
                for task in tasks {
                    guard let family = lineages.family(of: task) else { continue }
                    let byCgroup = cgroups.bound(of: places.cgroups(of: task))
                    total = sum(total, sum(min(byCgroup, bound(of: family, in: program)), tasks.count))
                }
            case .bomb(let task, let rounds, let workload):
                guard let family = lineages.family(of: task) else { break }
                let doubled =
                    workload.isLinear
                    ? max(rounds, 0) : rounds >= Int.bitWidth - 2 ? Int.max : 1 << max(rounds, 0)
                let byCgroup = cgroups.bound(of: places.cgroups(of: task))
                total = sum(total, min(doubled, byCgroup, bound(of: family, in: program)))
            default: break
            }
        }
        return total
    }

    /// RLIMIT_NPROC bounds the processes of a user that is not root. A process may be made while the count is at most the
    /// maker's limit; the world's first tasks are there in any case.
    private static func bound(of family: Lineages.Family, in program: Program) -> Int {
        guard !family.mayBeRoot, family.setup.nproc != nil, let highest = family.softLimits.max(),
            let limit = Int(exactly: highest)
        else { return Int.max }
        return sum(limit, program.world.tasks.count + 1)
    }

    fileprivate static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? Int.max : sum
    }
}

/// In which cgroups each process may be at a step, if it lives.
private struct Places {
    private var cgroups: [TaskName: Set<CgroupPath>] = [:]
    /// Those that are there for certain: the world's, unless a step has removed them.
    private var certain: Set<CgroupPath> = []
    private let threaded: Set<TaskName>

    init(_ program: Program) {
        threaded = program.threadedTasks
        // A domain may refuse whoever is to come.
        if program.world.cgroupType == .threaded { certain = Set(program.world.cgroups.map(\.path)).union([.root]) }
        for task in program.world.tasks { cgroups[task.name] = [task.cgroup] }
    }

    mutating func note(_ action: Action) {
        switch action {
        case .fork(let parent, let child), .vfork(let parent, let child), .clone(let parent, _, let child):
            cgroups[child] = cgroups(of: parent)
        case .clone3(_, _, .cgroup(let path), let child): cgroups[child] = [path]
        // What is open may be any cgroup's directory.
        case .clone3(_, _, .file, let child): cgroups[child] = [.root]
        case .clone3(let parent, _, nil, let child): cgroups[child] = cgroups(of: parent)
        // A process and its threads may be in several cgroups, and move together.
        case .attach(let task, let path) where threaded.contains(task):
            for other in threaded { cgroups[other] = cgroups(of: other).union([path]) }
        // Who is to go where nothing is stays.
        case .attach(let task, let path), .attachThread(let task, let path):
            cgroups[task] = certain.contains(path) ? [path] : cgroups(of: task).union([path])
        // A process that moves itself takes all its threads along, or moves alone.
        case .writeMembers(let task, let path, _, let text) where MemberText.pid(of: text) != nil:
            for other in threaded.contains(task) ? threaded : [task] {
                cgroups[other] = cgroups(of: other).union([path])
            }
        case .rmdir(let path): certain.remove(path)
        default: break
        }
    }

    /// A bomb's child that nobody has moved is where its parent was or is; the root is the widest answer.
    func cgroups(of task: TaskName) -> Set<CgroupPath> { cgroups[task] ?? [.root] }
}

/// How many processes each cgroup of a program can hold at a step: the least of the limits above it, as they are by then,
/// and what is moved in past the limit.
private struct CgroupBounds {
    private var limits: [CgroupPath: PidsLimit] = [.root: .max]
    private var placements = 0
    /// A step may have taken `pids` from cgroups, and their limits with it.
    private var isWithoutPids = false
    /// Those that a step makes may have no `pids`.
    private let hasDomains: Bool
    private var unsure: Set<CgroupPath> = []
    private let threaded: Set<TaskName>

    init(_ program: Program) {
        threaded = program.threadedTasks
        hasDomains = program.world.cgroupType == .domain
        for setup in program.world.cgroups { limits[setup.path] = setup.pidsMax }
        placements = program.world.tasks.count
    }

    mutating func note(_ action: Action) {
        switch action {
        case .attach(let task, _): placements += threaded.contains(task) ? threaded.count : 1
        case .attachThread: placements += 1
        case .writeMembers(let task, _, _, let text) where MemberText.pid(of: text) != nil:
            placements += threaded.contains(task) ? threaded.count : 1
        case .write(let path, "pids.max", let text):
            // A text that this cannot read is taken for no limit: the kernel knows more spellings of a number.
            limits[path] = unsure.contains(path) ? .max : PidsLimit(text) ?? .max
        case .write(_, "cgroup.subtree_control", let text):
            if text.contains("-") { isWithoutPids = true }
        // One that was removed comes back without its limit.
        case .mkdir(let path):
            limits[path] = .max
            if hasDomains { unsure.insert(path) }
        default: break
        }
    }

    func bound(of paths: Set<CgroupPath>) -> Int { paths.map { bound(of: $0) }.max() ?? Int.max }

    private func bound(of path: CgroupPath) -> Int {
        if isWithoutPids { return Int.max }
        var lowest = PidsLimit.max
        var next: CgroupPath? = path
        while let path = next {
            lowest = min(lowest, limits[path] ?? .max)
            next = path.parent
        }
        return switch lowest {
        case .limited(let number): ProcessBound.sum(Int(number), placements)
        case .max: Int.max
        }
    }
}
