import KernelABI
public import KernelIndex
public import Scenario
public import Simulation

/// The parts of a report that come from a scenario: what the model predicts, and beside it what a kernel was seen to do.
public struct ScenarioSections {
    private let prediction: Prediction
    private let observed: Trace?
    private let observer: String

    /// Sections about a prediction, and about the trace that `observer` ("this host") gave for the same program; nil
    /// where none was made.
    public init(_ prediction: Prediction, observed: Trace?, observer: String) {
        self.prediction = prediction
        self.observed = observed
        self.observer = observer
    }

    /// How many processes lived after each moment, predicted and observed, with the limits of the world's cgroups.
    public func plot() -> LinePlot {
        var series = [
            LinePlot.Series(
                name: "predicted",
                style: .predicted,
                values: prediction.moments.map { $0.snapshot.living }
            )
        ]
        if let observed {
            let living = observed.observations.map { Optional($0.snapshot.living) }
            series.append(LinePlot.Series(name: "observed on \(observer)", style: .observed, values: living))
        }
        let limits = prediction.program.world.cgroups.compactMap { cgroup -> LinePlot.Limit? in
            guard case .limited(let number) = cgroup.pidsMax else { return nil }
            return LinePlot.Limit(label: "\(cgroup.path) pids.max \(number)", value: Int(number))
        }
        return LinePlot(
            title: "\(prediction.program.name): living processes",
            moments: prediction.moments.map(Self.name),
            unit: "processes",
            series: series,
            limits: limits
        )
    }

    /// The bomb's course: the plot, what each moment made and refused, and the counters at the end.
    public func course() -> Page.Section {
        let rows = prediction.moments.enumerated().map { index, moment in
            let seen = observed.flatMap { index < $0.observations.count ? $0.observations[index] : nil }
            return [
                Page.Cell(Self.name(moment)),
                Page.Cell(VerificationReport.name(moment, prediction.program), .code),
                Page.Cell("\(moment.made)", .number),
                Page.Cell("\(moment.refused)", .number),
                Page.Cell(moment.refusals.map { "\($0.count) by \(Self.words($0.decision))" }.joined(separator: ", ")),
                Page.Cell("\(moment.snapshot.living)", .number),
                Page.Cell(seen.map { "\($0.snapshot.living)" } ?? "—", .number),
            ]
        }
        return Page.Section(
            anchor: "course",
            title: "The fork bomb, predicted and observed",
            lead: "Each round, every living process of the bomb forks once. The line is the model, the rings are real "
                + "processes.",
            blocks: [
                .figure(svg: plot().svg(), caption: "Living processes after each moment."),
                .table(
                    Page.Table(
                        headers: [
                            "moment", "what happens", "children made", "refused", "by", "living, predicted",
                            "living, observed",
                        ],
                        rows: rows
                    )
                ),
                .text("The counters at the end, predicted / observed:"),
                .table(counters()),
            ]
        )
    }

    /// Every rule that refused something: its line in the source, the prediction, the observation.
    public func corners(_ resolver: CitationResolver) throws -> [[Page.Cell]] {
        var order: [Decision] = []
        var predicted: [Decision: Int] = [:]
        var conforming: [Decision: Int] = [:]
        for (index, moment) in prediction.moments.enumerated() {
            let seen = observed.flatMap { index < $0.observations.count ? $0.observations[index].events : nil }
            for (number, event) in moment.events.enumerated() {
                guard let decision = event.decision?.withoutCount else { continue }
                if predicted[decision] == nil { order.append(decision) }
                predicted[decision, default: 0] += 1
                if let seen, number < seen.count, event.outcomes.contains(seen[number].outcome) {
                    conforming[decision, default: 0] += 1
                }
            }
        }
        return try order.map { decision in
            let place = try resolver.resolve(decision.citation).place.map { "\($0)" } ?? "not found in this tree"
            let count = predicted[decision, default: 0]
            let same = conforming[decision, default: 0]
            let verdict =
                observed == nil
                ? Page.Cell("not observed") : same == count ? Page.Cell("conforms", .good) : Page.Cell("diverges", .bad)
            return [
                Page.Cell(prediction.program.name, .code),
                Page.Cell("\(decision.citation.condition ?? "")\n\(decision.citation.function), \(place)", .code),
                Page.Cell("\(decision.rule)\n\(decision.summary)"),
                Page.Cell("\(decision.errno) × \(count)\n\(Self.words(decision))"),
                Page.Cell(observed == nil ? "—" : "\(decision.errno) × \(same)"), verdict,
            ]
        }
    }

    private func counters() -> Page.Table {
        let before = prediction.moments.last?.snapshot.cgroups ?? []
        let after = observed?.observations.last?.snapshot.cgroups ?? []
        let rows = before.map { cgroup in
            let seen = after.first { $0.path == cgroup.path }
            func pair<Value>(_ predicted: Value?, _ observed: Value?) -> Page.Cell {
                func shown(_ value: Value?) -> String { value.map { "\($0)" } ?? "—" }
                return Page.Cell("\(shown(predicted)) / \(shown(observed))", .number)
            }
            return [
                Page.Cell("\(cgroup.path)", .code), pair(cgroup.max, seen?.max), pair(cgroup.current, seen?.current),
                pair(cgroup.eventsMax, seen?.eventsMax), pair(cgroup.peak, seen?.peak),
            ]
        }
        return Page.Table(
            headers: ["cgroup", "pids.max", "pids.current", "pids.events max", "pids.peak"],
            rows: rows
        )
    }

    private static func words(_ decision: Decision) -> String {
        guard let knob = decision.knob else { return "at \(decision.level)" }
        return "\(knob)\(decision.limit.map { " \($0)" } ?? "") at \(decision.level)"
    }

    private static func name(_ moment: Moment) -> String {
        guard let step = moment.step else { return "start" }
        return moment.round.map { "round \($0)" } ?? "step \(step + 1)"
    }
}

extension Decision {
    /// The same decision whatever the count was, so that equal refusals are counted together.
    fileprivate var withoutCount: Decision {
        var decision = self
        decision.count = nil
        return decision
    }
}
