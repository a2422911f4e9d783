import ArgumentParser
import Conformance
import Failure
import KernelModel
import Report
import Scenario

/// `kernaut verify replay FILE ...`
struct VerifyReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Judge recorded programs again, without a kernel.",
        discussion: """
            A recording is what --record writes: each program with what a kernel made of it, in the text form of \
            programs and traces. What was observed stays; what is predicted is the model's of today.
            Exit codes: 0 all conform, 1 one diverges, 65 a file is no recording, 69 one was skipped or is not supported, \
            70 the harness failed or nothing was compared, 75 one took too long.
            JSON: kernels, files, programs, verdicts, compared, seconds, calls, rules, rulesNotReached, races, \
            divergences [number, verdict, reason, program, shrunk, differences [step, subject, predicted, observed], rules \
            [name, errno, citation], replay].
            """
    )

    @Argument(help: "Recordings; '-' for standard input.")
    var files: [String]

    @Option(help: "Show so many of the programs that do not conform.")
    var show = 3

    @OptionGroup var output: OutputOptions

    func validate() throws { try require("--show", show, in: 0...Replay.mostKept) }

    func run() throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let progress = ProgressLines()
        var replay = Replay()
        for path in files {
            var file = try RecordedFile(path: path)
            while let run = try file.next() {
                replay.add(run, at: file.place)
                if replay.tally.programs % 500 == 0 { progress.passing("\(replay.tally.programs) programs") }
            }
        }
        progress.clear()
        let report = ReplayReport(
            replay,
            files: files,
            seconds: (clock.now - begin) / .seconds(1),
            shown: show,
            rules: Rules.names(in: replay.platforms.map(\.version)).map(\.rawValue)
        )
        output.show(report)
        if replay.tally.compared == 0 { throw ExitCode(ExitStatus.internalFault.rawValue) }
        let verdicts = replay.failures.map(\.verification.verdict)
        if !verdicts.isEmpty { throw ExitCode(verdicts.exitCode) }
    }
}
