public import KernelIndex

/// How an indexing run went.
public struct IndexSummary: Sendable, Codable {
    /// A unit that could not be parsed as it should.
    public struct FailedUnit: Hashable, Sendable, Codable {
        /// Its file as the index names it.
        public var path: String
        /// Why, in one line.
        public var reason: String
    }

    /// How long the parts of a run took, in seconds of the clock. Workers and writing overlap.
    public struct Phases: Sendable, Codable {
        /// Reading the commands and what the index has, and choosing the prefix.
        public var planning = 0.0
        /// Until the prefix was precompiled; 0 without one.
        public var prefix = 0.0
        /// From the first order to the last fact written, the prefix included.
        public var units = 0.0
        /// Of that, the coordinator's own work on facts.
        public var writing = 0.0
        /// Making the indexes of the database, and getting it to the disk.
        public var completing = 0.0
        /// Everything.
        public var total = 0.0
    }

    /// The units that were parsed in this run.
    public var parsed: [String] = []
    /// How many units were not parsed, since nothing that decides their facts had changed.
    public var reused = 0
    /// How many units of an earlier run are no longer asked for.
    public var removed = 0
    /// How many of the parsed units an earlier run had parsed that was not completed.
    public var kept = 0
    /// How many units were parsed on top of a prefix.
    public var onPrefix = 0
    /// Units of the index, of this run or an earlier one, that have errors; their facts may be incomplete.
    public var failed: [FailedUnit] = []
    /// Why a shared prefix was not used, one line for each that could not be.
    public var prefixProblems: [String] = []
    /// What was written in this run.
    public var facts = FactCounts()
    /// How long it took.
    public var seconds = Phases()

    /// Makes a summary of nothing.
    public init() {}
}

/// How far an indexing run is.
public struct IndexProgress: Sendable {
    /// Units whose facts are written.
    public var done: Int
    /// Units to parse.
    public var total: Int
    /// The unit that was written last; nil at the start.
    public var path: String?
    /// How long the rest will take, in seconds, as long as it goes on like this; nil before that can be told.
    public var secondsLeft: Double?
}
