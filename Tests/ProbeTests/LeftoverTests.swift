import Foundation
import Testing

/// A kill at any moment leaves no process, and the next run removes the rest.
@Suite(.enabled(if: ProbeProcess.canRun, "needs root"), .serialized)
struct LeftoverTests {
    private static let long = """
        program "long"
        cgroup / max 200
        task bomb in / as root
        task u in / as "x" nproc 100
        bomb: fork() as a
        a: clone(CLONE_NEWUTS) as b
        u: bomb(5)
        b: exit(1)
        bomb: bomb(4000000000)
        end

        """

    /// Waits until nothing is in a supervisor's guards. What the kernel has to kill after the supervisor's death is not
    /// the supervisor's to wait for, so the test does; the bound only keeps a failing test from hanging.
    private func awaitEmptiness(of pid: pid_t) throws {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            let left = Guards.of(pid).flatMap(Guards.processes)
            if left.isEmpty { return }
            try #require(ContinuousClock.now < end, "processes are left: \(left)")
            usleep(1000)
        }
    }

    @Test(arguments: [0, 1, 60, 200, 500, 1500, 5000, 50_000])
    func killingTheProbeLeavesNoProcess(bytes: Int) throws {
        for _ in 0..<4 {
            let probe = try ProbeProcess(["run"], input: LeftoverTests.long)
            try probe.read(atLeast: bytes)
            probe.killNow()
            try awaitEmptiness(of: probe.pid)
            _ = try ProbeProcess.run(["sweep"])
            #expect(Guards.of(probe.pid).isEmpty)
        }
    }

    @Test(arguments: [0, 60, 5000, 50_000])
    func aProbeWhoseReaderIsGoneEndsAndCleansUp(bytes: Int) throws {
        let probe = try ProbeProcess(["run"], input: LeftoverTests.long)
        try probe.read(atLeast: bytes)
        #expect(try probe.stopReading() == 130)
        #expect(Guards.of(probe.pid).isEmpty)
    }

    @Test func aTerminatedProbeCleansUp() throws {
        let probe = try ProbeProcess(["run"], input: LeftoverTests.long)
        try probe.read(atLeast: 5000)
        kill(probe.pid, SIGTERM)
        #expect(try probe.stopReading() == 130)
        #expect(Guards.of(probe.pid).isEmpty)
    }

    @Test func theNextRunRemovesWhatAKilledOneLeft() throws {
        let probe = try ProbeProcess(["run"], input: LeftoverTests.long)
        try probe.read(atLeast: 5000)
        probe.killNow()
        let next = try ProbeProcess.run(["run"], input: "program \"p\"\ntask a in / as root\na: uname()\nend\n")
        #expect(next.status == 0)
        #expect(Guards.of(probe.pid).isEmpty)
    }

    @Test func theGuardOfALivingRunIsLeftAlone() throws {
        let probe = try ProbeProcess(["run"], input: LeftoverTests.long)
        try probe.read(atLeast: 5000)
        _ = try ProbeProcess.run(["sweep"])
        #expect(!Guards.of(probe.pid).isEmpty)
        _ = try probe.stopReading()
    }

    @Test(arguments: [0, 20, 60])
    func killingTheProbeEndsAFreeBomb(milliseconds: UInt32) throws {
        let text = "program \"bomb\"\ncgroup /a max 100\ntask bomb in /a as root\nbomb: bomb(62)\nend\n"
        let probe = try ProbeProcess(["free-bomb", "1", "600000"], input: text)
        try probe.read(atLeast: 60)
        usleep(milliseconds * 1000)
        probe.killNow()
        try awaitEmptiness(of: probe.pid)
        _ = try ProbeProcess.run(["sweep"])
        #expect(Guards.of(probe.pid).isEmpty)
    }

    @Test func aFreeBombThatTakesTooLongIsEnded() throws {
        let text = "program \"bomb\"\ncgroup /a max 100\ntask bomb in /a as root\nbomb: bomb(62)\nend\n"
        let probe = try ProbeProcess(["free-bomb", "--timeout", "1", "1", "600000"], input: text)
        try probe.read(atLeast: .max)
        probe.waitUntilExit()
        #expect(Guards.of(probe.pid).isEmpty)
    }

    @Test func killingTheProbeLeavesNoProcessOfACalibration() throws {
        let probe = try ProbeProcess(["forks"])
        try probe.read(atLeast: 60)
        probe.killNow()
        try awaitEmptiness(of: probe.pid)
        _ = try ProbeProcess.run(["sweep"])
        #expect(Guards.of(probe.pid).isEmpty)
    }
}
