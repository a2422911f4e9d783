import ArgumentParser
import Conformance
import Failure
import KernelTree
import Report
import Scenario
import ScenarioYAML

/// `kernaut verify guest [MODEL.yaml ...]`
struct VerifyGuestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guest",
        abstract: "Run scenarios on a kernel of kernel-refs in QEMU guests and compare with the prediction.",
        discussion: """
            Needs no root. The image was built from the very source that is indexed. KVM is used where it is usable.
            """
    )

    @Argument(help: "Scenarios; without any, those in models/ that are small enough.")
    var models: [String] = []

    @OptionGroup var guest: GuestOptions

    @Option(help: "How many seconds one program may take.")
    var timeout = 60

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let home = try KernautHome.current()
        let observer = try guest.observer(home: home, timeoutSeconds: timeout, lanes: 1)
        let files = try models.isEmpty ? VerifyHostCommand.shipped() : models.map { try ScenarioFile(path: $0) }
        let cases = files.map { VerificationCase($0.program, expectations: $0.expectations) }
        let verifications = try await Verifier(observer).verify(cases)
        await observer.end()
        output.show(VerificationReport(verifications, place: observer.place))
        let code = verifications.map(\.verdict).exitCode
        if code != 0 { throw ExitCode(code) }
    }
}
