import Conformance
import KernelABI
import Scenario

/// The JSON of `kernaut verify`: place, platform and programs, each with its verdict and every value that was compared.
public struct VerificationDocument: Encodable {
    /// What the programs ran on.
    struct PlatformDocument: Encodable {
        let kernel: String
        let hierarchy: String
        let pidsLocalevents: Bool
    }

    /// A program and its verdict.
    struct ProgramDocument: Encodable {
        let name: String
        let verdict: String
        let reason: String?
        let compared: Int
        let differing: Int
        let rows: [RowDocument]
        let expectations: [ExpectationDocument]
        let text: String
    }

    /// One value. `step` counts from 1 and is absent before the first step.
    struct RowDocument: Encodable {
        let step: Int?
        let round: Int?
        let kind: String
        let subject: String
        let predicted: [String]
        let observed: String?
        let agrees: Bool
    }

    /// What the scenario's author expects, beside the observation.
    struct ExpectationDocument: Encodable {
        let subject: String
        let expected: String
        let found: String
        let result: String
    }

    let place: String
    let platform: PlatformDocument?
    let programs: [ProgramDocument]

    init(_ verifications: [Verification], place: String) {
        self.place = place
        platform = verifications.lazy.compactMap(\.platform).first.map { platform in
            PlatformDocument(
                kernel: platform.version.description,
                hierarchy: platform.hierarchy.rawValue,
                pidsLocalevents: platform.pidsLocalEvents
            )
        }
        programs = verifications.map { verification in
            ProgramDocument(
                name: verification.program.name,
                verdict: verification.verdict.name,
                reason: verification.verdict.reason,
                compared: verification.comparison?.compared ?? 0,
                differing: verification.comparison?.differences.count ?? 0,
                rows: verification.comparison?.rows.map(RowDocument.init) ?? [],
                expectations: verification.findings.map { finding in
                    ExpectationDocument(
                        subject: finding.subject,
                        expected: finding.expected,
                        found: finding.found,
                        result: finding.result.rawValue
                    )
                },
                text: verification.program.text
            )
        }
    }
}

extension VerificationDocument.RowDocument {
    fileprivate init(_ row: Comparison.Row) {
        step = row.step.map { $0 + 1 }
        round = row.round
        kind =
            switch row.subject {
            case .call: "call"
            case .living: "living"
            case .file: "counter"
            case .moment: "moment"
            }
        subject = row.subject.description
        predicted = row.predicted
        observed = row.observed
        agrees = row.agrees
    }
}
