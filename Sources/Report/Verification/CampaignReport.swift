public import Conformance
import Scenario

/// What `kernaut verify host|guest --programs N` answers.
public struct CampaignReport: QueryReport {
    private let result: Campaign.Result
    private let request: Campaign.Request
    private let divergences: [ProgramDivergence]
    private let place: String
    private let kernel: String
    private let rules: [String]

    /// A report on a campaign.
    ///
    /// - Parameters:
    ///   - place: `a guest of Linux 6.1`.
    ///   - kernel: what it ran on: `6.1.192, pids on cgroup v2`.
    ///   - rules: the names of all rules that this kernel has.
    public init(
        _ result: Campaign.Result,
        _ request: Campaign.Request,
        divergences: [ProgramDivergence],
        place: String,
        kernel: String,
        rules: [String]
    ) {
        self.result = result
        self.request = request
        self.divergences = divergences
        self.place = place
        self.kernel = kernel
        self.rules = rules
    }

    /// What `--json` prints.
    public var document: CampaignDocument {
        CampaignDocument(result, request, divergences, place: place, kernel: kernel, rules: rules)
    }

    /// Verdicts, what was reached, and each divergence with its program.
    public func text(_ style: TextStyle) -> String {
        var lines = ["\(place): \(kernel)", ""]
        for divergence in divergences {
            lines += divergence.text(style)
            lines.append("  or give the program above to the same command in place of --programs, as a file or '-'")
            lines.append("")
        }
        let tally = result.tally
        lines.append(
            "\(tally.programs) programs of seed \(request.seed) from \(request.first) on: \(tally.verdictsText)"
        )
        let first = result.firstVerdictSeconds.map { ", the first verdict after \(CampaignReport.seconds($0)) s" } ?? ""
        lines.append("\(tally.compared) values compared, in \(CampaignReport.seconds(result.seconds)) s\(first)")
        if result.isCut {
            let reason = request.seconds.map { "after \(CampaignReport.seconds($0)) s" } ?? "early"
            lines.append(style.warning("stopped \(reason): \(request.count - tally.programs) programs were not run"))
        }
        if request.twice {
            lines.append(
                "run twice: \(tally.sameTwice) gave the same trace, \(tally.differentTwice) did not; "
                    + "\(tally.races) with a race are not held to it"
            )
        }
        lines.append("digest of the traces: \(result.traces) (\(tally.races) with a race left out)")
        lines.append("")
        lines += tally.reached(rules, style)
        return lines.joined(separator: "\n")
    }

    static func seconds(_ seconds: Double) -> String { String(Double(Int(seconds * 10)) / 10) }
}
