import KernelABI
import KernelModel
import Scenario
public import Simulation

/// What `simulate --explore` shows: the bound, what the steps can come to, how, and what holds in every state.
public struct ExplorationReport: QueryReport {
    let exploration: Exploration
    let about: String?

    /// A report of an exploration.
    ///
    /// - Parameter about: what the scenario is about, in its author's words.
    public init(_ exploration: Exploration, about: String? = nil) {
        self.exploration = exploration
        self.about = about
    }

    /// What `--json` prints.
    public var document: ExplorationDocument { ExplorationDocument(self) }

    /// One group of steps after the other.
    public func text(_ style: TextStyle) -> String {
        let platform = exploration.platform
        let title =
            style.name(exploration.program.name)
            + style.aside("  explored for Linux \(platform.version), cgroup \(platform.hierarchy.rawValue)")
        let lines = exploration.groups.flatMap { group in
            [""] + ExploredGroupText(group, exploration, style).lines
        }
        return ([title] + lines).joined(separator: "\n")
    }
}

/// A group of steps that happen at once, as text.
struct ExploredGroupText {
    private let group: ExploredGroup
    private let found: Interleavings
    private let program: Program
    private let style: TextStyle
    private let steps: AtomicStepText

    init(_ group: ExploredGroup, _ exploration: Exploration, _ style: TextStyle) {
        self.group = group
        self.style = style
        found = group.interleavings
        program = exploration.program
        steps = AtomicStepText(group: group, version: exploration.platform.version)
    }

    var lines: [String] {
        heading + bound + outcomes + peaks + invariants
    }

    private var heading: [String] {
        let (first, last) = (group.steps.lowerBound + 1, group.steps.upperBound)
        var lines = [style.name(first == last ? "Step \(first), at once" : "Steps \(first) to \(last), at once")]
        for operation in group.operations {
            lines.append("  step \(operation.step + 1)  \(StepText.action(operation.action))")
        }
        for step in group.silent {
            let action = StepText.action(program.steps[step].action)
            lines.append(style.aside("  step \(step + 1)  \(action): no call, since its process does not live"))
        }
        var table = TextTable()
        for cgroup in group.before.cgroups {
            let room = group.before.room(in: cgroup.path).map { "room for \($0)" } ?? "no limit"
            let cells = ["\(cgroup.path)", "current \(cgroup.current)", "max \(cgroup.max)", room]
            table.add(row: cells.map { ($0, $0) })
        }
        return lines + ["", style.name("Before")] + table.lines(indent: 2)
    }

    private var bound: [String] {
        let listed = found.levels.compactMap { group.paths[$0]?.description }.joined(separator: ", ")
        var lines = [
            "", style.name("Bound"),
            "  \(counted(group.operations.count, "operation")) of \(counted(group.threads, "caller")), from this state; "
                + "\(counted(found.levels.count, "level")): \(listed)",
            "  \(counted(found.states, "state")), \(FindingText.number(found.interleavings)) interleavings of at most "
                + "\(counted(found.longest, "step"))",
            "  atomic steps:",
        ]
        var table = TextTable()
        for kind in found.steps {
            let meaning = AtomicStepText.meaning(kind)
            table.add((steps.place(kind), style.place(steps.place(kind))), (meaning, meaning))
        }
        lines += table.lines(indent: 4)
        return lines + BoundText.leftOut.map { style.aside("  \($0)") }
    }

    private var outcomes: [String] {
        let total = found.outcomes.count
        let serial = found.outcomes.count { $0.kind == .serial }
        var lines = [
            "",
            style.name("Outcomes")
                + style.aside("  \(total), of which \(serial) with results of some order one after the other"),
        ]
        for (number, outcome) in found.outcomes.enumerated() {
            let ways = FindingText.number(outcome.interleavings)
            lines.append(
                "  \(number + 1).  \(results(outcome))"
                    + style.aside("  \(ways) \(ways == "1" ? "interleaving" : "interleavings")")
            )
            if let kind = FindingText.kind(outcome.kind) { lines.append("      " + style.warning(kind)) }
            lines += counters(outcome)
            lines += schedule(outcome.schedule)
        }
        return lines
    }

