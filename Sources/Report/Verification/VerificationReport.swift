public import Conformance
import KernelABI
import Scenario
import Simulation

/// What `kernaut verify` answers: each program's verdict, predicted and observed side by side.
public struct VerificationReport: QueryReport {
    /// How many differences the text shows of one program.
    private static let mostDifferences = 40

    private let verifications: [Verification]
    private let place: String

    /// A report on programs that were put to the kernel of `place`, such as `this host`.
    public init(_ verifications: [Verification], place: String) {
        self.verifications = verifications
        self.place = place
    }

    /// What `--json` prints.
    public var document: VerificationDocument { VerificationDocument(verifications, place: place) }

    /// The programs one after the other, then one line that counts the verdicts.
    public func text(_ style: TextStyle) -> String {
        var lines: [String] = []
        if let platform = verifications.lazy.compactMap(\.platform).first {
            lines += ["\(place): kernel \(platform.version), pids on cgroup \(platform.hierarchy.rawValue)", ""]
        }
        for verification in verifications {
            lines += text(verification, style)
            lines.append("")
        }
        lines.append(VerificationReport.count(verifications))
        return lines.joined(separator: "\n")
    }

    private func text(_ verification: Verification, _ style: TextStyle) -> [String] {
        let verdict = "\(verification.verdict)"
        let shown = verification.verdict == .conforms ? style.evidence(verdict) : style.warning(verdict)
        var head = "\(style.name(verification.program.name)): \(shown)"
        if let comparison = verification.comparison {
            let agreeing = comparison.rows.count - comparison.differences.count
            head += ", \(agreeing) of \(comparison.rows.count) values agree"
        }
        guard let prediction = verification.prediction, let observed = verification.observed else { return [head] }
        var table = TextTable()
        func add(_ subject: String, _ predicted: String, _ seen: String) {
            let differs = predicted != seen
            table.add((subject, subject), (predicted, predicted), (seen, differs ? style.warning(seen) : seen))
        }
        table.add(("", ""), ("predicted", style.aside("predicted")), ("observed", style.aside("observed")))
        for (index, moment) in prediction.moments.enumerated() where moment.step != nil {
            let seen = index < observed.observations.count ? observed.observations[index] : nil
            add(
                VerificationReport.name(moment, verification.program),
                VerificationReport.summary(moment.events.map(\.outcomes[0])),
                seen.map { VerificationReport.summary($0.events.map(\.outcome)) } ?? "—"
            )
        }
        if let predicted = prediction.moments.last?.snapshot {
            let complete = observed.observations.count == prediction.moments.count
            let seen = complete ? observed.observations.last?.snapshot : nil
            add("at the end, living", "\(predicted.living)", seen.map { "\($0.living)" } ?? "—")
            for counters in predicted.cgroups {
                let other = seen?.cgroups.first { $0.path == counters.path }
                add(
                    "at the end, \(counters.path)",
                    VerificationReport.summary(counters),
                    other.map(VerificationReport.summary) ?? "—"
                )
            }
        }
        return [head] + table.lines(indent: 2) + differences(verification, style)
    }

    private func differences(_ verification: Verification, _ style: TextStyle) -> [String] {
        guard let comparison = verification.comparison else { return [] }
        let rows = comparison.differences
        var lines = rows.prefix(VerificationReport.mostDifferences).map { row in
            let predicted = row.predicted.isEmpty ? "nothing" : row.predicted.joined(separator: " or ")
            return "  " + style.warning("differs") + " \(VerificationReport.place(row)), "
                + "\(row.subject): predicted \(predicted), observed \(row.observed ?? "nothing")"
        }
        if rows.count > VerificationReport.mostDifferences {
            lines.append("  and \(rows.count - VerificationReport.mostDifferences) more; --json has them all")
        }
        for finding in verification.findings where finding.result == .unmet {
            lines.append(
                "  " + style.warning("unexpected")
                    + " \(finding.subject): the scenario expects \(finding.expected), observed \(finding.found)"
            )
        }
        return lines
    }

    /// What happens at a moment, in the words of the program: `keeper: fork() as customer`.
    static func name(_ moment: Moment, _ program: Program) -> String {
        guard let step = moment.step, step < program.steps.count else { return "start" }
        let whole = program.steps[step].text
        let text = whole.count > 60 ? whole.prefix(59) + "…" : whole
        return moment.round.map { "\(text), round \($0)" } ?? text
    }

    private static func place(_ row: Comparison.Row) -> String {
        guard let step = row.step else { return "at the start" }
        return row.round.map { "step \(step + 1), round \($0)" } ?? "step \(step + 1)"
    }

    /// One outcome as it is; of several, how often each kind came: `3 made, 5 EAGAIN`.
    private static func summary(_ outcomes: [Outcome]) -> String {
        guard let first = outcomes.first else { return "no call" }
        guard outcomes.count > 1 else { return first.description }
        var kinds: [(name: String, count: Int)] = []
        for outcome in outcomes {
            let name =
                switch outcome {
                case .child: "made"
                case .failed(let errno): errno.description
                default: outcome.description
                }
            if let index = kinds.firstIndex(where: { $0.name == name }) {
                kinds[index].count += 1
            } else {
                kinds.append((name, 1))
            }
        }
        return kinds.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
    }

    private static func summary(_ counters: CgroupCounters) -> String {
        var parts = ["current \(counters.current)", "max \(counters.max)"]
        if let events = counters.eventsMax { parts.append("events \(events)") }
        if let peak = counters.peak { parts.append("peak \(peak)") }
        return parts.joined(separator: ", ")
    }

    private static func count(_ verifications: [Verification]) -> String {
        var counts: [(name: String, count: Int)] = []
        for name in verifications.map(\.verdict.name) {
            if let index = counts.firstIndex(where: { $0.name == name }) {
                counts[index].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        let programs = verifications.count == 1 ? "1 program" : "\(verifications.count) programs"
        return "\(programs): " + counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
    }
}
