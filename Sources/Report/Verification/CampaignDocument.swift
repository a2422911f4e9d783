import Conformance
import KernelABI
import Scenario
import Simulation

/// The JSON of `kernaut verify host|guest --programs N`.
public struct CampaignDocument: Encodable {
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
        _ divergences: [ProgramDivergence],
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
        self.divergences = divergences.map(DivergenceDocument.init)
    }
}
