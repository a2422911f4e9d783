import Conformance
import KernelABI
import Scenario
import Simulation

/// The JSON of `kernaut verify host|guest --programs N`.
public struct CampaignDocument: Encodable {
    /// A program that did not conform.
    struct DivergenceDocument: Encodable {
        let number: Int
        let verdict: String
        let reason: String?
        let program: String
        let shrunk: String
        let differences: [DifferenceDocument]
        let rules: [RuleDocument]
        let consoleLog: String?
        let replay: String
    }

    /// A value that differs. `step` counts from 1.
    struct DifferenceDocument: Encodable {
        let step: Int?
        let subject: String
        let predicted: [String]
        let observed: String?
    }

    /// A rule that decided.
    struct RuleDocument: Encodable {
        let name: String
        let errno: String
        let citation: String
        let line: String?
    }

    let place: String
    let kernel: String
    let seed: UInt64
    let first: Int
    let asked: Int
    let programs: Int
    let isCut: Bool
    let verdicts: [String: Int]
    let compared: Int
    let seconds: Double
    let firstVerdictSeconds: Double?
    let calls: [String: Int]
    let rules: [String: Int]
    let rulesNotReached: [String]
    let races: Int
    let sameTwice: Int?
    let differentTwice: Int?
    let traces: String
    let divergences: [DivergenceDocument]

    init(
        _ result: Campaign.Result,
        _ request: Campaign.Request,
        _ divergences: [CampaignReport.Divergence],
        place: String,
        kernel: String,
        rules known: [String]
    ) {
        self.place = place
        self.kernel = kernel
        seed = request.seed
        first = request.first
        asked = request.count
        programs = result.tally.programs
        isCut = result.isCut
        verdicts = result.tally.verdicts
        compared = result.tally.compared
        seconds = result.seconds
        firstVerdictSeconds = result.firstVerdictSeconds
        calls = result.tally.calls
        rules = result.tally.rules
        rulesNotReached = known.filter { result.tally.rules[$0] == nil }
        races = result.tally.races
        sameTwice = request.twice ? result.tally.sameTwice : nil
        differentTwice = request.twice ? result.tally.differentTwice : nil
        traces = result.traces
        self.divergences = divergences.map { divergence in
            DivergenceDocument(
                number: divergence.number,
                verdict: divergence.shrunk.verdict.name,
                reason: divergence.shrunk.verdict.reason,
                program: divergence.found.program.text,
                shrunk: divergence.shrunk.program.text,
                differences: (divergence.shrunk.comparison?.differences ?? []).map { row in
                    DifferenceDocument(
                        step: row.step.map { $0 + 1 },
                        subject: row.subject.text,
                        predicted: row.predicted,
                        observed: row.observed
                    )
                },
                rules: divergence.decisions.map { decision in
                    RuleDocument(
                        name: decision.rule,
                        errno: decision.errno.description,
                        citation: decision.citation.description,
                        line: divergence.lines[decision.citation]
                    )
                },
                consoleLog: divergence.shrunk.consoleLog ?? divergence.found.consoleLog,
                replay: divergence.replay
            )
        }
    }
}
