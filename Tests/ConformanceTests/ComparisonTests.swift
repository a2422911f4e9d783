import Conformance
import Failure
import KernelABI
import Scenario
import Simulation
import Testing

/// A prediction beside traces that were written by hand.
@Suite struct ComparisonTests {
    private let platform = Platform(version: KernelVersion(6, 18), hierarchy: .v1)

    private func prediction() throws -> Prediction {
        let program = try Program(
            text: """
                program "p"
                cgroup /box max 2
                task a in /box as root
                a: bomb(2)
                a: uname()
                end
                """
        )
        return try Simulator.predict(program, on: platform)
    }

    @Test func thePredictedTraceAgreesWithItself() throws {
        let prediction = try prediction()
        let comparison = Comparison(prediction, prediction.trace)
        #expect(comparison.differences.isEmpty)
        // Four calls, and at each of four moments the living and the files.
        #expect(comparison.compared > 4 + 4 * 3)
    }

    @Test func anotherOutcomeIsADifferenceAtItsPlace() throws {
        let prediction = try prediction()
        var trace = prediction.trace
        trace.observations[2].events[0].outcome = .failed(.ENOMEM)
        let row = try #require(Comparison(prediction, trace).differences.first)
        #expect(row.step == 0)
        #expect(row.round == 2)
        #expect(row.predicted == ["EAGAIN"])
        #expect(row.observed == "ENOMEM")
    }

    @Test func everyAllowedOutcomeAgrees() throws {
        var prediction = try prediction()
        prediction.moments[2].events[0].outcomes = [.failed(.EAGAIN), .failed(.ENOMEM)]
        var trace = prediction.trace
        trace.observations[2].events[0].outcome = .failed(.ENOMEM)
        #expect(Comparison(prediction, trace).differences.isEmpty)
    }

    @Test func anotherCounterIsADifference() throws {
        let prediction = try prediction()
        var trace = prediction.trace
        trace.observations[1].snapshot.cgroups[0].current += 1
        trace.observations[1].snapshot.living += 1
        #expect(Comparison(prediction, trace).differences.count == 2)
    }

    @Test func aMissingMomentOrCallIsADifference() throws {
        let prediction = try prediction()
        var short = prediction.trace
        short.observations.removeLast()
        #expect(Comparison(prediction, short).differences.count == 1)
        var silent = prediction.trace
        silent.observations[1].events = []
        #expect(Comparison(prediction, silent).differences.count == 1)
        #expect(!Comparison(prediction, Trace(observations: [])).differences.isEmpty)
    }

    @Test func aCallThatWasNotPredictedIsADifference() throws {
        let prediction = try prediction()
        var trace = prediction.trace
        trace.observations[3].events.append(Event(task: nil, call: "kill", outcome: .done))
        let rows = Comparison(prediction, trace).differences
        #expect(rows.map(\.predicted) == [[]])
        #expect(rows.map(\.isComparison) == [false])
    }

    @Test func aFileThatOnlyOneSideHasIsADifference() throws {
        let prediction = try prediction()
        var trace = prediction.trace
        trace.observations[0].snapshot.cgroups[0].peak = nil
        #expect(Comparison(prediction, trace).differences.count == 1)
    }
}

@Suite struct HostProbeTests {
    @Test func aMissingProbeIsAFailureThatNamesIt() {
        let failure = #expect(throws: Failure.self) { try HostProbe(executable: "/nonexistent/kernaut-probe") }
        #expect(failure?.status == .unavailable)
        #expect(failure?.place == "/nonexistent/kernaut-probe")
    }

    @Test func aProbeThatEndsEarlyLeavesRecordsWithoutEndings() async throws {
        let program = try Program(text: "program \"p\"\ntask a in / as root\na: uname()\nend\n")
        // More than a pipe holds, so that the input cannot all be written.
        let records = try await HostProbe(executable: "/bin/true").observe(Array(repeating: program, count: 20_000))
        #expect(records.count == 20_000)
        #expect(records.allSatisfy { $0.ending == nil })
    }

    @Test func somethingElseThanTheProbeIsAFaultAndNoVerdict() async throws {
        let verifier = Verifier(try HostProbe(executable: "/bin/false"))
        let program = try Program(text: "program \"p\"\ntask a in / as root\na: uname()\nend\n")
        await #expect(throws: Failure.self) { try await verifier.verify([VerificationCase(program)]) }
    }
}
