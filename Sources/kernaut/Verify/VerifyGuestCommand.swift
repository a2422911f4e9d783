import ArgumentParser
import Conformance
import Failure
import Guest
import KernelBTF
import KernelIndex
import KernelTree
import Report
import Scenario
import SourceConformance

/// `kernaut verify guest [MODEL ...] | --programs N`
struct VerifyGuestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guest",
        abstract: "Run scenarios or generated programs on a kernel of kernel-refs, in QEMU guests.",
        discussion: """
            Needs no root. The image was built from the very source that is indexed. KVM is used where it works, else \
            the guest is emulated. A guest that hangs or dies gives a verdict with its console, and the run goes on in a \
            new one.
            With --trace, exit code 1 says that a call was observed which the index cannot explain, or that a controller was \
            called otherwise than the model says. Its JSON: calls, callbacks [controller, callback, function, predicted, seen], \
            returns.
            Without scenarios, the structures that the article names are compared too, as the guest's BTF and the index \
            have them.
            \(VerifyCommand.exitCodes)
            \(VerifyCommand.documents)
            Scenarios in guests have bootSeconds besides, and structures [kernel, members, equal, structures].
            """
    )

    @Argument(
        help: "Scenarios or programs ('-' for standard input); without any, those in models/ that are small enough."
    )
    var models: [String] = []

    @OptionGroup var generated: ProgramOptions

    @OptionGroup var guest: GuestOptions

    @Option(help: "The hierarchy that carries pids for programs that do not mind: v1, v2, or both in turns.")
    var cgroup = "both"

    @Flag(help: "Run a program under function_graph and hold the index's call paths against the observed calls.")
    var trace = false

    @Option(help: "How many seconds one program may take (default: 60; with --trace 300).")
    var timeout: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let timeout { try require("--timeout", timeout, in: 1...86_400) }
        if trace, generated.programs != nil || models.count > 1 {
            throw ValidationError("--trace takes one program, or none for its own")
        }
        if generated.asksForTime { throw ValidationError("--time of a bomb is for 'kernaut verify host FILE --time'") }
        try VerifyCommand.requireOneKind(models, generated)
        _ = try hierarchies()
    }

    func run() async throws {
        if let count = generated.programs, generated.print {
            let texts = generated.texts(count, hierarchies: try hierarchies(), ownsMachine: true)
            return print(texts, terminator: "")
        }
        let home = try KernautHome.current()
        let isCampaign = generated.programs != nil
        let observer = try guest.observer(
            home: home,
            timeoutSeconds: timeout ?? (trace ? 300 : 60),
            lanes: isCampaign ? guest.guests : 1
        )
        let code: Int32
        if let count = generated.programs {
            let (report, status) = try await generated.run(
                count,
                on: observer,
                hierarchies: try hierarchies(),
                command:
                    "kernaut verify guest --kernel \(guest.kernel)\(cgroup == "both" ? "" : " --cgroup \(cgroup)")",
                index: (try? IndexLocation.path(ofKernel: guest.kernel)).flatMap { try? IndexStore.open($0) },
                progress: ProgressLines()
            )
            output.show(report)
            code = status
        } else if trace {
            code = try await traceCalls(on: observer)
        } else {
            code = try await verifyScenarios(on: observer)
        }
        await observer.end()
        if code != 0 { throw ExitCode(code) }
    }

    /// Scenarios, and without any named, the structures that the article names as well.
    private func verifyScenarios(on observer: GuestObserver) async throws -> Int32 {
        let verifications = try await Verifier(observer).verify(try casesByHierarchy())
        let structures = models.isEmpty ? try await compareStructures(on: observer) : nil
        output.show(
            GuestReport(
                VerificationReport(verifications, place: observer.place),
                structures: structures?.report,
                withoutStructures: structures?.missing,
                bootSeconds: observer.guests[0].lastBootSeconds
            )
        )
        let code = verifications.map(\.verdict).exitCode
        return code == 0 && structures?.isEqual == false ? ExitStatus.negative.rawValue : code
    }

    /// The calls of a program, and the way up of a refusal's error, against the index.
    private func traceCalls(on observer: GuestObserver) async throws -> Int32 {
        let store = try IndexStore.open(try IndexLocation.path(ofKernel: guest.kernel))
        let program = try models.first.map { try VerifyCommand.cases([$0])[0].program.text } ?? TraceWorkload.text
        let tracing = GuestTracing(
            guest: observer.guests[0],
            place: observer.place,
            store: store,
            timeoutSeconds: timeout ?? 300,
            progress: ProgressLines()
        )
        let answer = try await tracing.run(program)
        output.show(
            TracingReport(
                calls: CallTraceReport(answer.calls, about: store.about),
                callbacks: answer.callbacks,
                returns: ReturnPathReport(answer.returns, about: store.about)
            )
        )
        return answer.conforms ? ExitStatus.success.rawValue : ExitStatus.negative.rawValue
    }

    private func compareStructures(
        on observer: GuestObserver
    ) async throws -> (report: StructureComparisonReport?, missing: String?, isEqual: Bool) {
        let store: IndexStore
        do {
            store = try IndexStore.open(try IndexLocation.path(ofKernel: guest.kernel))
        } catch let failure as Failure {
            return (nil, failure.line, true)
        }
        let names = StructureCheck.articleStructures
        let lines = try await observer.guests[0].command(["layouts"] + names)
        let layouts = try BTFLayoutText.read(lines.joined(separator: "\n")).compactMap { answer in
            if case .layout(let layout) = answer { layout } else { nil }
        }
        let comparison = try StructureCheck.run(store: store, layouts: layouts)
        return (StructureComparisonReport(comparison, about: store.about), nil, comparison.isEqual)
    }

    private func hierarchies() throws -> [Platform.Hierarchy] {
        if cgroup == "both" { return [.v2, .v1] }
        guard let hierarchy = Platform.Hierarchy(rawValue: cgroup) else {
            throw ValidationError("--cgroup is v1, v2 or both, not '\(cgroup)'")
        }
        return [hierarchy]
    }

    /// Each scenario that does not mind once for each hierarchy.
    private func casesByHierarchy() throws -> [VerificationCase] {
        let cases = try VerifyCommand.cases(models)
        return try hierarchies().flatMap { hierarchy in
            cases.compactMap { subject -> VerificationCase? in
                guard let wanted = subject.program.hierarchy else {
                    var subject = subject
                    subject.program.hierarchy = hierarchy
                    return subject
                }
                return wanted == hierarchy ? subject : nil
            }
        }
    }
}
