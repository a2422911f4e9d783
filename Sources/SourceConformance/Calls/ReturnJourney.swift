public import KernelABI

/// What the functions of a path returned once, outermost first.
public struct ReturnJourney: Hashable, Sendable {
    /// What a function did.
    public enum Outcome: Hashable, Sendable {
        /// It returned an error.
        case failed(Errno)
        /// It returned a value that is no error.
        case returned(Int64)
        /// The running kernel has no code of that name that a probe could be set on: it was inlined, mostly.
        case notSeparate
        /// It could be probed, and was not seen to return.
        case notSeen
    }

    /// A function, and what it did.
    public struct Step: Hashable, Sendable {
        /// The function.
        public let function: String
        /// What it did.
        public let outcome: Outcome
    }

    /// The functions, outermost first.
    public let steps: [Step]
}

/// What the index and the running kernel have to say about the way of an error.
public struct ReturnPathComparison: Sendable {
    /// The error.
    public let errno: Errno
    /// The functions of the path, outermost first.
    public let functions: [String]
    /// Why functions could not be probed.
    public let refusals: [String: String]
    /// The different ways that were seen, and how often each; the most frequent first.
    public let journeys: [(journey: ReturnJourney, count: Int)]
    /// How many returns the kernel could not keep.
    public let lost: Int

    /// Whether the error was seen, and each time every function that is code of its own returned it.
    public var conforms: Bool {
        !journeys.isEmpty && lost == 0
            && journeys.allSatisfy {
                $0.journey.steps.allSatisfy { step in
                    step.outcome == .failed(errno) || step.outcome == .notSeparate
                }
            }
    }
}
