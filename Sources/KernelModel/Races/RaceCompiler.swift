import KernelABI

/// Makes a machine of operations: which atomic steps the kernel takes for each, by its version, and what they touch.
///
/// Left out is what no other operation can tell: a lock that nobody holds for writing, a counter that no limit stops and
/// nobody reads, the comparison with a limit that nobody writes (it goes with the addition before it).
struct RaceCompiler {
    /// What a machine is for.
    enum Purpose: Hashable {
        /// Which refusals are possible: nothing is in it that no refusal depends on.
        case refusals
        /// All that can be seen of these cgroups, in the state that the operations leave.
        case observing([CgroupID])
    }

    let kernel: Kernel
    let purpose: Purpose
    private(set) var machine = RaceMachine()
    private var ended: [TaskID: Int] = [:]
    private var limited: Set<UcountsID> = []

    var isObserved: Bool { purpose != .refusals }

    /// - Parameter threads: for each, operations that are taken in their order. All tasks live, or are children that ended.
    /// - Throws: `unlimited` for a task that would fork without end.
    init(_ kernel: Kernel, _ threads: [[RaceOperation]], for purpose: Purpose) throws(RaceFailure) {
        self.kernel = kernel
        self.purpose = purpose
        let operations = threads.flatMap { $0 }
        addPlaces(operations)
        addLevels(operations)
        addUsers(operations)
        for case .forkUntilRefused(let task) in operations where !isLimited(task) { throw .unlimited(task) }
        for case .exit(let task) in operations { ended[task] = slot() }
        if !machine.places.isEmpty { machine.lock = (slot(), slot()) }
        for _ in operations { machine.results.append(RaceMachine.Result(made: slot(), refusal: slot())) }
        var first = 0
        for operations in threads {
            add(operations, from: first)
            first += operations.count
        }
    }

    /// A further number of the record.
    private mutating func slot(_ value: Int16 = 0) -> Int {
        machine.start.append(value)
        return machine.start.count - 1
    }

    private mutating func addPlaces(_ operations: [RaceOperation]) {
        for case .attach(let task, let cgroup) in operations {
            var known = machine.places[task]?.cgroups ?? [kernel.cgroup(of: task)]
            if !known.contains(cgroup) { known.append(cgroup) }
            machine.places[task] = RaceMachine.Places(slot: machine.places[task]?.slot ?? slot(), cgroups: known)
        }
    }

    /// The cgroups that a task may be in when its operation comes.
    func cgroups(of task: TaskID) -> [CgroupID] { machine.places[task]?.cgroups ?? [kernel.cgroup(of: task)] }

    /// The slot that says in which of ``cgroups(of:)`` a task is; nil where nobody moves it.
    func place(of task: TaskID) -> Int? { machine.places[task]?.slot }

    /// The slot that says whether a task has ended; nil where it does not end meanwhile.
    func end(of task: TaskID) -> Int? { ended[task] }

    // MARK: - Counters

    /// The levels of a cgroup that are in the machine, from its own up.
    func levels(of cgroup: CgroupID) -> [Int] {
        states(from: cgroup).compactMap { css in machine.levels.firstIndex { $0.css == css } }
    }

    private func states(from cgroup: CgroupID) -> [CSSID] {
        var found: [CSSID] = []
        var level = kernel.cgroups[cgroup.index].subsys[kernel.pidsSubsystem]
        while let parent = kernel.pids[level.index].css.parent {
            found.append(level)
            level = parent
        }
        return found
    }

    private mutating func addLevels(_ operations: [RaceOperation]) {
        var touched: [CSSID] = []
        for task in operations.compactMap(\.subject) {
            for cgroup in cgroups(of: task) {
                for css in states(from: cgroup) where !touched.contains(css) { touched.append(css) }
            }
        }
        var written: [CSSID: [Int64]] = [:]
        for case .writePidsMax(let cgroup, let limit) in operations {
            let css = kernel.cgroups[cgroup.index].subsys[kernel.pidsSubsystem]
            if !touched.contains(css) { touched.append(css) }
            var limits = written[css] ?? [kernel.pids[css.index].limit]
            let value = PidsCgroup.limit(of: limit)
            if !limits.contains(value) { limits.append(value) }
            written[css] = limits
        }
        for css in touched {
            let state = kernel.pids[css.index]
            let isRead = isRead(css)
            guard state.pidsMax != .max || written[css] != nil || isRead else { continue }
            machine.levels.append(
                RaceMachine.Level(
                    css: css,
                    counter: slot(),
                    limits: written[css] ?? [state.limit],
                    limit: written[css] == nil ? nil : slot(),
                    seen: isRead ? seen() : nil,
                    before: state.counter,
                    watermarkBefore: state.watermark
                )
            )
        }
    }

