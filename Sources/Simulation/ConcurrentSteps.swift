import Failure
import KernelABI
import KernelModel
import Scenario

/// Steps of a program as operations that happen at once.
///
/// A process takes its own steps in their order. The harness's are taken by whoever writes to cgroups on a machine, each by
/// another.
struct ConcurrentSteps {
    private struct Thread {
        let caller: TaskID?
        var operations: [(RaceOperation, ExploredGroup.Operation)] = []
    }

    private let run: Run
    private var threads: [Thread] = []
    private var silent: [Int] = []
    private var made: Set<TaskName> = []
    private var ending: Set<TaskID> = []
    private var reaped: Set<TaskID> = []

    /// - Throws: a `Failure` for steps that cannot be explored.
    init(_ run: Run, _ steps: Range<Int>) throws(Failure) {
        self.run = run
        for index in steps { try add(run.program.steps[index].action, index) }
    }

    /// For each thread its operations.
    var operations: [[RaceOperation]] { threads.map { $0.operations.map(\.0) } }

    /// The group of what was found.
    func group(_ steps: Range<Int>, _ interleavings: Interleavings) -> ExploredGroup {
        let refusals = Set(interleavings.outcomes.flatMap { $0.results.compactMap(\.refusal) })
        let forker = operations.joined().compactMap(\.caller).first ?? Kernel.initTask
        let ucounts = run.kernel.ucounts.indices.map { UcountsID(rawValue: UInt32($0)) }
        return ExploredGroup(
            steps: steps,
            operations: threads.flatMap { $0.operations.map(\.1) },
            threads: threads.count,
            silent: silent,
            before: run.snapshot(),
            interleavings: interleavings,
            paths: run.paths,
            users: Dictionary(
                uniqueKeysWithValues: ucounts.map {
                    ($0, run.users[run.kernel.ucounts[Int($0.rawValue)].user] ?? .root)
                }
            ),
            decisions: Dictionary(
                uniqueKeysWithValues: refusals.map { ($0, run.decision(run.kernel.refusal($0, of: forker))) }
            )
        )
    }

    private mutating func add(_ action: Action, _ step: Int) throws(Failure) {
        for name in action.namedTasks where made.contains(name) && action.namedChild != name {
            throw Failure(
                .unavailable,
                "\(name) is made by a step that happens at once with this one, which cannot be explored yet",
                at: run.locate(step),
                remedy: "let a step before make it"
            )
        }
        switch action {
        case .fork(let name, let child): try addFork(name, child, action, step)
        case .clone(let name, let flags, let child):
            guard flags.isEmpty else { throw unexplored(action, step) }
            try addFork(name, child, action, step)
        case .race(let names):
            try run.requireNoMachineLimit(step)
            for name in names {
                guard let task = try acting(name, step) else { continue }
                add(.forkUntilRefused(task), name, .race([name]), step)
            }
        case .attach(let name, let path):
            guard let task = run.living(name) else { return silent.append(step) }
            // Whether a domain may have processes changes with where others are.
            guard let cgroup = run.cgroup(path), !run.hasDomains else { throw unexplored(action, step) }
            try requireInitialPIDs(name, task, step)
            try requireOneThread(name, task, step)
            add(.attach(task, to: cgroup), nil, action, step)
        case .write(let path, let file, let text):
            guard file == "pids.max", let cgroup = run.cgroup(path), run.kernel.hasPidsFiles(cgroup) else {
                throw unexplored(action, step)
            }
            var kernel = run.kernel
            guard kernel.writePidsMax(cgroup, Array(text.utf8)).refusal == nil else {
                throw Failure(
                    .badInput,
                    "what the kernel cannot read changes no limit, whatever happens at once",
                    at: run.locate(step),
                    remedy: "leave the step out, or write a number or max"
                )
            }
            add(.writePidsMax(cgroup, kernel.pidsFiles(of: cgroup).max), nil, action, step)
        case .exit(let name, _):
            guard let task = try acting(name, step) else { return }
            try requireOneThread(name, task, step)
            guard !run.kernel.endReleases(task) else {
                throw Failure(
                    .unavailable,
                    "the end of \(name), with which somebody is gone whom nobody cares for, cannot be explored yet",
                    at: run.locate(step)
                )
            }
            add(.exit(task), name, action, step)
            ending.insert(task)
        case .wait(let name, let child): try addWait(name, child, action, step)
        case .waitCall, .unshare, .setns, .open, .close, .setnsFile, .sethostname, .setdomainname, .uname, .namespace,
            .readProcess, .writeTimensOffsets, .getppid, .getpid, .signal, .setuid, .sigchld, .subreaper,
            .setrlimitNproc, .read, .mapIDs, .sysctl, .bomb,
            .kill, .clone3, .mkdir, .rmdir, .vfork, .exitGroup, .execve, .attachThread, .writeMembers, .mapSelf:
            throw unexplored(action, step)
        }
    }

