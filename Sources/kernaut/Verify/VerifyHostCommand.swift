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

    @OptionGroup var output: OutputOptions

    func validate() throws {
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
}
