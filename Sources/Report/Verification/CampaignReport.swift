public import Conformance
public import KernelABI
import Scenario
import Simulation

/// What `kernaut verify host|guest --programs N` answers.
public struct CampaignReport: QueryReport {
    /// A program that did not conform, the shortest that shows the same, and how to see it again.
    public struct Divergence: Sendable {
        /// The program's number.
        public let number: Int
        /// As it was generated.
        public let found: Verification
        /// As short as it could be made.
        public let shrunk: Verification
        /// The command that runs the generated program again.
        public let replay: String
        /// Where the rules that decided stand in the indexed source, by their citation: `kernel/cgroup/pids.c:170`.
        public let lines: [SourceCitation: String]

        /// Makes a divergence of its parts.
        public init(
            number: Int,
            found: Verification,
            shrunk: Verification,
            replay: String,
            lines: [SourceCitation: String]
        ) {
            self.number = number
            self.found = found
            self.shrunk = shrunk
            self.replay = replay
            self.lines = lines
        }
    }

    private let result: Campaign.Result
    private let request: Campaign.Request
    private let divergences: [Divergence]
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
        divergences: [Divergence],
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
        for divergence in divergences { lines += text(divergence, style) }
        let tally = result.tally
        let verdicts = tally.verdicts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        lines.append(
            "\(tally.programs) programs of seed \(request.seed) from \(request.first) on: "
                + (verdicts.isEmpty ? "none was run" : verdicts.joined(separator: ", "))
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
        lines += columns("calls made", tally.calls, style)
        lines += columns("refusals by rule", tally.rules, style)
        let unreached = rules.filter { tally.rules[$0] == nil }
        if !unreached.isEmpty, tally.programs > 0 {
            lines.append("rules that no program reached: \(unreached.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    private func columns(_ title: String, _ counts: [String: Int], _ style: TextStyle) -> [String] {
        guard !counts.isEmpty else { return [] }
        let items = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        var lines = [style.aside(title)]
        var line = " "
        for item in items {
            if line.count + item.count > 110 {
                lines.append(line)
                line = " "
            }
            line += " \(item) ·"
        }
        lines.append(String(line.dropLast(2)))
        return lines
    }

    private func text(_ divergence: Divergence, _ style: TextStyle) -> [String] {
        let shrunk = divergence.shrunk
        var lines = [
            style.warning("\(shrunk.verdict)") + ": program \(divergence.number), "
                + "\(divergence.found.program.steps.count) steps, shrunk to \(shrunk.program.steps.count)"
        ]
        lines += shrunk.program.text.split(separator: "\n").map { "  \($0)" }
        for row in (shrunk.comparison?.differences ?? []).prefix(8) {
            let place = row.step.map { "step \($0 + 1)" } ?? "the start"
            let predicted = row.predicted.isEmpty ? "nothing" : row.predicted.joined(separator: " or ")
            lines.append(
                "  after \(place), \(row.subject.text): predicted \(predicted), observed \(row.observed ?? "nothing")"
            )
        }
        for decision in divergence.decisions {
            let line = divergence.lines[decision.citation].map { " (\($0))" } ?? ""
            lines.append("  decided by the rule \(decision.rule): \(decision.summary)")
            lines.append("      \(decision.citation)\(line)")
        }
        if let log = shrunk.consoleLog ?? divergence.found.consoleLog, !log.isEmpty {
            lines.append("  the guest's console:")
            lines += log.split(whereSeparator: \.isNewline).suffix(25).map { "    \($0)" }
        }
        lines.append("  run it again: \(divergence.replay)")
        lines.append("  or give the program above to the same command in place of --programs, as a file or '-'")
        lines.append("")
        return lines
    }

    static func seconds(_ seconds: Double) -> String { String(Double(Int(seconds * 10)) / 10) }
}

extension CampaignReport.Divergence {
    /// The decisions of the steps where prediction and observation differ; of the whole program, where those took none.
    var decisions: [Decision] {
        let steps = Set((shrunk.comparison?.differences ?? []).compactMap(\.step))
        let moments = shrunk.prediction?.moments ?? []
        let all = moments.flatMap { moment in moment.events.compactMap { ($0.decision, moment.step) } }
        func unique(_ decisions: [Decision]) -> [Decision] {
            var seen: Set<String> = []
            return decisions.filter { seen.insert($0.rule).inserted }
        }
        let near = all.filter { $0.1.map(steps.contains) ?? false }.compactMap(\.0)
        return unique(near.isEmpty ? all.compactMap(\.0) : near)
    }
}