    private func results(_ outcome: Interleavings.Outcome) -> String {
        zip(group.operations, outcome.results).map { operation, result in
            let actor = operation.actor?.description ?? "step \(operation.step + 1)"
            let refusal = result.refusal.flatMap { group.decisions[$0] }.map(ExploredGroupText.reason)
            switch operation.action {
            case .race: return "\(actor) makes \(result.made)" + (refusal.map { ", then \($0)" } ?? "")
            case .fork(_, let child), .clone(_, _, let child): return "\(actor) \(refusal ?? "has \(child)")"
            default: return "\(actor) done"
            }
        }.joined(separator: "; ")
    }

    /// `EAGAIN by pids.max of /box`
    static func reason(_ decision: Decision) -> String {
        switch decision.level {
        case .cgroup(let path): "\(decision.errno) by \(decision.knob ?? decision.rule) of \(path)"
        case .user(let user): "\(decision.errno) by \(decision.knob ?? decision.rule) of \(user)"
        case .caller: "\(decision.errno) by \(decision.rule)"
        }
    }

    private func counters(_ outcome: Interleavings.Outcome) -> [String] {
        var table = TextTable()
        for cgroup in outcome.cgroups {
            let peaks = cgroup.peaks.map(String.init).joined(separator: " or ")
            let cells = [
                group.paths[cgroup.cgroup]?.description ?? "/", "current \(cgroup.current)", "max \(cgroup.max)",
                "events \(cgroup.eventsMax)", peaks.isEmpty ? "" : "peak \(peaks)",
            ]
            table.add(row: cells.map { ($0, $0) })
        }
        return table.lines(indent: 6)
    }

    private func schedule(_ schedule: [Interleavings.ScheduledStep]) -> [String] {
        guard !schedule.isEmpty else { return [] }
        var table = TextTable()
        for (number, scheduled) in schedule.enumerated() {
            let text = steps.text(scheduled)
            let place = steps.place(scheduled.step.kind)
            table.add(("\(number + 1)", style.aside("\(number + 1)")), (place, style.place(place)), (text, text))
        }
        return [style.aside("      a shortest schedule, \(counted(schedule.count, "step")):")] + table.lines(indent: 8)
    }

    private var peaks: [String] {
        var lines: [String] = []
        for anomaly in found.peakAnomalies {
            let path = group.paths[anomaly.cgroup]?.description ?? "/"
            let isAbove = anomaly.peak > anomaly.most
            let order = anomaly.isSerial ? ", as in some order one after the other" : ""
            lines.append(
                "  "
                    + style.warning(
                        "pids.peak of \(path) is \(anomaly.peak), "
                            + (isAbove ? "above what was ever there, " : "and more were there, ")
                            + "\(anomaly.most)\(order)"
                    )
            )
            lines += schedule(anomaly.schedule)
        }
        for cgroup in group.before.cgroups {
            guard let id = group.paths.first(where: { $0.value == cgroup.path })?.key, let highest = found.highest[id],
                let outcome = found.outcomes.flatMap(\.cgroups).filter({ $0.cgroup == id }).map(\.current).max(),
                highest > outcome
            else { continue }
            lines.append("  pids.current of \(cgroup.path) reads up to \(highest) for a moment, \(outcome) at the end")
        }
        return lines.isEmpty ? [] : ["", style.name("Peaks")] + lines
    }

    private var invariants: [String] {
        var lines = ["", style.name("In all \(counted(found.states, "state"))")]
        for invariant in found.invariants {
            let text = FindingText.property(invariant.property)
            guard let counterexample = invariant.counterexample else {
                lines.append("  holds  \(text)")
                continue
            }
            let place = invariant.cgroup.flatMap { group.paths[$0] }.map { ": not in \($0)" } ?? ""
            lines.append("  " + style.warning("fails  \(text)\(place)"))
            lines += schedule(counterexample)
        }
        return lines
    }

    private func counted(_ number: Int, _ noun: String) -> String {
        "\(FindingText.number(UInt128(number))) \(noun)\(number == 1 ? "" : "s")"
    }
}

/// What an exploration does not look at.
enum BoundText {
    static let leftOut = [
        "left out: signals in the midst of a fork, other controllers, pids and memory running out, cgroups that come and go,",
        "the mount option favordynmods; steps that no other operation can tell go with the step before them.",
    ]
}
