import ArgumentParser
import Conformance
import Failure
import Report
import Scenario

/// `kernaut verify host [MODEL ...] | --programs N`
struct VerifyHostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "Run scenarios or generated programs on this machine's kernel and compare with the prediction.",
        discussion: """
            Needs root. Everything runs below one new cgroup with a hard pids.max, and nothing is left behind.
            With --time, the scenario's one bomb forks freely, without rounds, for some seconds: when is its first fork \
            refused, and how many a second then? Shown beside the prediction, whose costs are those of 'kernaut \
            calibrate', measured now where they are not known. The exit code depends on the counters alone. JSON then: \
            prediction (as of 'simulate --time'), verdict, firstRefusalNs, cpuNs, refusalsPerSecond, refusedNs [predicted, \
            observed, ratio], cpusBeforeRefusal, cpusAfterRefusal, startedByFirstRefusal, refused, counters [what, \
            predicted, observed, agrees].
            \(VerifyCommand.exitCodes)
            \(VerifyCommand.documents)
            """
    )

    @Argument(
        help: "Scenarios or programs ('-' for standard input); without any, those in models/ that are small enough."
    )
    var models: [String] = []

    @OptionGroup var generated: ProgramOptions

    @Option(help: "How many seconds one program may take.")
    var timeout = 30

    @Option(help: "How many generated programs run beside each other: each waits for the kernel most of the time.")
    var lanes = 12

    @Option(help: "How many processors the bomb of --time has; all unless given.")
    var cpus: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if cpus != nil, !generated.asksForTime { throw ValidationError("--cpus goes with --time") }
        try require("--timeout", timeout, in: 1...86_400)
        try require("--lanes", lanes, in: 1...64)
        try VerifyCommand.requireOneKind(models, generated)
    }

    func run() async throws {
        let progress = ProgressLines()
        if let count = generated.programs {
            if generated.print {
                return Swift.print(generated.texts(count, hierarchies: [], ownsMachine: false), terminator: "")
            }
            let probe = try HostProbe(timeoutSeconds: timeout, lanes: lanes)
            let (report, code) = try await generated.run(
                count,
                on: probe,
                hierarchies: [],
                command: "kernaut verify host",
                index: nil,
                progress: progress
            )
            output.show(report)
            if code != 0 { throw ExitCode(code) }
            return
        }
        if generated.asksForTime { return try await verifyTime() }
        let probe = try HostProbe(timeoutSeconds: timeout)
        var cases = try VerifyCommand.cases(models)
        // Of those that nobody named, the ones for the other hierarchy are for guests.
        if models.isEmpty, let platform = try await probe.platform(for: nil).platform {
            cases.removeAll { $0.program.hierarchy ?? platform.hierarchy != platform.hierarchy }
        }
        let verifications = try await Verifier(probe).verify(cases)
        output.show(VerificationReport(verifications, place: probe.place))
        let code = verifications.map(\.verdict).exitCode
        if code != 0 { throw ExitCode(code) }
    }

    private func verifyTime() async throws {
        let files = models + [generated.modelOfTime].compactMap { $0 }
        guard files.count == 1, let file = files.first else {
            throw ValidationError("--time is about one scenario: kernaut verify host FILE --time")
        }
        let code = try await BombTimeRun.verify(
            try VerifyCommand.file(file),
            cpus: cpus,
            timeoutSeconds: timeout,
            output: output
        )
        if code != 0 { throw ExitCode(code) }
    }
}
