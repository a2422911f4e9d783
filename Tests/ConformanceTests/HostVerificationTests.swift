import Conformance
import Failure
import Foundation
import KernelABI
import Scenario
import Simulation
import Testing

/// Predictions put to the running kernel.
@Suite struct HostVerificationTests {
    private static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "kernaut-probe")

    /// Programs run only as root where a hierarchy carries `pids`; where CI is set, a machine that cannot run them fails
    /// instead of skipping.
    static let canRun: Bool = {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        let probe = Process()
        probe.executableURL = executable
        probe.arguments = ["platform"]
        probe.standardOutput = FileHandle.nullDevice
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    private func verifier() throws -> Verifier {
        Verifier(try HostProbe(executable: Self.executable.path))
    }

    private func verify(_ lines: String, _ expectations: [Scenario.Expectation] = []) async throws -> Verification {
        let program = try Program(text: "program \"test\"\n\(lines)\nend\n")
        let verifications = try await verifier().verify([VerificationCase(program, expectations: expectations)])
        return try #require(verifications.first)
    }

    /// The probe waits for its reader, which has to wait for other tests' work where there are few processors.
    private static let patience = 300

    @Test(.enabled(if: canRun, "needs root")) func aBombBelowTwoLimitsConforms() async throws {
        let verification = try await verify(
            """
            cgroup /box max 9
            cgroup /box/app max 6
            task bomb in /box/app as root
            task shop in /box as root
            bomb: bomb(4)
            shop: fork() as s1
            shop: fork() as s2
            shop: fork() as s3
            """
        )
        #expect(verification.verdict == .conforms)
        #expect((verification.comparison?.compared ?? 0) > 40)
        #expect(verification.observed?.observations.last?.events.first?.outcome == .failed(.EAGAIN))
    }

    @Test(.enabled(if: canRun, "needs root")) func anUnmetExpectationDiverges() async throws {
        let verification = try await verify("task a in / as root\na: fork() as b", [.living(3)])
        #expect(verification.verdict == .diverges)
        #expect(verification.comparison?.differences.isEmpty == true)
        #expect(verification.findings.map(\.result) == [.unmet])
    }

    @Test(.enabled(if: canRun, "needs root")) func whatTheModelDoesNotKnowIsUnsupportedAndNotRun() async throws {
        let verification = try await verify("task a in / as root\na: clone(CLONE_NEWTIME) as b")
        #expect(verification.verdict.name == "unsupported")
        #expect(verification.observed == nil)
    }

    @Test(.enabled(if: canRun, "needs root")) func aProgramTooLargeForAHostIsUnsupportedAndNotRun() async throws {
        let verification = try await verify("cgroup /b max 9000\ntask a in /b as root\na: bomb(14)")
        #expect(verification.verdict.name == "unsupported")
        #expect(verification.observed == nil)
    }

    @Test func aProgramWithoutSenseIsRefusedBeforeAnythingRuns() async throws {
        let failure = await #expect(throws: Failure.self) {
            try await verify("task a in / as root\na: fork() as b\na: wait(b)")
        }
        #expect(failure?.status == .badInput)
    }

    @Test func anybodyElseIsSkippedWithTheReason() async throws {
        let probe = try UnprivilegedProbe(Self.executable)
        let verifier = Verifier(try HostProbe(executable: probe.path))
        let program = try Program(text: "program \"test\"\ntask a in / as root\na: uname()\nend\n")
        let verification = try #require(try await verifier.verify([VerificationCase(program)]).first)
        #expect(verification.verdict.name == "skipped")
        #expect(verification.verdict.reason?.contains("not root") == true)
    }

    @Test(.enabled(if: canRun, "needs root")) func generatedProgramsConform() async throws {
        let probe = try HostProbe(executable: Self.executable.path, timeoutSeconds: Self.patience, lanes: 4)
        let result = try await Campaign(probe, Campaign.Request(seed: 1, count: 300)).run()
        #expect(result.tally.programs == 300)
        #expect(result.tally.compared > 10_000)
        for (number, verification) in result.failures {
            let differences = verification.comparison?.differences.map { "\($0)" }.joined(separator: "\n") ?? ""
            Issue.record("\(number): \(verification.verdict)\n\(verification.program.text)\(differences)")
        }
    }

    @Test(.enabled(if: canRun, "needs root")) func theSameSeedGivesTheSameTraces() async throws {
        let probe = try HostProbe(executable: Self.executable.path, timeoutSeconds: Self.patience, lanes: 2)
        let request = Campaign.Request(seed: 5, count: 40, twice: true)
        let result = try await Campaign(probe, request).run()
        #expect(result.tally.differentTwice == 0)
        #expect(result.tally.sameTwice + result.tally.races == 40)
        let again = try await Campaign(probe, request).run()
        #expect(again.traces == result.traces)
    }
}
