import KernelABI
public import Scenario
public import Simulation

/// What `simulate` shows of a sweep: a line for each combination of settings.
public struct SweepReport: QueryReport {
    private let program: Program
    private let platform: Platform
    private let points: [SweptPoint]

    /// A report of a scenario's points.
    public init(_ program: Program, on platform: Platform, _ points: [SweptPoint]) {
        self.program = program
        self.platform = platform
        self.points = points
    }

    /// What `--json` prints.
    public var document: SweepDocument { SweepDocument(program, platform, points) }

    /// A table of the points.
    public func text(_ style: TextStyle) -> String {
        var table = TextTable()
        let keys = points.first?.point.values.map(\.key) ?? []
        let titles = keys + ["made", "refused", "most living", "at the end", "first refusal", "refused by"]
        table.add(row: titles.map { ($0, style.aside($0)) })
        for point in points {
            var cells = point.point.values.map(\.value)
            cells += ["\(point.made)", "\(point.refused)", "\(point.mostLiving)", "\(point.living)"]
            cells.append(point.firstRefusal.map(StepText.moment) ?? "none")
            cells.append(SweepReport.reasons(point))
            table.add(row: cells.map { ($0, $0) })
        }
        let title =
            style.name(program.name)
            + style.aside("  predicted for Linux \(platform.version), cgroup \(platform.hierarchy.rawValue)")
        return ([title, ""] + table.lines(indent: 2)).joined(separator: "\n")
    }

    private static func reasons(_ point: SweptPoint) -> String {
        point.refusals.map { refusal in
            let times = point.refusals.count > 1 ? "\(refusal.count) × " : ""
            return times + StepText.reason(refusal.decision)
        }.joined(separator: ", ")
    }

    /// The most processes that live at a time over the first key's values; a line for each combination of the others.
    public func plot() -> LinePlot {
        let keys = points.first?.point.values.map(\.key) ?? []
        var order: [[Sweep.Value]] = []
        var lines: [[Sweep.Value]: [Int?]] = [:]
        for point in points {
            let others = Array(point.point.values.dropFirst())
            if lines[others] == nil { order.append(others) }
            lines[others, default: []].append(point.mostLiving)
        }
        let shown = order.prefix(LinePlot.mostVariants)
        let series = shown.enumerated().map { number, others in
            LinePlot.Series(
                name: others.isEmpty
                    ? "most living processes" : others.map { "\($0.key) \($0.value)" }.joined(separator: ", "),
                style: .variant(number),
                values: lines[others] ?? []
            )
        }
        let cut = order.count > shown.count ? " (\(shown.count) of \(order.count) lines)" : ""
        var moments: [String] = []
        for point in points {
            guard let value = point.point.values.first?.value, !moments.contains(value) else { continue }
            moments.append(value)
        }
        return LinePlot(
            title: "\(program.name): most living processes, by \(keys.first ?? "")\(cut)",
            moments: moments,
            unit: "processes",
            axis: keys.first,
            series: series
        )
    }
}

/// The wire type of a sweep.
public struct SweepDocument: Encodable, Sendable {
    /// A combination of settings and what it comes to.
    public struct Point: Encodable, Sendable {
        /// The settings, by their keys.
        public let settings: [String: String]
        /// How many children were made.
        public let made: Int
        /// How many calls were refused.
        public let refused: Int
        /// By what.
        public let refusals: [Refusal]
        /// The most processes that live after any one moment.
        public let mostLiving: Int
        /// How many live at the end.
        public let living: Int
        /// The step of the first refusal, from 1.
        public let firstRefusalStep: Int?
        /// Its round, where the step is a bomb.
        public let firstRefusalRound: Int?
    }

    /// Refusals with one reason.
    public struct Refusal: Encodable, Sendable {
        /// How many.
        public let times: Int
        /// Why.
        public let decision: SimulationDocument.Decision
    }

    /// The scenario.
    public let name: String
    /// What the prediction is for.
    public let platform: SimulationDocument.Platform
    /// The combinations, the last key changing fastest.
    public let points: [Point]

    init(_ program: Program, _ platform: Platform, _ points: [SweptPoint]) {
        name = program.name
        self.platform = SimulationDocument.Platform(
            kernel: platform.version.description,
            cgroup: platform.hierarchy.rawValue,
            pidsLocalevents: platform.pidsLocalEvents
        )
        self.points = points.map { point in
            Point(
                settings: Dictionary(uniqueKeysWithValues: point.point.values.map { ($0.key, $0.value) }),
                made: point.made,
                refused: point.refused,
                refusals: point.refusals.map { refusal in
                    Refusal(times: refusal.count, decision: SimulationDocument.Decision(refusal.decision))
                },
                mostLiving: point.mostLiving,
                living: point.living,
                firstRefusalStep: point.firstRefusal?.step.map { $0 + 1 },
                firstRefusalRound: point.firstRefusal?.round
            )
        }
    }
}
