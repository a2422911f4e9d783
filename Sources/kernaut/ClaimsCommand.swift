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
            this host where it can be observed (some of it needs root), or from a guest of the indexed kernel. What \
            another kernel than the indexed one shows stands beside the verdict and does not change it.
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

    @Flag(help: "Observe a guest of the indexed kernel in QEMU instead of this host. Needs no root.")
    var guest = false

    @Flag(help: "Ask the index alone.")
    var skipHost = false

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if guest, skipHost { throw ValidationError("--guest and --skip-host exclude each other") }
    }

    func run() async throws {
        let home = try KernautHome.current()
        let file = try ClaimsFile(path: try self.file ?? "\(home.kernelRefs())/claims.yaml")
        let claims = try chosen(file)
        let store = try index.open()
        let judged: [JudgedClaim]
        if guest {
            let machine = try GuestOptions.observer(of: store.about.kernelName, home: home, timeoutSeconds: 60)
            let observer = GuestClaimObserver(machine)
            judged = try await ClaimsCommand.judge(claims, by: store, home: home, observer: observer)
            await machine.end()
        } else {
            let observer = skipHost ? NoObserver(reason: "--skip-host was given") : try ClaimsCommand.host()
            judged = try await ClaimsCommand.judge(claims, by: store, home: home, observer: observer)
        }
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

    /// Judges statements with the scenarios of `models/`.
    static func judge(
        _ claims: [Claim],
        by store: IndexStore,
        home: KernautHome,
        observer: any ClaimObserver
    ) async throws -> [JudgedClaim] {
        var scenarios: [String: VerificationCase] = [:]
        for name in Set(claims.flatMap(\.scenarios)).sorted() {
            let scenario = try ScenarioFile(path: "\(home.models())/\(name).yaml")
            scenarios[name] = VerificationCase(scenario.program, expectations: scenario.expectations)
        }
        return try await ClaimJudge(store).judge(claims, scenarios: scenarios, observer: observer)
    }

    /// This host; where the probe is missing, the index answers alone.
    static func host() throws -> any ClaimObserver {
        do {
            return HostClaimObserver(try HostProbe())
        } catch let failure where failure.status == .unavailable {
            return NoObserver(reason: failure.line)
        }
    }
}
