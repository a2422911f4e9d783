import Claims
import KernelABI
import KernelIndex

/// The JSON of `kernaut claims`: the kernel, what was observed on, each statement with its verdict and what it rests on.
public struct ClaimsDocument: Encodable {
    /// A statement and its verdict. `instead` says what is true instead, `reasons` why something could not be told.
    struct ClaimDocument: Encodable {
        let id: String
        let statement: String
        let verdict: String
        let instead: [String]
        let reasons: [String]
        let parts: [PartDocument]
    }

    /// One thing that a statement says: `weight` is core or detail, `outcome` met, unmet or unknown.
    struct PartDocument: Encodable {
        let says: String
        let weight: String
        let outcome: String
        let instead: String?
        let reason: String?
        let evidence: [EvidenceDocument]
        let observation: ObservationDocument?
    }

    /// Something that the indexed source says.
    struct EvidenceDocument: Encodable {
        let text: String
        let file: String?
        let line: Int?
    }

    /// What a running kernel shows: `result` is agrees, disagrees or skipped.
    struct ObservationDocument: Encodable {
        let place: String
        let kernel: String?
        let result: String
        let reason: String?
        let seen: [String]
    }

    let kernel: String
    let scope: String?
    let claims: [ClaimDocument]
    let counts: [String: Int]

    init(_ claims: [JudgedClaim], about: IndexDescription) {
        kernel = about.kernelVersion.description
        scope = about.scope
        self.claims = claims.map(ClaimDocument.init)
        counts = Dictionary(
            uniqueKeysWithValues: ClaimVerdict.names.map { name in (name, claims.count { $0.verdict.name == name }) }
        )
    }
}

extension ClaimsDocument.ClaimDocument {
    fileprivate init(_ judged: JudgedClaim) {
        id = judged.claim.id
        statement = judged.claim.statement
        verdict = judged.verdict.name
        instead = judged.parts.compactMap(\.outcome.instead)
        reasons = judged.parts.compactMap(\.outcome.reason)
        parts = judged.parts.map(ClaimsDocument.PartDocument.init)
    }
}

extension ClaimsDocument.PartDocument {
    fileprivate init(_ judged: JudgedPart) {
        says = judged.part.says
        weight = judged.part.weight.rawValue
        outcome =
            switch judged.outcome {
            case .met: "met"
            case .unmet: "unmet"
            case .unknown: "unknown"
            }
        instead = judged.outcome.instead
        reason = judged.outcome.reason
        evidence = judged.evidence.map {
            ClaimsDocument.EvidenceDocument(text: $0.text, file: $0.place?.file, line: $0.place?.line)
        }
        observation = judged.observation.map { fact in
            ClaimsDocument.ObservationDocument(
                place: fact.place,
                kernel: fact.kernel,
                result: fact.resultName,
                reason: fact.reason,
                seen: fact.seen
            )
        }
    }
}

extension ObservedFact {
    /// `agrees`, `disagrees`, `skipped`
    var resultName: String {
        switch result {
        case .agrees: "agrees"
        case .disagrees: "disagrees"
        case .skipped: "skipped"
        }
    }
}
