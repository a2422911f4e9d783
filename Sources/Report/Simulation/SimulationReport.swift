public import Scenario
public import Simulation

/// What `simulate` shows: who was refused, when, by which limit, and what the counters say afterwards.
public struct SimulationReport: QueryReport {
    let prediction: Prediction
    let about: String?
    let findings: [Finding]
    private let showsEvents: Bool

    /// A report of a prediction.
    ///
    /// - Parameters:
    ///   - about: what the scenario is about, in its author's words.
    ///   - findings: the scenario's expectations beside what is predicted; empty where none are held against it.
    public init(_ prediction: Prediction, about: String? = nil, findings: [Finding] = []) {
        self.prediction = prediction
        self.about = about
        self.findings = findings
        showsEvents = prediction.detail == .events
    }

    /// Whether every expectation is met that could be compared.
    public var meetsExpectations: Bool { !findings.contains { $0.result == .unmet } }

    /// What `--json` prints.
    public var document: SimulationDocument { SimulationDocument(self) }

    /// The course, then the refusals with their reasons, the counters, and the expectations.
    public func text(_ style: TextStyle) -> String {
        let platform = prediction.platform
        var lines = [
            style.name(prediction.program.name)
                + style.aside("  predicted for Linux \(platform.version), cgroup \(platform.hierarchy.rawValue)")
        ]
        if let about { lines += Self.wrapped(about).map { "  \($0)" } }
        lines += [""] + course(style)
        lines += section("Refused", refusals(style), style)
        lines += section("Counters at the end", counters(style), style)
        lines += section("Expected", expectations(style), style)
        return lines.joined(separator: "\n")
    }

    private func section(_ title: String, _ lines: [String], _ style: TextStyle) -> [String] {
        lines.isEmpty ? [] : ["", style.name(title)] + lines
    }

    private func course(_ style: TextStyle) -> [String] {
        var table = TextTable()
        for moment in prediction.moments {
            let living = "\(moment.snapshot.living) living"
            for (number, row) in rows(of: moment, style).enumerated() {
                let isFirst = number == 0
                table.add(
                    plain(isFirst ? StepText.moment(moment) : ""),
                    (isFirst ? living : "", style.aside(isFirst ? living : "")),
                    row.action,
                    row.outcome
                )
            }
        }
        return table.lines(indent: 2)
    }

    private typealias Cell = (text: String, shown: String)

    private func rows(of moment: Moment, _ style: TextStyle) -> [(action: Cell, outcome: Cell)] {
        guard let step = moment.step else { return [(("", ""), ("", ""))] }
        let action = prediction.program.steps[step].action
        guard moment.round != nil else {
            let outcome = moment.events.first.map { eventText($0, style) } ?? ("no call", style.aside("no call"))
            return [(plain(StepText.action(action)), outcome)]
        }
        let tried = moment.made + moment.refused
        let heading = plain("\(action.actor?.description ?? ""): \(tried) \(tried == 1 ? "fork" : "forks")")
        var outcomes = moment.refusals.map { refusal in
            let text = "\(refusal.count) refused: \(StepText.reason(refusal.decision))"
            return (text: text, shown: style.warning(text))
        }
        if moment.made > 0 || outcomes.isEmpty { outcomes.insert(plain("\(moment.made) made"), at: 0) }
        var rows = outcomes.enumerated().map { (action: $0.offset == 0 ? heading : plain(""), outcome: $0.element) }
        guard showsEvents else { return rows }
        rows += moment.events.map { event in
            (plain("  \(event.task?.description ?? "the harness"): \(event.call)"), eventText(event, style))
        }
        return rows
    }

    private func plain(_ text: String) -> Cell { (text, text) }

    private func eventText(_ event: PredictedEvent, _ style: TextStyle) -> Cell {
        let text = event.outcomes.map(\.description).joined(separator: " or ")
        guard let decision = event.decision else { return plain(text) }
        let reason = "\(text): \(StepText.reason(decision))"
        return (reason, style.warning(reason))
    }

    private func refusals(_ style: TextStyle) -> [String] {
        let counted = RefusalSummary.of(prediction)
        return counted.flatMap { refusal in
            let decision = refusal.decision
            let reason = StepText.reason(decision)
            return [
                "  \(refusal.count) × \(decision.errno)  \(reason)"
                    + style.aside(reason == decision.summary ? "" : "  (\(decision.summary))"),
                "      " + style.place(decision.citation),
            ] + (StepText.remedy(decision).map { ["      \($0)"] } ?? [])
        }
    }

    private func counters(_ style: TextStyle) -> [String] {
        guard let last = prediction.moments.last?.snapshot, !last.cgroups.isEmpty else { return [] }
        var table = TextTable()
        let headers = ["cgroup", "pids.current", "pids.max", "room for", "pids.peak", "pids.events max"]
        add(headers.map { ($0, style.aside($0)) }, to: &table)
        for cgroup in last.cgroups {
            let room = last.room(in: cgroup.path).map { "\($0) more" } ?? "any number"
            let cells = [
                "\(cgroup.path)", "\(cgroup.current)", "\(cgroup.max)", room,
                cgroup.peak.map { "\($0)" } ?? "no such file", cgroup.eventsMax.map { "\($0)" } ?? "no such file",
            ]
            add(cells.map(plain), to: &table)
        }
        return table.lines(indent: 2)
    }

    private func add(_ cells: [Cell], to table: inout TextTable) {
        table.add(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5])
    }

    private func expectations(_ style: TextStyle) -> [String] {
        let met = findings.count { $0.result == .met }
        guard !findings.isEmpty else { return [] }
        let others = findings.filter { $0.result != .met }.map { finding in
            let text = "  \(finding.subject): expected \(finding.expected), predicted \(finding.found)"
            return finding.result == .unmet ? style.warning(text) : style.aside(text)
        }
        return ["  \(met) of \(findings.count) as the scenario says"] + others
    }

    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= 100 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
