import ArgumentParser
import Conformance
import Failure
import Foundation
import KernelABI
import KernelTree
import Scenario
import ScenarioYAML

/// `kernaut verify`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Put predictions to a running kernel, by real system calls.",
        subcommands: [
            VerifyHostCommand.self, VerifyGuestCommand.self, VerifyCallsCommand.self, VerifyReplayCommand.self,
        ]
    )

    static let exitCodes = """
        Exit codes: 0 all conform, 1 one diverges, 69 one was skipped or is not supported, 70 the harness failed or \
        nothing was compared, 75 one took too long, or --time ended before all programs were run.
        """
    static let documents = """
        JSON of scenarios: place, platform [kernel, hierarchy, pidsLocalevents], programs [name, verdict, reason, \
        compared, differing, rows [step, round, kind, subject, predicted, observed, agrees], expectations [subject, \
        expected, found, result], text].
        JSON of --programs: place, kernel, seed, first, asked, programs, isCut, verdicts, compared, seconds, \
        firstVerdictSeconds, calls, rules, rulesNotReached, races, sameTwice, differentTwice, traces, divergences \
        [number, verdict, reason, program, shrunk, differences [step, subject, predicted, observed], rules [name, errno, \
        citation, line], consoleLog, replay].
        """

    /// Scenarios and programs of a seed are two things.
    static func requireOneKind(_ models: [String], _ generated: ProgramOptions) throws {
        if generated.programs != nil, !models.isEmpty {
            throw ValidationError("give either scenarios or --programs, not both")
        }
    }

    /// The scenarios that are named, or those that come with kernaut.
    static func cases(_ models: [String]) throws -> [VerificationCase] {
        let files = try models.isEmpty ? shipped() : models.map { try file($0) }
        return files.map { VerificationCase($0.program, expectations: $0.expectations) }
    }

    static func file(_ name: String) throws -> ScenarioFile {
        guard name == "-" else { return try ScenarioFile(path: name) }
        let bytes = try FileHandle.standardInput.read(upToCount: ScenarioFile.largest + 1) ?? Data()
        guard bytes.count <= ScenarioFile.largest else {
            throw Failure(.badInput, "more than \(ScenarioFile.largest) bytes", at: "standard input")
        }
        return try ScenarioFile(text: String(decoding: bytes, as: UTF8.self), path: "standard input")
    }

    /// The scenarios of `models/` that are small enough for a running kernel.
    private static func shipped() throws -> [ScenarioFile] {
        let folder = try KernautHome.current().models()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // The size of a program does not depend on the platform; any will do.
        let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v1)
        let files = try names.filter { $0.hasSuffix(".yaml") }.sorted().map {
            try ScenarioFile(path: "\(folder)/\($0)")
        }
        .filter { try $0.program.mostLiving(on: platform) <= HostProbe.mostProcesses }
        guard !files.isEmpty else {
            throw Failure(
                .badInput,
                "there is no scenario",
                at: "\(folder)/*.yaml",
                remedy: "name one: kernaut verify host FILE"
            )
        }
        return files
    }
}
