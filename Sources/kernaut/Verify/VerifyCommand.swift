import ArgumentParser
import Conformance
import Failure
import Foundation
import KernelABI
import Report
import Scenario
import ScenarioYAML

/// `kernaut verify`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Put predictions to a running kernel, by real system calls.",
        subcommands: [VerifyHostCommand.self, VerifyGuestCommand.self]
    )
}

/// `kernaut verify host [MODEL.yaml ...]`
struct VerifyHostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "Run scenarios on this machine's kernel and compare with the prediction.",
        discussion: """
            Needs root. Everything runs below one new cgroup with a hard pids.max, and nothing is left behind.
            Exit codes: 0 all conform, 1 one diverges, 69 one was skipped or is not supported, 70 the harness failed, \
            75 one took too long.
            JSON: place, platform [kernel, hierarchy, pids_localevents], programs [name, verdict, reason, compared, \
            differing, rows [step, round, kind, subject, predicted, observed, agrees], expectations [subject, expected, \
            found, result], text].
            """
    )

    @Argument(help: "Scenarios; without any, those in models/ that are small enough for a host.")
    var models: [String] = []

    @Option(help: "How many seconds one scenario may take.")
    var timeout = 30

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require("--timeout", timeout, in: 1...86_400)
    }

    func run() async throws {
        let files = try models.isEmpty ? VerifyHostCommand.shipped() : models.map { try ScenarioFile(path: $0) }
        let cases = files.map { VerificationCase($0.program, expectations: $0.expectations) }
        let verifier = Verifier(try HostProbe(timeoutSeconds: timeout))
        let verifications = try await verifier.verify(cases)
        output.show(VerificationReport(verifications, place: "this host"))
        let code = verifications.map(\.verdict).exitCode
        if code != 0 { throw ExitCode(code) }
    }

    /// The scenarios of `models/` that are small enough for a host.
    static func shipped() throws -> [ScenarioFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "models")) ?? []
        // The size of a program does not depend on the platform; any will do.
        let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v1)
        let files = try names.filter { $0.hasSuffix(".yaml") }.sorted().map { try ScenarioFile(path: "models/\($0)") }
            .filter { try $0.program.mostLiving(on: platform) <= HostProbe.mostProcesses }
        guard !files.isEmpty else {
            throw Failure(
                .badInput,
                "there is no scenario",
                at: "models/*.yaml",
                remedy: "name one: kernaut verify host FILE"
            )
        }
        return files
    }
}

extension [Verdict] {
    /// The exit code of all verdicts together: a failing harness comes before a divergence, and that before what was not
    /// verified. A skip is never a pass.
    var exitCode: Int32 {
        func has(_ matches: (Verdict) -> Bool) -> Bool { contains(where: matches) }
        if isEmpty || has({ if case .harnessError = $0 { true } else { false } }) {
            return ExitStatus.internalFault.rawValue
        }
        if contains(.diverges) { return ExitStatus.negative.rawValue }
        // EX_TEMPFAIL of sysexits.h.
        if has({ if case .timedOut = $0 { true } else { false } }) { return 75 }
        return allSatisfy { $0 == .conforms } ? ExitStatus.success.rawValue : ExitStatus.unavailable.rawValue
    }
}
