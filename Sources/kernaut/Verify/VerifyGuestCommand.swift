import ArgumentParser
import Conformance
import Failure
import KernelIndex
import KernelTree
import Report
import Scenario

/// `kernaut verify guest [MODEL ...] | --programs N`
struct VerifyGuestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guest",
        abstract: "Run scenarios or generated programs on a kernel of kernel-refs, in QEMU guests.",
        discussion: """
            Needs no root. The image was built from the very source that is indexed. KVM is used where it works, else \
            the guest is emulated. A guest that hangs or dies gives a verdict with its console, and the run goes on in a \
            new one.
            \(VerifyCommand.exitCodes)
            \(VerifyCommand.documents)
            """
    )

    @Argument(help: "Scenarios or programs ('-' for standard input); without any, those in models/ that are small enough.")
    var models: [String] = []

    @OptionGroup var generated: ProgramOptions

    @OptionGroup var guest: GuestOptions

    @Option(help: "The hierarchy that carries pids for programs that do not mind: v1, v2, or both in turns.")
    var cgroup = "both"

    @Option(help: "How many seconds one program may take.")
    var timeout = 60

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require("--timeout", timeout, in: 1...86_400)
        try VerifyCommand.requireOneKind(models, generated)
        _ = try hierarchies()
    }

    func run() async throws {
        if let count = generated.programs, generated.print {
            return print(generated.texts(count, hierarchies: try hierarchies()), terminator: "")
        }
        let home = try KernautHome.current()
        let isCampaign = generated.programs != nil
        let observer = try guest.observer(
            home: home,
            timeoutSeconds: timeout,
            lanes: isCampaign ? guest.guests : 1
        )
        let code: Int32
        if let count = generated.programs {
            let (report, status) = try await generated.run(
                count,
                on: observer,
                hierarchies: try hierarchies(),
                command: "kernaut verify guest --kernel \(guest.kernel)\(cgroup == "both" ? "" : " --cgroup \(cgroup)")",
                index: (try? IndexLocation.path(ofKernel: guest.kernel)).flatMap { try? IndexStore.open($0) },
                progress: ProgressLines()
            )
            output.show(report)
            code = status
        } else {
            let verifications = try await Verifier(observer).verify(try casesByHierarchy())
            output.show(VerificationReport(verifications, place: observer.place))
            code = verifications.map(\.verdict).exitCode
        }
        await observer.end()
        if code != 0 { throw ExitCode(code) }
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
