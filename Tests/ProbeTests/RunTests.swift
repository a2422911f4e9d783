import Foundation
import KernelABI
import Scenario
import Testing

/// What programs give on the running kernel.
@Suite(.enabled(if: ProbeProcess.canRun, "needs root"))
struct RunTests {
    @Test func theForkThatWouldExceedPidsMaxIsRefused() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 3
            task a in /box as root
            a: fork() as b
            a: fork() as c
            b: fork() as d
            """
        )
        #expect(record.ending == .completed)
        #expect(record.outcomes == [[], ["child b"], ["child c"], ["EAGAIN"]])
        #expect(try record.last("/box").current == 3)
        #expect(try record.last("/box").max == .limited(3))
        #expect(record.trace.observations.map(\.snapshot.living) == [1, 2, 3, 3])
    }

    @Test func aBombForksInTheOrderInWhichItsProcessesWereMade() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 3
            task a in /box as root
            a: bomb(3)
            """
        )
        #expect(record.outcomes == [[], ["child a.1"], ["child a.2", "EAGAIN"], ["EAGAIN", "EAGAIN", "EAGAIN"]])
        let callers = record.trace.observations.last?.events.compactMap(\.task?.description)
        #expect(callers == ["a", "a.1", "a.2"])
        #expect(record.trace.observations.map(\.round) == [nil, 1, 2, 3])
    }

    @Test func aUserNamespaceHasSettingsOfItsOwn() throws {
        let before = try String(contentsOfFile: "/proc/sys/user/max_uts_namespaces", encoding: .utf8)
        let record = try ProbeProcess.record(
            """
            task a in / as "u"
            a: unshare(CLONE_NEWUSER)
            a: sysctl(user.max_uts_namespaces, 1)
            a: clone(CLONE_NEWUTS) as b
            a: clone(CLONE_NEWUTS) as c
            """
        )
        #expect(record.ending == .completed)
        #expect(record.outcomes == [[], ["ok"], ["ok"], ["child b"], ["ENOSPC"]])
        #expect(try String(contentsOfFile: "/proc/sys/user/max_uts_namespaces", encoding: .utf8) == before)
    }

    @Test func theSettingsOfTheMachineAreNotWritten() throws {
        let before = try String(contentsOfFile: "/proc/sys/user/max_uts_namespaces", encoding: .utf8)
        let record = try ProbeProcess.record("task a in / as root\na: sysctl(user.max_uts_namespaces, 12345)\n")
        #expect(record.ending == .unsupported(reason: "a: it would change this machine's own settings"))
        #expect(try String(contentsOfFile: "/proc/sys/user/max_uts_namespaces", encoding: .utf8) == before)
    }

    @Test func clone3TakesWhatItsStructureSays() throws {
        let record = try ProbeProcess.record(
            """
            task a in / as root
            a: clone3(0, size 63) as b
            a: clone3(0, size 96, tail) as c
            a: clone3(0, exit_signal 0) as d
            d: exit(1)
            a: wait(d)
            a: clone3(CLONE_NEWPID, set_tid 1 free) as e
            e: clone3(0, set_tid 1) as f
            a: clone3(CLONE_PIDFD, pidfd null) as g
            a: clone3(CLONE_INTO_CGROUP, cgroup 77) as h
            a: clone3(0, stack 4096 0) as i
            a: clone3(CLONE_PARENT, exit_signal 0) as j
            j: getppid()
            """
        )
        #expect(
            record.outcomes == [
                [], ["EINVAL"], ["E2BIG"], ["child d"], ["ok"], ["ECHILD"], ["child e"], ["EEXIST"], ["EFAULT"],
                ["EBADF"], ["EINVAL"], ["child j"], ["process @host"],
            ]
        )
    }

    @Test func aZombieKeepsItsChargeUntilItIsReaped() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 2
            task a in /box as root
            a: fork() as b
            b: exit(7)
            a: fork() as c
            a: wait(b)
            a: fork() as d
            a: wait(b)
            a: wait(nobody)
            """
        )
        #expect(
            record.outcomes == [
                [], ["child b"], ["ok"], ["EAGAIN"], ["reaped b exit 7"], ["child d"], ["ECHILD"], ["ECHILD"],
            ]
        )
    }

    @Test func anOrphanIsNobodysChildInTheProgramAndKeepsItsCharge() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 3
            task a in /box as root
            a: fork() as b
            b: fork() as c
            b: exit(0)
            a: wait(b)
            c: exit(0)
            a: wait(c)
            a: wait()
            """
        )
        #expect(record.outcomes.suffix(2) == [["ECHILD"], ["ECHILD"]])
        #expect(try record.last("/box").current == 2)
        #expect(record.trace.observations.last?.snapshot.living == 1)
    }

    @Test func aKillLeavesNothingOfTheTreeAndNoCharge() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 9
            task a in /box as root
            a: fork() as b
            b: fork() as c
            c: fork() as d
            c: fork() as z
            z: exit(0)
            @host: kill b
            a: wait()
            d: fork() as never
            """
        )
        #expect(record.outcomes.suffix(3) == [["ok"], ["ECHILD"], []])
        #expect(try record.last("/box").current == 1)
    }

    @Test func aHostnameSetInANewNamespaceStaysThere() throws {
        let before = try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        let record = try ProbeProcess.record(
            """
            task a in / as root
            a: clone(CLONE_NEWUTS) as b
            b: sethostname("box")
            b: uname()
            a: uname()
            a: sethostname("changed")
            a: uname()
            """
        )
        #expect(record.outcomes[3...] == [["\"box\""], ["\"kernaut\""], ["ok"], ["\"changed\""]])
        #expect(try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8) == before)
    }

    @Test func aNamedUserIsHeldByItsProcessLimitAndHasNoCapabilities() throws {
        let record = try ProbeProcess.record(
            """
            task a in / as "alice" nproc 2
            task b in / as "bob" nproc 2
            task r in / as root nproc 1
            a: fork() as a2
            a: fork() as a3
            b: fork() as b2
            r: fork() as r2
            a: sethostname("mine")
            a: unshare(CLONE_NEWUTS)
            """
        )
        #expect(record.outcomes[1...] == [["child a2"], ["EAGAIN"], ["child b2"], ["child r2"], ["EPERM"], ["EPERM"]])
    }

    @Test func movingIntoAFullCgroupIsAllowed() throws {
        let record = try ProbeProcess.record(
            """
            cgroup /box max 1
            task a in /box as root
            task b in / as root
            @host: attach b to /box
            b: fork() as c
            @host: write /box pids.max "nonsense"
            """
        )
        #expect(record.outcomes[1...] == [["ok"], ["EAGAIN"], ["EINVAL"]])
        #expect(try record.last("/box").current == 2)
    }

    @Test func severalProgramsRunOneAfterTheOther() throws {
        let program = "program \"p\"\ntask a in / as root\na: fork() as b\nend\n"
        let result = try ProbeProcess.run(["run"], input: String(repeating: program, count: 3))
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").filter { $0 == "end completed" }.count == 3)
    }

    @Test func aRunThatTakesTooLongIsEnded() throws {
        let result = try ProbeProcess.run(
            ["run", "--timeout", "1"],
            input: "program \"p\"\ncgroup /b max 2\ntask a in /b as root\na: bomb(4000000000)\nend\n"
        )
        #expect(result.status == 75)
        #expect(result.output.hasSuffix("\nend timed-out 1\n"))
    }
}

/// Programs that are not run.
@Suite(.enabled(if: ProbeProcess.canRun, "needs root"))
struct RefusalTests {
    @Test func aBombWithoutABoundIsNotRun() throws {
        let result = try ProbeProcess.run(["run"], input: "program \"p\"\ntask a in / as root\na: bomb(30)\nend\n")
        #expect(result.status == 69)
        let record = try result.record()
        #expect(record.trace.observations.isEmpty)
        guard case .unsupported = record.ending else {
            Issue.record("\(String(describing: record.ending))")
            return
        }
    }

    @Test(arguments: [
        "task a in /nowhere as root",
        "cgroup /a/b max 3\ntask a in / as root",
        "task a in / as root\ntask a in / as root",
        "task a in / as root\na: fork() as a",
        "task a in / as root\n@host: write /nowhere pids.max \"3\"",
        "task a in / as root\n@host: write / cgroup.procs \"1\"",
        "task a in / as root\na: fork() as b\na: wait(b)",
        "task a in / as root\na: frok() as b",
    ])
    func aProgramWithoutSenseIsBadInput(lines: String) throws {
        let result = try ProbeProcess.run(["run"], input: "program \"p\"\n\(lines)\nend\n")
        #expect(result.status == 65)
        guard case .badProgram = try result.record().ending else {
            Issue.record("\(result.output)")
            return
        }
    }

    @Test func aProgramThatStopsBeforeItsEndIsBadInput() throws {
        let result = try ProbeProcess.run(["run"], input: "program \"p\"\ntask a in / as root\na: getppid()\n")
        #expect(result.status == 65)
        #expect(result.output.contains("end bad-program"))
    }

    @Test(arguments: ["CLONE_NEWTIME", "CLONE_SETTLS", "0x400000000"])
    func flagsThatNoPuppetCanHaveAreNotRun(flags: String) throws {
        let result = try ProbeProcess.run(
            ["run"],
            input: "program \"p\"\ntask a in / as root\na: clone(\(flags)) as b\nend\n"
        )
        #expect(result.status == 69)
    }

    @Test(.enabled(if: ProbeProcess.canRun, "needs root")) func aPuppetMaySharesItsParentsMemory() throws {
        let lines = """
            task a in / as root
            a: clone(CLONE_VM|CLONE_FILES) as b
            b: clone(CLONE_NEWPID) as c
            c: sethostname("x")
            b: exit(3)
            a: wait(b)
            a: uname()
            """
        let trace = try ProbeProcess.run(["run"], input: "program \"p\"\n\(lines)\nend\n").record().trace
        let a = try #require(TaskName("a"))
        #expect(trace.observations.last?.events == [Event(task: a, call: "uname", outcome: .text("x"))])
    }

    @Test(.enabled(if: ProbeProcess.canRun, "needs root")) func aProcessEntersTheNamesOfAnother() throws {
        let lines = """
            task a in / as root
            a: clone(CLONE_NEWUTS) as b
            b: setdomainname("there")
            a: readlink(ns/uts)
            b: readlink(ns/uts)
            a: setns(b, CLONE_NEWUTS)
            a: readlink(ns/uts)
            a: uname(domainname)
            """
        let trace = try ProbeProcess.run(["run"], input: "program \"p\"\n\(lines)\nend\n").record().trace
        let outcomes = trace.observations.dropFirst().flatMap(\.events).map(\.outcome.description)
        #expect(
            outcomes == [
                "child b", "ok", "namespace uts 1", "namespace uts 2", "ok", "namespace uts 2", "\"there\"",
            ]
        )
    }

    @Test(.enabled(if: ProbeProcess.canRun, "needs root")) func pathsOfCgroupsAreToldFromTheProgramsRootOn() throws {
        let lines = """
            cgroup /box max 9
            cgroup /box/app max 9
            task a in /box as root
            task b in / as root
            a: read(b, cgroup)
            a: read(a, cgroup)
            a: clone(CLONE_NEWCGROUP) as c
            c: read(a, cgroup)
            c: read(b, cgroup)
            @host: attach b to /box/app
            c: read(b, cgroup)
            a: read(b, cgroup)
            a: read(d, cgroup)
            a: fork() as d
            """
        let trace = try ProbeProcess.run(["run"], input: "program \"p\"\n\(lines)\nend\n").record().trace
        let outcomes = trace.observations.dropFirst().flatMap(\.events).map(\.outcome.description)
        #expect(
            outcomes == [
                "\"world\"", "\"world/box\"", "child c", "\"/\"", "\"/..\"", "ok", "\"/app\"", "\"world/box/app\"",
                "ENOENT", "child d",
            ]
        )
    }

    @Test(.enabled(if: ProbeProcess.canRun, "needs root")) func racersShareTheRoomAndAreEachRefusedOnce() throws {
        let lines = """
            cgroup /box max 9
            task a in /box as root
            task b in /box as root
            task c in /box as root
            @host: race a b c
            a: kill(a, 9)
            a.1: getppid()
            """
        let trace = try ProbeProcess.run(["run"], input: "program \"p\"\n\(lines)\nend\n").record().trace
        let race = try #require(trace.observations.dropFirst().first)
        var made = 0
        for event in race.events {
            guard case .forks(let children, let errno) = event.outcome else {
                Issue.record("\(event)")
                continue
            }
            made += children
            #expect(errno == .EAGAIN)
        }
        #expect(race.events.count == 3)
        #expect(made == 6)
        #expect(race.snapshot.living == 9)
        #expect(race.snapshot.cgroups.map(\.eventsMax) == [3])
        let parents = trace.observations.last?.events.map(\.outcome) ?? []
        #expect(parents.allSatisfy { $0 == .process(nil) })
    }

    @Test func wrongUsageIsToldApart() throws {
        #expect(try ProbeProcess.run(["walk"]).status == 64)
        #expect(try ProbeProcess.run(["run", "--timeout", "0"]).status == 64)
        #expect(try ProbeProcess.run(["run"], input: "").status == 0)
    }
}
