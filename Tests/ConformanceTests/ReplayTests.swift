import Conformance
import Failure
import Foundation
import KernelABI
import Scenario
import Simulation
import Testing

@Suite struct ReplayTests {
    private static let platform = Platform(version: KernelVersion(6, 12), hierarchy: .v2)

    private func run(_ steps: String, _ ending: RunEnding = .completed) throws -> RecordedRun {
        let program = try Program(text: "program \"p\"\ncgroup /b max 2\ntask a in /b as root\n\(steps)\nend\n")
        let trace = try Simulator.predict(program, on: Self.platform).trace
        return RecordedRun(program, RunRecord(platform: Self.platform, trace: trace, ending: ending))
    }

    private func verdicts(_ runs: RecordedRun...) -> [String: Int] {
        var replay = Replay()
        for run in runs { replay.add(run, at: "f:1") }
        return replay.tally.verdicts
    }

    @Test func whatWasPredictedConforms() throws {
        #expect(verdicts(try run("a: fork() as c"), try run("a: uname()")) == ["conforms": 2])
    }

    @Test func anEditedValueDiverges() throws {
        var run = try run("a: fork() as c\na: fork() as d")
        #expect(run.record.trace.observations[2].events[0].outcome == .failed(.EAGAIN))
        run.record.trace.observations[2].events[0].outcome = .failed(.ENOMEM)
        var replay = Replay()
        replay.add(run, at: "f:1")
        #expect(replay.tally.verdicts == ["diverges": 1])
        #expect(replay.failures.first?.place == "f:1")
        #expect(replay.failures.first?.verification.comparison?.differences.first?.observed == "ENOMEM")
    }

    @Test func aRunThatDidNotCompleteIsNoPass() throws {
        #expect(verdicts(try run("a: uname()", .skipped(reason: "not root"))) == ["skipped": 1])
        #expect(verdicts(try run("a: uname()", .fault(reason: "x"))) == ["harnessError": 1])
    }

    @Test func aProgramThatTheModelRefusesAndTheKernelRanIsAFault() throws {
        var run = try run("a: fork() as c\nc: exit(0)\na: wait(c)")
        run.program.steps.remove(at: 1)
        #expect(verdicts(run) == ["harnessError": 1])
    }

    @Test(.enabled(if: HostVerificationTests.canRun, "needs root"))
    func aRecordingOfThisHostConformsWhenItIsReplayed() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let probe = try HostProbe(executable: executable.appending(path: "kernaut-probe").path, lanes: 3)
        let request = Campaign.Request(seed: 3, first: 40, count: 250)
        let recording = try RunRecording(path: path, first: 40)
        let result = try await Campaign(probe, request, recording: recording).run()
        var file = try RecordedFile(path: path)
        var replay = Replay()
        var names: [String] = []
        while let run = try file.next() {
            names.append(run.program.name)
            replay.add(run, at: file.place)
        }
        #expect(replay.tally == result.tally)
        #expect(names == (40..<290).map { "3-\($0)" })
    }

    @Test func whatIsNoRecordingIsToldWithFileAndLine() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString)").path
        try Data("program \"p\"\nend\nend of it\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = try RecordedFile(path: path)
        let failure = #expect(throws: Failure.self) { try file.next() }
        #expect(failure?.status == .badInput)
        #expect(failure?.place == "\(path):3")
        #expect(throws: Failure.self) { try RecordedFile(path: "/nonexistent") }
    }
}
