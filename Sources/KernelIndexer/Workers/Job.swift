import IndexFacts

/// Something for a worker to do.
struct Job {
    /// What it is.
    enum Subject {
        /// A prefix to precompile, by its number.
        case prefix(Int)
        /// The facts of a prefix's headers.
        case headers(Int)
        /// A unit by its number.
        case unit(Int, PlannedUnit)
    }

    var subject: Subject
    /// The prefixes that it can be parsed on top of, by number, the first that is there. Nobody waits for those after it.
    var bases: [Int]
    /// What the facts of the job are kept under in a ``FactSpool``, in 16 bytes; nil for what is not kept.
    var key: [UInt8]?
    /// Makes the order, given the precompiled prefix where there is one.
    var order: @Sendable (_ precompiled: String?) -> WorkOrder

    var isUnit: Bool { if case .unit = subject { true } else { false } }
}

/// What came of a job.
enum JobOutcome {
    /// Facts.
    case facts(FactBlob)
    /// No facts, for this reason.
    case failed(String)
    /// Nothing yet: the unit was refused on top of its prefix. What lies below the one at fault, by where it is precompiled, may
    /// serve it.
    case refused(below: String?)
}