    private mutating func seen() -> RaceMachine.Seen {
        RaceMachine.Seen(
            watermark: kernel.configuration.hasPidsPeak ? slot() : nil,
            events: slot(),
            present: slot(),
            mostPresent: slot()
        )
    }

    private func isRead(_ css: CSSID) -> Bool {
        guard case .observing(let cgroups) = purpose else { return false }
        return cgroups.contains(kernel.pids[css.index].css.cgroup)
    }

    private mutating func addUsers(_ operations: [RaceOperation]) {
        let forkers = operations.compactMap(\.forker)
        let limits = forkers.map(kernel.nprocLimits)
        limited = Set(limits.flatMap { $0.compactMap { $0.limit == nil ? nil : $0.ucounts } })
        for task in operations.compactMap(\.subject) {
            for ucounts in counting(task) where user(ucounts) == nil {
                let held = zip(forkers, limits).map { forker, limits -> Int64? in
                    guard counting(forker).contains(ucounts) else { return .min }
                    return limits.first { $0.ucounts == ucounts }?.limit
                }
                machine.users.append(
                    RaceMachine.User(
                        ucounts: ucounts,
                        counter: slot(),
                        present: isObserved ? slot() : nil,
                        before: kernel.ucounts[ucounts.index].processes,
                        highestLimit: held.contains(nil) ? nil : held.compactMap { $0 }.max()
                    )
                )
            }
        }
    }

    /// Where a task's processes are counted and somebody is held to a limit. Not held to it itself, a task takes the room of
    /// those who are.
    private func counting(_ task: TaskID) -> [UcountsID] {
        kernel.chain(of: kernel.cred(of: task).ucounts).filter(limited.contains)
    }

    private func user(_ ucounts: UcountsID) -> Int? { machine.users.firstIndex { $0.ucounts == ucounts } }

    /// The users of the machine with which a task's processes are counted, in the order of their counting.
    func users(of task: TaskID) -> [Int] { counting(task).compactMap(user) }

    /// What a task's forks are asked, in order: the user, its limit, and how many more than before that leaves.
    func asking(_ task: TaskID) -> [(user: Int, limit: Int64, room: Int)] {
        kernel.nprocLimits(of: task).compactMap { ucounts, limit in
            guard let limit, let user = user(ucounts) else { return nil }
            return (user, limit, Int(clamping: limit - machine.users[user].before))
        }
    }

    /// Whether some limit stops a task's forks, wherever it is moved.
    private func isLimited(_ task: TaskID) -> Bool {
        if !asking(task).isEmpty { return true }
        return cgroups(of: task).allSatisfy { cgroup in
            levels(of: cgroup).contains { machine.levels[$0].limits[0] < PidsCgroup.unlimited }
        }
    }

    /// The result of a refusal.
    mutating func result(of refusal: ForkRefusal) -> Int16 {
        if let known = machine.refusals.firstIndex(of: refusal) { return RaceEdge.firstRefusal + Int16(known) }
        machine.refusals.append(refusal)
        return RaceEdge.firstRefusal + Int16(machine.refusals.count - 1)
    }

    // MARK: - Threads

    /// Operations are put together from the last to the first, since each step has to know what comes after it.
    private mutating func add(_ operations: [RaceOperation], from first: Int) {
        var builder = RaceThreadBuilder()
        for (number, operation) in operations.enumerated().reversed() {
            builder.begin(first + number)
            add(operation, to: &builder)
        }
        var thread = builder.thread()
        thread.position = slot(Int16(thread.starts.first ?? 0))
        if isObserved || machine.levels.contains(where: { $0.limit != nil }) { thread.added = slot() }
        machine.threads.append(thread)
    }

    private mutating func add(_ operation: RaceOperation, to builder: inout RaceThreadBuilder) {
        switch operation {
        case .fork(let task): addFork(task, repeats: false, to: &builder)
        case .forkUntilRefused(let task): addFork(task, repeats: true, to: &builder)
        case .attach(let task, let cgroup): addAttach(task, cgroup, to: &builder)
        case .writePidsMax(let cgroup, let limit):
            guard let level = levels(of: cgroup).first else { preconditionFailure("a limit that is written is kept") }
            guard let number = machine.levels[level].limits.firstIndex(of: PidsCgroup.limit(of: limit)) else {
                preconditionFailure("every limit that is written is known")
            }
            builder.start(with: .writeLimit(level: level, limit: Int16(number)), to: builder.done)
        case .exit(let task):
            guard let slot = end(of: task) else { preconditionFailure("who ends has a slot") }
            builder.start(with: .exit(ended: slot), to: builder.done)
        case .wait(_, let child): addWait(child, to: &builder)
        }
    }
}

extension PidsCgroup {
    /// What `pids_max_write` stores.
    static func limit(of limit: PidsLimit) -> Int64 {
        switch limit {
        case .max: unlimited
        case .limited(let number): number
        }
    }
}
