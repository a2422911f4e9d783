public import Conformance
public import KernelABI
import Scenario
import Simulation

/// A program that did not conform, the shortest that shows the same, and how to see it again.
public struct ProgramDivergence: Sendable {
    /// What it is called: `program 412`, `runs.txt:17`.
    public let title: String
    /// The program's number among those of its seed, or its place among the runs of a recording.
    public let number: Int
    /// As it was generated, or recorded.
    public let found: Verification
    /// As short as it could be made.
    public let shrunk: Verification
    /// The command that runs the program again.
    public let replay: String
    /// Where the rules that decided stand in the indexed source, by their citation: `kernel/cgroup/pids.c:170`.
    public let lines: [SourceCitation: String]

    /// Makes a divergence of its parts.
    public init(
        title: String,
        number: Int,
        found: Verification,
        shrunk: Verification,
        replay: String,
        lines: [SourceCitation: String] = [:]
    ) {
        self.title = title
        self.number = number
        self.found = found
        self.shrunk = shrunk
        self.replay = replay
        self.lines = lines
    }

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

    /// The program, what differs, what decided, and how to see it again.
    func text(_ style: TextStyle) -> [String] {
        let steps = found.program.steps.count
        let size = steps == shrunk.program.steps.count ? "" : ", shrunk to \(shrunk.program.steps.count)"
        var text = [style.warning("\(shrunk.verdict)") + ": \(title), \(steps) steps\(size)"]
        text += shrunk.program.text.split(separator: "\n").map { "  \($0)" }
        for row in (shrunk.comparison?.differences ?? []).prefix(8) {
            let place = row.step.map { "step \($0 + 1)" } ?? "the start"
            let predicted = row.predicted.isEmpty ? "nothing" : row.predicted.joined(separator: " or ")
            text.append(
                "  after \(place), \(row.subject): predicted \(predicted), observed \(row.observed ?? "nothing")"
            )
        }
        for decision in decisions {
            let line = lines[decision.citation].map { " (\($0))" } ?? ""
            text.append("  decided by the rule \(decision.rule): \(decision.summary)")
            text.append("      \(decision.citation)\(line)")
        }
        if let log = shrunk.consoleLog ?? found.consoleLog, !log.isEmpty {
            text.append("  the guest's console:")
            text += log.split(whereSeparator: \.isNewline).suffix(25).map { "    \($0)" }
        }
        text.append("  run it again: \(replay)")
        return text
    }
}
