/// A statement of the article, taken apart into what can be checked.
public struct Claim: Hashable, Sendable {
    /// `D7`
    public let id: String
    /// The statement, in English.
    public let statement: String
    /// What it says, one thing at a time; at least one.
    public let parts: [ClaimPart]

    /// The scenarios of `models/` that it looks at, by name.
    public var scenarios: [String] {
        parts.compactMap { part in
            if case .scenario(let name, _) = part.observation { name } else { nil }
        }
    }
}

/// One thing that a statement says, and how to find out whether it is so.
public struct ClaimPart: Hashable, Sendable {
    /// How much hangs on it.
    public enum Weight: String, CaseIterable, Hashable, Sendable {
        /// Without it, the statement does not hold.
        case core
        /// Without it, the statement needs a correction: a path, a count, a name.
        case detail
    }

    /// What it says, as a sentence.
    public let says: String
    /// How much hangs on it.
    public let weight: Weight
    /// What to ask the index; nil where only an observation can tell, or nothing.
    public let check: SourceCheck?
    /// What to look at on a running kernel.
    public let observation: ClaimObservation?
    /// Why nothing here can tell, in which case there is neither check nor observation.
    public let outside: String?
    /// What a reader should know where the part does not hold; it comes after what the check found.
    public let otherwise: String?
}
