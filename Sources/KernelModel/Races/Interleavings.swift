public import KernelABI

/// Everything that concurrent operations can come to: all interleavings of their atomic steps.
///
///     let found = try Interleavings(kernel, [[.fork(a)], [.fork(b)]], observing: [box])
///     found.outcomes.count
///
/// What it says holds for these operations from this state, and for no others.
public struct Interleavings: Sendable {
    /// What the operations can come to together, as far as their callers and the files tell.
    public struct Outcome: Sendable {
        /// What became of each operation, in the order of the threads.
        public let results: [Result]
        /// Those of the observed cgroups that some operation touches, afterwards.
        public let cgroups: [Observed]
        /// How many interleavings end so; nil where that is more than 128 bits hold.
        public let interleavings: UInt128?
        /// A shortest schedule that ends so.
        public let schedule: [ScheduledStep]
        /// How it stands to the orders in which whole operations follow each other.
        public let kind: Kind
    }

    /// How an outcome stands to those of the operations one after the other, in all orders.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Some order has these results.
        case serial
        /// Some order refuses the same operations, though none by the same limits.
        case otherLimit
        /// No order refuses these; one grants all that is granted here, and more.
        case refusedDespiteRoom
        /// No order grants as much.
        case grantedBeyondRoom
        /// Results that no order has, of none of the kinds above.
        case otherwise
    }

    /// What became of an operation.
    public struct Result: Hashable, Sendable {
        /// Children that were made; for what is no fork, 1 when it is done.
        public let made: Int
        /// What refused, where something did.
        public let refusal: ForkRefusal?
    }

    /// What the files of a cgroup can read afterwards.
    public struct Observed: Hashable, Sendable {
        /// Which cgroup.
        public let cgroup: CgroupID
        /// `pids.current`
        public let current: Int64
        /// `pids.max`
        public let max: PidsLimit
        /// `max` in `pids.events`
        public let eventsMax: Int64
        /// Every value that `pids.peak` can have; empty where the kernel has no such file.
        public let peaks: [Int64]
    }

    /// One step of a schedule.
    public struct ScheduledStep: Hashable, Sendable {
        /// The operation, by its number among all.
        public let operation: Int
        /// What it did.
        public let step: AtomicStep
    }

    /// A value of `pids.peak` that is not the most processes that were ever there.
    public struct PeakAnomaly: Hashable, Sendable {
        /// The cgroup.
        public let cgroup: CgroupID
        /// What `pids.peak` reads at the end.
        public let peak: Int64
        /// The most processes that were there at a time, zombies among them, or what the file read before.
        public let most: Int64
        /// Whether whole operations one after the other, in some order, come to the same.
        public let isSerial: Bool
        /// A shortest schedule to it.
        public let schedule: [ScheduledStep]
    }

    /// A property and whether all states have it.
    public struct Invariant: Hashable, Sendable {
        /// Which one.
        public let property: Property
        /// A shortest schedule to a state that does not have it; nil where all have it.
        public let counterexample: [ScheduledStep]?
        /// The cgroup where it fails.
        public let cgroup: CgroupID?
    }

    /// The properties that are looked at in every state.
    public enum Property: String, CaseIterable, Hashable, Sendable {
        /// While no operation is under way, every counter is the number of processes that it counts.
        case countsWhatIsThere
        /// No counter is ever below the number of processes that it counts.
        case neverCountsLess
        /// While no operation is under way, forks have taken no cgroup over the highest `pids.max` that it had.
        case forksKeepPidsMax
        /// While no operation is under way, forks have taken no user over the highest RLIMIT_NPROC of those who forked.
        case forksKeepRlimitNproc
        /// While no operation is under way, `pids.events` has counted every refusal once, where this kernel counts it.
        case refusalsAreCounted
        /// While no operation is under way, `pids.peak` is at least `pids.current`.
        case peakCoversCurrent
        /// Some operation can always go on until all are over.
        case neverStuck
    }

    /// How many states there are.
    public let states: Int
    /// How many steps the longest interleaving takes.
    public let longest: Int
    /// How many ways lead through the states; nil where that is more than 128 bits hold.
    public let interleavings: UInt128?
    /// How many outcomes whole operations one after the other have.
    public let serialOutcomes: Int
    /// The kinds of atomic steps that are taken, in the order of ``AtomicStep/Kind``.
    public let steps: [AtomicStep.Kind]
    /// The cgroups whose counters are part of the states, in the order in which forks come by them.
    public let levels: [CgroupID]
    /// The outcomes: those of whole operations first, then the more frequent ones.
    public let outcomes: [Outcome]
    /// Peaks above and below what was there, the farthest one for each observed cgroup.
    public let peakAnomalies: [PeakAnomaly]
    /// What was looked at in every state.
    public let invariants: [Invariant]
    /// For each observed cgroup the highest `pids.current` in any state, in the midst of operations too.
    public let highest: [CgroupID: Int64]

    /// Explores operations that happen at once.
    ///
    /// - Parameters:
    ///   - threads: for each, operations that are taken in their order. All of a task's are in one thread. Their tasks live
    ///     and have their pids in the initial PID namespace; children that are waited for have ended, or end meanwhile.
    ///   - cgroups: those whose files are read afterwards.
    ///   - mostStates: how many states may be looked at; one takes about 100 bytes.
    /// - Throws: where there are more states, or a task forks without end.
    public init(
        _ kernel: Kernel,
        _ threads: [[RaceOperation]],
        observing cgroups: [CgroupID],
        mostStates: Int = 2_000_000
    ) throws(RaceFailure) {
        let machine = try RaceCompiler(kernel, threads, for: .observing(cgroups)).machine
        guard let space = StateSpace(machine, mostStates: mostStates),
            let serial = StateSpace(machine, .wholeOperations, mostStates: mostStates)
        else { throw .tooManyStates }
        let reading = SpaceReading(kernel, space, threads.flatMap { $0 }, cgroups)
        let paths = PathCounts(space)
        let serialReading = SpaceReading(kernel, serial, threads.flatMap { $0 }, cgroups)
        let serialResults = Set(serialReading.ends.map(serialReading.results))
        states = space.count
        longest = paths.longest
        interleavings = paths.total
        serialOutcomes = serialReading.outcomes.count
        steps = reading.kinds()
        levels = machine.levels.map { kernel.pids[$0.css.index].css.cgroup }
        outcomes = reading.outcomes(paths, serialResults)
        peakAnomalies = reading.peakAnomalies(serialReading)
        invariants = reading.invariants()
        highest = reading.highest()
    }
}
