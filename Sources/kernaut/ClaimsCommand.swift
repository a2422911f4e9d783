import ArgumentParser
import Claims
import Conformance
import Failure
import KernelABI
import KernelIndex
import KernelTree
import Report
import ScenarioYAML

/// `kernaut claims`
struct ClaimsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claims",
        abstract: "Judge the statements of the article on how Docker is built on Linux, for one kernel.",
        discussion: """
            kernel-refs/claims.yaml has the statements and the questions; the answers are read from the index, and from \
            this host where it can be observed (some of it needs root). What another kernel than the indexed one shows \
            stands beside the verdict and does not change it.
            Exits with 0 when all statements were judged, whatever the verdicts: that a statement does not hold is an \
            answer.
            JSON: kernel, scope, claims [id, statement, verdict (holds, holdsWithCorrection, doesNotHold, notCheckable), \
            instead, reasons, parts [says, weight, outcome (met, unmet, unknown), instead, reason, evidence [text, file, \
            line], observation [place, kernel, result (agrees, disagrees, skipped), reason, seen]]], counts.
            """
    )

    @Argument(help: ArgumentHelp("Only these statements: D4 D8.", valueName: "id"))
    var ids: [String] = []

    @Option(help: ArgumentHelp("The statements (default: kernel-refs/claims.yaml).", valueName: "file"))
    var file: String?

    @Flag(help: "Ask the index alone.")
    var skipHost = false

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let home = try KernautHome.current()
        let file = try ClaimsFile(path: try self.file ?? "\(home.kernelRefs())/claims.yaml")
        let claims = try chosen(file)
        let store = try index.open()
        let judged = try await ClaimJudge(store).judge(
            claims,
            scenarios: try ClaimsCommand.scenarios(file.scenarios, home: home),
            observer: try observer()
        )
        output.show(ClaimsReport(judged, about: store.about), from: store)
    }

    private func chosen(_ file: ClaimsFile) throws -> [Claim] {
        if ids.isEmpty { return file.claims }
        return try ids.map { id in
            guard let claim = file.claims.first(where: { $0.id == id }) else {
                let known = file.claims.map(\.id).joined(separator: ", ")
                throw Failure(.usage, "there is no statement '\(id)'", at: file.path, remedy: "known are \(known)")
            }
            return claim
        }
    }

    /// This host; where the probe is missing, the index answers alone.
    private func observer() throws -> any ClaimObserver {
        if skipHost { return NoObserver(reason: "--skip-host was given") }
        do {
            return HostObserver(try HostProbe())
        } catch  where error.status == .unavailable {
            return NoObserver(reason: error.line)
        }
    }

    /// The scenarios of `models/`, by name.
    private static func scenarios(_ names: [String], home: KernautHome) throws -> [String: VerificationCase] {
        var cases: [String: VerificationCase] = [:]
        for name in names {
            let scenario = try ScenarioFile(path: "\(home.models())/\(name).yaml")
            cases[name] = VerificationCase(scenario.program, expectations: scenario.expectations)
        }
        return cases
    }
}
