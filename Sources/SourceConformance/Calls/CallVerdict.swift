public import KernelTrace

/// A function between the caller and the callee that the trace does not show.
public struct UnseenFunction: Hashable, Sendable {
    /// Why it is not shown.
    public enum Presence: String, Sendable {
        /// The kernel has no code of that name: it was inlined.
        case inlined
        /// The kernel has code of that name that it could trace, and the caller's file has the body: it was inlined here,
        /// since a call of that code would have been seen.
        case inlinedHere = "inlined here"
        /// The kernel has code of that name and keeps tracing out of it.
        case hidden
    }

    /// Its name.
    public let name: String
    /// Why it is not shown.
    public let presence: Presence
    /// What connects the function before it with it.
    public let evidence: CallEvidence
}

/// What became of a pair of functions that was seen.
public enum CallVerdict: Hashable, Sendable {
    /// The index has an edge from caller to callee.
    case edge(CallEvidence)
    /// The index has a path from caller to callee whose inner functions the trace cannot show; the last evidence is that
    /// of the call of the callee.
    case path([UnseenFunction], last: CallEvidence)
    /// The callee is no call of the caller, but came when the caller was interrupted; the name is that of what then ran.
    case interruption(String)
    /// The index has no path. `why` names what shows the reason.
    case missed(MissedReason, why: String)
}

/// A pair of functions that was seen, and what became of it.
public struct JudgedPair: Sendable {
    /// The kernel's symbol of the caller.
    public let caller: String
    /// The kernel's symbol of the callee.
    public let callee: String
    /// The sightings, one for each context.
    public let sightings: [ObservedCall]
    /// What became of it.
    public let verdict: CallVerdict

    /// Whether it is the call of one function of the source by another, whatever the compiler added to their names.
    public func isCall(from caller: String, to callee: String) -> Bool {
        RunningSymbols.source(of: self.caller) == caller && RunningSymbols.source(of: self.callee) == callee
    }

    /// How often it was seen.
    public var count: Int { sightings.reduce(0) { $0 + $1.count } }
}

/// What a trace of calls and an index have to say about each other.
public struct CallTraceComparison: Sendable {
    /// The pairs, by name of caller and callee.
    public let pairs: [JudgedPair]
    /// Functions that were seen without a caller.
    public let entries: [ObservedEntry]
    /// Events that the kernel could not keep. With any, nothing is proved.
    public let lost: Int

    /// How many pairs have an edge of each evidence.
    public var edges: [CallEvidence: Int] { count { if case .edge(let evidence) = $0 { evidence } else { nil } } }

    /// How many pairs have a path, by the weakest evidence on it.
    public var paths: [CallEvidence: Int] {
        count { verdict in
            guard case .path(let inner, let last) = verdict else { return nil }
            return max(inner.map(\.evidence).max() ?? last, last)
        }
    }

    /// How many pairs are no calls, but what interrupted the caller.
    public var interruptions: Int { pairs.count { if case .interruption = $0.verdict { true } else { false } } }

    /// How many pairs are missed for each reason.
    public var missed: [MissedReason: Int] {
        count { if case .missed(let reason, _) = $0 { reason } else { nil } }
    }

    /// Whether something was seen, everything was kept, and no pair is unexplained.
    public var conforms: Bool { !pairs.isEmpty && lost == 0 && (missed[.unknown] ?? 0) == 0 }

    private func count<Key>(_ key: (CallVerdict) -> Key?) -> [Key: Int] {
        pairs.reduce(into: [:]) { counts, pair in
            if let found = key(pair.verdict) { counts[found, default: 0] += 1 }
        }
    }
}
