import ArgumentParser
import Conformance
import Failure
import KernelABI
import KernelIndex
import KernelModel
import Report
import Scenario
import Simulation

/// Programs of a seed: which, and how long.
struct ProgramOptions: ParsableArguments {
    @Option(help: "Generate so many programs, run and compare them.")
    var programs: Int?

    @Option(help: "The seed of the programs.")
    var seed: UInt64 = 1

    @Option(help: "The number of the first program.")
    var first = 0

    @Option(
        defaultAsFlag: TimeRequest.flag,
        help: ArgumentHelp(
            """
            With --programs: begin no further program after so many seconds. With a scenario, on the host: let its bomb \
            fork freely, and show its time beside the predicted one.
            """,
            valueName: "seconds"
        )
    )
    var time: TimeRequest?

    @Flag(help: "Run each program twice and compare the traces: Linux against Linux.")
    var twice = false

    @Flag(help: "Print the programs and run none.")
    var print = false

    @Option(help: ArgumentHelp("Write every program with what was observed, for 'verify replay'.", valueName: "file"))
    var record: String?

    @Option(help: "Shrink and show so many of the programs that do not conform.")
    var show = 3

    func validate() throws {
        if let programs { try require("--programs", programs, in: 1...10_000_000) }
        try require("--first", first, in: 0...1_000_000_000)
        try require("--show", show, in: 0...Campaign.mostKept)
        if record != nil, programs == nil { throw ValidationError("--record goes with --programs") }
        switch (time, programs) {
        case (nil, _), (.ofBomb, nil): break
        case (.seconds(let seconds), .some) where seconds > 0: break
        case (.seconds, nil): throw ValidationError("--time with a number of seconds goes with --programs")
        default: throw ValidationError("--time takes a number of seconds above 0")
        }
    }

    /// Whether a bomb's time is asked for.
    var asksForTime: Bool { if case .ofBomb = time { true } else { false } }

    /// The scenario that stands behind `--time`.
    var modelOfTime: String? { if case .ofBomb(let model) = time { model } else { nil } }

    private var seconds: Double? { if case .seconds(let seconds) = time { seconds } else { nil } }

    /// The texts of the programs, as `kernaut verify … FILE` reads them one at a time.
    func texts(_ count: Int, hierarchies: [Platform.Hierarchy], ownsMachine: Bool) -> String {
        let request = request(count, hierarchies: hierarchies)
        return (first..<first + count).map { number in
            ProgramGenerator.program(
                seed: seed,
                number: number,
                hierarchy: request.hierarchy(of: number),
                ownsMachine: ownsMachine
            ).text
        }.joined()
    }

    func request(_ count: Int, hierarchies: [Platform.Hierarchy]) -> Campaign.Request {
        Campaign.Request(
            seed: seed,
            first: first,
            count: count,
            hierarchies: hierarchies,
            twice: twice,
            seconds: seconds
        )
    }

    /// Runs the programs on a kernel and reports.
    ///
    /// - Parameters:
    ///   - command: what is typed before the options: `kernaut verify guest --kernel 6.1`.
    ///   - index: the index of the very kernel, if there is one: it says where the rules stand.
    func run(
        _ count: Int,
        on observer: any KernelObserver,
        hierarchies: [Platform.Hierarchy],
        command: String,
        index: IndexStore?,
        progress: ProgressLines
    ) async throws -> (report: CampaignReport, code: Int32) {
        let request = request(count, hierarchies: hierarchies)
        let (platform, missing) = try await observer.platform(for: request.hierarchy(of: first))
        if let missing { throw Failure(.unavailable, missing, at: observer.place) }
        guard let platform else { throw Failure(.unavailable, "what it runs on cannot be told", at: observer.place) }
        let recording = try record.map { path throws(Failure) in try RunRecording(path: path, first: first) }
        let campaign = Campaign(observer, request, recording: recording) { done, tally in
            let others = done - tally.count("conforms")
            progress.passing("\(done) of \(count) programs, \(others) do not conform")
        }
        let result = try await campaign.run()
        progress.clear()
        var divergences: [ProgramDivergence] = []
        let shrinker = Shrinker(observer)
        for (number, verification) in result.failures.prefix(show) {
            progress.passing("shrinking program \(number)")
            let shrunk = try await shrinker.shrink(verification)
            divergences.append(
                ProgramDivergence(
                    title: "program \(number)",
                    number: number,
                    found: verification,
                    shrunk: shrunk,
                    replay: "\(command) --programs 1 --seed \(seed) --first \(number)",
                    lines: try lines(of: shrunk, in: index)
                )
            )
        }
        progress.clear()
        let shown = hierarchies.isEmpty ? [platform.hierarchy] : hierarchies
        let report = CampaignReport(
            result,
            request,
            divergences: divergences,
            place: observer.place,
            kernel: "kernel \(platform.version), pids on cgroup \(shown.map(\.rawValue).joined(separator: " and "))",
            rules: Rules.names(in: [platform.version]).map(\.rawValue)
        )
        return (report, code(result))
    }

    /// A run in which nothing was compared is no pass, whatever its verdicts.
    private func code(_ result: Campaign.Result) -> Int32 {
        let verdicts = result.failures.map(\.verification.verdict)
        if result.tally.compared == 0 { return ExitStatus.internalFault.rawValue }
        if !verdicts.isEmpty { return verdicts.exitCode }
        return result.isCut ? 75 : ExitStatus.success.rawValue
    }

    private func lines(of verification: Verification, in index: IndexStore?) throws -> [SourceCitation: String] {
        guard let index else { return [:] }
        let resolver = CitationResolver(index)
        var lines: [SourceCitation: String] = [:]
        for decision in (verification.prediction?.moments ?? []).flatMap(\.events).compactMap(\.decision) {
            guard lines[decision.citation] == nil,
                let place = try resolver.resolve(decision.citation).place
            else { continue }
            lines[decision.citation] = "\(place.file):\(place.line)"
        }
        return lines
    }
}
