import KernelABI
import Scenario
import Testing

/// What the running kernel gives for cgroups that come and go.
@Suite(.enabled(if: ProbeProcess.canRun, "needs root"))
struct CgroupRunTests {
    @Test func aCgroupHasARowWhileItIsThere() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 9
            cgroup /last max max
            task a in /box as root
            @host: mkdir /box/x
            @host: attach a to /box/x
            @host: rmdir /box/x
            @host: attach a to /box
            @host: rmdir /box/x
            @host: rmdir /last
            """
        )
        #expect(record.ending == .completed)
        #expect(record.outcomes == [[], ["ok"], ["ok"], ["EBUSY"], ["ok"], ["ok"], ["ok"]])
        let shown = record.trace.observations.map { $0.snapshot.cgroups.map(\.path.description) }
        let before = ["/box", "/last"]
        let during = ["/box", "/last", "/box/x"]
        #expect(shown == [before, during, during, during, during, before, ["/box"]])
        #expect(record.trace.observations.allSatisfy { $0.snapshot.living == 1 })
    }

    @Test func aZombieStaysChargedAboveACgroupThatIsMadeAgain() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 9
            cgroup /box/x max 9
            task a in /box as root
            a: fork() as b
            @host: attach b to /box/x
            b: exit(0)
            @host: rmdir /box/x
            @host: mkdir /box/x
            @host: read /box/x pids.current
            """
        )
        #expect(record.ending == .completed)
        #expect(record.outcomes.last == ["\"0\\n\""])
        #expect(try record.last("/box").current == 2)
        #expect(try record.last("/box/x").max == .max)
    }

    @Test func whatIsNotThereIsAnOutcome() throws {
        let record = try ProbeProcess.record(
            """
            task a in / as root
            @host: attach a to /x
            @host: write /x pids.max "1"
            @host: read /x pids.max
            @host: rmdir /x
            @host: mkdir /x/y
            @host: mkdir /x
            @host: mkdir /x
            """
        )
        #expect(record.ending == .completed)
        let missing = Array(repeating: ["ENOENT"], count: 5)
        #expect(record.outcomes == [[]] + missing + [["ok"], ["EEXIST"]])
    }

    @Test(arguments: ["mkdir /", "rmdir /", "rmdir /never", "write /never pids.max \"1\""])
    func theRootStaysAndAnUnknownCgroupIsNoProgram(step: String) throws {
        let record = try ProbeProcess.record("task a in / as root\n@host: \(step)")
        guard case .badProgram = record.ending else {
            Issue.record("\(String(describing: record.ending))")
            return
        }
    }
}