    private mutating func addFork(_ name: TaskName, _ child: TaskName, _ action: Action, _ step: Int) throws(Failure) {
        made.insert(child)
        try run.requireNoMachineLimit(step)
        guard let task = try acting(name, step) else { return }
        add(.fork(task), name, action, step)
    }

    private mutating func addWait(
        _ name: TaskName,
        _ child: TaskName?,
        _ action: Action,
        _ step: Int
    ) throws(Failure) {
        guard let task = try acting(name, step) else { return }
        guard let child, let waited = run.names.task(named: child),
            run.kernel.tasks[Int(waited.rawValue)].realParent == task,
            run.kernel.tasks[Int(waited.rawValue)].exitSignal == UInt8(CloneArgs.SIGCHLD),
            reaped.insert(waited).inserted
        else {
            throw Failure(
                .unavailable,
                "a wait for any child, or for none of \(name)'s own, cannot be explored yet",
                at: run.locate(step),
                remedy: "name a child that has ended, or ends at the same time"
            )
        }
        try requireInitialPIDs(child, waited, step)
        try requireOneThread(child, waited, step)
        guard !run.kernel.isLiving(waited) || ending.contains(waited) else {
            throw Failure(
                .badInput,
                "\(name) would wait for ever: \(child) lives",
                at: run.locate(step),
                remedy: "let the child exit first"
            )
        }
        add(.wait(task, child: waited), name, action, step)
    }

    /// The process that takes a step; nil, and the step is silent, where it does not live by then.
    private mutating func acting(_ name: TaskName, _ step: Int) throws(Failure) -> TaskID? {
        guard let task = run.living(name), !ending.contains(task) else {
            silent.append(step)
            return nil
        }
        try requireInitialPIDs(name, task, step)
        try run.requireMoving(task, step)
        return task
    }

    private mutating func add(_ operation: RaceOperation, _ actor: TaskName?, _ action: Action, _ step: Int) {
        let caller = operation.caller
        let entry = (operation, ExploredGroup.Operation(step: step, actor: actor, action: action))
        if caller != nil, let known = threads.firstIndex(where: { $0.caller == caller }) {
            threads[known].operations.append(entry)
        } else {
            threads.append(Thread(caller: caller, operations: [entry]))
        }
    }

    private func requireInitialPIDs(_ name: TaskName, _ task: TaskID, _ step: Int) throws(Failure) {
        guard run.kernel.hasNestedPIDs(task) else { return }
        throw Failure(
            .unavailable,
            "what \(name) does at once with others cannot be explored yet: it is in or above a nested PID namespace",
            at: run.locate(step)
        )
    }

    private func requireOneThread(_ name: TaskName, _ task: TaskID, _ step: Int) throws(Failure) {
        guard !run.kernel.isThreadGroupEmpty(task) else { return }
        throw Failure(
            .unavailable,
            "what happens to \(name) at once with other steps cannot be explored yet: its process has threads",
            at: run.locate(step)
        )
    }

    private func unexplored(_ action: Action, _ step: Int) -> Failure {
        Failure(
            .unavailable,
            "what happens at once with other steps cannot be \(action.call) yet",
            at: run.locate(step),
            remedy: "fork, race, attach, write, exit and wait can be explored"
        )
    }
}

extension Run {
    /// Explores steps that happen at once, from the state at hand.
    func explore(_ steps: Range<Int>, _ mostStates: Int) throws(Failure) -> ExploredGroup {
        let concurrent = try ConcurrentSteps(self, steps)
        let observed = program.world.cgroups.compactMap { cgroup($0.path) }.filter(kernel.hasPidsFiles)
        do {
            let found = try Interleavings(
                kernel,
                concurrent.operations,
                observing: observed,
                mostStates: mostStates
            )
            return concurrent.group(steps, found)
        } catch .unlimited(let task) {
            throw Failure(
                .unavailable,
                "\(names.name(of: task)) races, and no limit stops it",
                at: locate(steps.lowerBound),
                remedy: "give it a pids.max or an nproc"
            )
        } catch {
            throw Failure(
                .badInput,
                "what happens at once here has more than \(mostStates) states",
                at: locate(steps.lowerBound),
                remedy: "take fewer steps at once, or allow more with --states"
            )
        }
    }
}
