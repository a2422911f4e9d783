import Conformance
import Foundation
import KernelABI
import Scenario
import Simulation
import Testing

/// A bomb that nobody holds back, on this machine. Nothing here depends on time.
@Suite(.enabled(if: HostVerificationTests.canRun, "needs root"), .serialized)
struct FreeBombTests {
    private static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "kernaut-probe").path

    private static func run(
        _ lines: String
    ) async throws -> (bomb: TimedBomb, counts: FreeBombCounts, check: FreeBombCheck) {
        let program = try Program(text: "program \"test\"\n\(lines)\nend\n")
        let probe = try HostProbe(executable: executable, timeoutSeconds: 300)
        let platform = try #require(try await probe.platform().platform)
        let bomb = try TimedBomb(program, on: platform) { _ in "test" }
        let (record, counts) = try await probe.freeBomb(bomb.program, cpus: 1, milliseconds: 1)
        #expect(record.ending == .completed)
        let found = try #require(counts)
        let snapshot = try #require(record.trace.observations.last?.snapshot)
        return (bomb, found, FreeBombCheck(bomb, found, snapshot))
    }

    @Test(arguments: [
        // Its own cgroup's limit, one above it, one that is full from the beginning, and one after other steps.
        ("cgroup /a max 40\ntask bomb in /a as root\nbomb: bomb(1)", 39),
        ("cgroup /a max 20\ncgroup /a/b max max\ncgroup /a/b/c max 50\ntask bomb in /a/b/c as root\nbomb: bomb(1)", 19),
        ("cgroup /a max 1\ntask bomb in /a as root\nbomb: bomb(1)", 0),
        ("cgroup /a max 9\ntask bomb in /a as root\nbomb: fork() as x\nx: exit(0)\nbomb: bomb(1)", 7),
        ("cgroup /a max 300\ntask bomb in /a as \"x\" nproc 30\nbomb: bomb(1)", 29),
    ])
    func theBombReachesExactlyItsLimit(_ lines: String, _ made: Int) async throws {
        let (bomb, counts, check) = try await Self.run(lines)
        #expect(bomb.made == made)
        #expect(counts.made == made)
        #expect(counts.refused > 0)
        #expect(counts.firstRefusal_ns != nil)
        #expect(check.conforms, "\(check.rows.filter { !$0.agrees })")
    }

    @Test func whatForksCostIsMeasured() async throws {
        let samples = try await HostProbe(executable: Self.executable).forkSamples()
        let calibration = Calibration(samples)
        for kind in [
            ForkSamples.Kind.made, .started, .refusedByNproc, .slice, .refusedByPidsMax(level: 1),
            .refusedByPidsMax(level: 4),
        ] {
            #expect((calibration.cost(kind, cpus: 1)?.middle ?? 0) > 0, "\(kind)")
        }
    }
}

/// What a check makes of counters.
struct FreeBombCheckTests {
    @Test(arguments: [(9, 10, 33, true), (8, 9, 33, false), (9, 11, 33, false), (9, 10, 32, false)])
    func countersAloneDecide(made: Int, current: Int64, events: Int64, conforms: Bool) throws {
        let text = "program \"t\"\ncgroup /a max 10\ntask bomb in /a as root\nbomb: bomb(1)\nend\n"
        let bomb = try TimedBomb(
            try Program(text: text),
            on: Platform(version: KernelVersion(6, 12), hierarchy: .v2)
        ) { _ in "t" }
        let counts = FreeBombCounts(
            cpus: 2,
            made: made,
            refused: 33,
            firstRefusal_ns: nil,
            startedByFirstRefusal: 1,
            cpuByFirstRefusal_ns: 0,
            window_ns: 0,
            windowRefused: 0,
            windowCPU_ns: 0
        )
        let cgroup = CgroupCounters(
            path: try #require(CgroupPath("/a")),
            current: current,
            max: .limited(10),
            eventsMax: events,
            peak: current
        )
        let check = FreeBombCheck(bomb, counts, Snapshot(living: Int(current), cgroups: [cgroup]))
        #expect(check.conforms == conforms, "\(check.rows)")
    }
}
