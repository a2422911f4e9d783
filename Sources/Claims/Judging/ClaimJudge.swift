public import Conformance
import Failure
import KernelABI
public import KernelIndex

/// Judges statements on one kernel: by its index, and by what a running kernel shows.
public struct ClaimJudge {
    private let store: IndexStore

    /// A judge who asks this index.
    public init(_ store: IndexStore) { self.store = store }

    /// Gives each statement its verdict, in the order in which they are given.
    ///
    /// The index decides. An observation decides where there is no question to the index, and it overrules the index where
    /// it was made on the kernel that is indexed; what another kernel shows stands beside the verdict only.
    ///
    /// - Parameters:
    ///   - claims: the statements.
    ///   - scenarios: the scenarios that they name, by name.
    ///   - observer: the running kernel.
    /// - Throws: `Failure` when the index is damaged or the observer itself fails.
    public func judge(
        _ claims: [Claim],
        scenarios: [String: VerificationCase],
        observer: some ClaimObserver
    ) async throws -> [JudgedClaim] {
        let observations = try await Observations(of: claims, scenarios: scenarios, by: observer)
        let source = SourceJudge(store: store)
        return try claims.map { claim in
            JudgedClaim(claim, parts: try claim.parts.map { try judge($0, source, observations) })
        }
    }

    private func judge(
        _ part: ClaimPart,
        _ source: SourceJudge,
        _ observations: Observations
    ) throws -> JudgedPart {
        let finding = try part.check.map(source.judge)
        let fact = part.observation.map(observations.fact)
        return JudgedPart(
            part: part,
            outcome: ClaimJudge.outcome(part, finding, fact, indexed: store.about.kernelVersion)
                .explained(part.otherwise),
            evidence: finding?.evidence ?? [],
            observation: fact
        )
    }

    /// What index and observation say together.
    static func outcome(
        _ part: ClaimPart,
        _ finding: SourceFinding?,
        _ fact: ObservedFact?,
        indexed: KernelVersion
    ) -> PartOutcome {
        if let outside = part.outside { return .unknown(reason: outside) }
        guard let finding else {
            switch fact?.result {
            case .agrees: return .met
            case .disagrees: return .unmet(instead: observed(fact))
            case .skipped(let reason): return .unknown(reason: "\(part.says): \(reason)")
            case nil: preconditionFailure("a part has a check, an observation or a reason")
            }
        }
        let isIndexedKernel = fact?.kernel.flatMap { KernelVersion($0) }?.release == indexed.release
        switch (finding.outcome, fact?.result) {
        case (.met, .disagrees) where isIndexedKernel: return .unmet(instead: observed(fact))
        case (.unknown, .agrees) where isIndexedKernel: return .met
        case (.unknown, .disagrees) where isIndexedKernel: return .unmet(instead: observed(fact))
        default: return finding.outcome
        }
    }

    private static func observed(_ fact: ObservedFact?) -> String {
        "on \(fact?.place ?? "a running kernel"), \((fact?.seen ?? []).joined(separator: "; "))"
    }
}

extension PartOutcome {
    /// The same with what a reader should know besides, where something else is true.
    fileprivate func explained(_ otherwise: String?) -> PartOutcome {
        guard case .unmet(let instead) = self, let otherwise else { return self }
        return .unmet(instead: "\(instead); \(otherwise)")
    }
}
