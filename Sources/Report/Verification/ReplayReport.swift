public import Conformance
import KernelABI
import Scenario
import Simulation

/// What `kernaut verify replay` answers.
public struct ReplayReport: QueryReport {
    private let replay: Replay
    private let files: [String]
    private let seconds: Double
    private let shown: Int
    private let rules: [String]

    /// A report on recorded runs.
    ///
    /// - Parameters:
    ///   - files: the recordings.
    ///   - seconds: how long it took.
    ///   - shown: how many of the programs that do not conform are shown.
    ///   - rules: the names of all rules that one of its kernels has.
    public init(_ replay: Replay, files: [String], seconds: Double, shown: Int, rules: [String]) {
        self.replay = replay
        self.files = files
        self.seconds = seconds
        self.shown = shown
        self.rules = rules
    }

    /// What `--json` prints.
    public var document: ReplayDocument {
        ReplayDocument(
            kernels: replay.platforms.map(ReplayReport.name),
            files: files,
            programs: replay.tally.programs,
            verdicts: replay.tally.verdicts,
            compared: replay.tally.compared,
            seconds: seconds,
            calls: replay.tally.calls,
            rules: replay.tally.rules,
            rulesNotReached: rules.filter { replay.tally.rules[$0] == nil },
            races: replay.tally.races,
            divergences: divergences.map(DivergenceDocument.init)
        )
    }

    /// Verdicts, what was reached, and the first divergences with their programs.
    public func text(_ style: TextStyle) -> String {
        let tally = replay.tally
        var lines = ["recorded on: " + replay.platforms.map(ReplayReport.name).joined(separator: "; "), ""]
        for divergence in divergences { lines += divergence.text(style) + [""] }
        lines.append("\(tally.programs) recorded programs: \(tally.verdictsText)")
        lines.append("\(tally.compared) values compared, in \(CampaignReport.seconds(seconds)) s")
        lines.append("")
        lines += tally.reached(rules, style)
        return lines.joined(separator: "\n")
    }

    private var divergences: [ProgramDivergence] {
        replay.failures.prefix(shown).enumerated().map { index, failure in
            ProgramDivergence(
                title: "\(failure.verification.program.name) at \(failure.place)",
                number: index,
                found: failure.verification,
                shrunk: failure.verification,
                replay: "kernaut verify replay \(files.joined(separator: " "))"
            )
        }
    }

    /// `kernel 6.1.192, pids on cgroup v2`
    private static func name(_ platform: Platform) -> String {
        "kernel \(platform.version), pids on cgroup \(platform.hierarchy.rawValue)"
            + (platform.pidsLocalEvents ? " with local events" : "")
    }
}

/// The JSON of `kernaut verify replay`.
public struct ReplayDocument: Encodable {
    let kernels: [String]
    let files: [String]
    let programs: Int
    let verdicts: [String: Int]
    let compared: Int
    let seconds: Double
    let calls: [String: Int]
    let rules: [String: Int]
    let rulesNotReached: [String]
    let races: Int
    let divergences: [DivergenceDocument]
}
