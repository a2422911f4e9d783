public import KernelIndex

/// A statement with its verdict and everything that the verdict rests on.
public struct JudgedClaim: Hashable, Sendable {
    /// The statement.
    public let claim: Claim
    /// Its parts, in the order of the file.
    public let parts: [JudgedPart]
    /// The verdict.
    public let verdict: ClaimVerdict

    init(_ claim: Claim, parts: [JudgedPart]) {
        self.claim = claim
        self.parts = parts
        verdict = ClaimVerdict(parts)
    }
}

/// A part of a statement with what was found about it.
public struct JudgedPart: Hashable, Sendable {
    /// The part.
    public let part: ClaimPart
    /// Whether it is so.
    public let outcome: PartOutcome
    /// What the index says.
    public let evidence: [SourceEvidence]
    /// What a running kernel shows; nil where nothing was to be looked at.
    public let observation: ObservedFact?
}

/// Whether a part of a statement is so.
public enum PartOutcome: Hashable, Sendable {
    /// It is so.
    case met
    /// It is not; the text says what is.
    case unmet(instead: String)
    /// It cannot be told; the text says why.
    case unknown(reason: String)

    /// What is true instead, where it is not so.
    public var instead: String? { if case .unmet(let instead) = self { instead } else { nil } }
    /// Why it cannot be told.
    public var reason: String? { if case .unknown(let reason) = self { reason } else { nil } }
}

/// Something that the indexed source says, and where.
public struct SourceEvidence: Hashable, Sendable {
    /// What it says: `copy_process calls cgroup_can_fork`.
    public let text: String
    /// Where; nil for what has no single place, such as a sum.
    public let place: LocatedLine?

    init(_ text: String, at place: LocatedLine? = nil) {
        self.text = text
        self.place = place
    }
}

/// What a running kernel shows about a part of a statement.
public struct ObservedFact: Hashable, Sendable {
    /// Whether it is as the part says.
    public enum Result: Hashable, Sendable {
        /// It is.
        case agrees
        /// It is not.
        case disagrees
        /// Nothing was looked at, for this reason.
        case skipped(reason: String)
    }

    /// Where it was looked at: `this host`.
    public let place: String
    /// The version of the kernel there; nil where that could not be told, or nothing was looked at.
    public let kernel: String?
    /// Whether it is as the part says.
    public let result: Result
    /// What was seen, as phrases.
    public let seen: [String]

    /// Why nothing was looked at.
    public var reason: String? { if case .skipped(let reason) = result { reason } else { nil } }
}
