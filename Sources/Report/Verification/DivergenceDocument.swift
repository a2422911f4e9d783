import Conformance
import KernelABI
import Scenario
import Simulation

/// A program that did not conform, in the JSON of `kernaut verify`.
struct DivergenceDocument: Encodable {
    /// A value that differs. `step` counts from 1.
    struct Difference: Encodable {
        let step: Int?
        let subject: String
        let predicted: [String]
        let observed: String?
    }

    /// A rule that decided.
    struct DecidingRule: Encodable {
        let name: String
        let errno: String
        let citation: String
        let line: String?
    }

    let number: Int
    let verdict: String
    let reason: String?
    let program: String
    let shrunk: String
    let differences: [Difference]
    let rules: [DecidingRule]
    let consoleLog: String?
    let replay: String

    init(_ divergence: ProgramDivergence) {
        number = divergence.number
        verdict = divergence.shrunk.verdict.name
        reason = divergence.shrunk.verdict.reason
        program = divergence.found.program.text
        shrunk = divergence.shrunk.program.text
        differences = (divergence.shrunk.comparison?.differences ?? []).map { row in
            Difference(
                step: row.step.map { $0 + 1 },
                subject: row.subject.description,
                predicted: row.predicted,
                observed: row.observed
            )
        }
        rules = divergence.decisions.map { decision in
            DecidingRule(
                name: decision.rule,
                errno: decision.errno.description,
                citation: decision.citation.description,
                line: divergence.lines[decision.citation]
            )
        }
        consoleLog = divergence.shrunk.consoleLog ?? divergence.found.consoleLog
        replay = divergence.replay
    }
}
