import Scenario
import Testing

@testable import Probe

/// Which programs are run, and how many processes they are given room for.
@Suite struct AdmissionTests {
    private func program(_ lines: String) throws -> Program { try Program(text: "program \"p\"\n\(lines)\nend\n") }

    @Test(arguments: [
        ("task a in / as root", 1),
        ("task a in / as root\na: fork() as b\nb: fork() as c", 3),
        ("task a in / as root\na: bomb(3)", 9),
        // One process, the limit of five, and the one that was placed there whatever the limit says.
        ("cgroup /b max 5\ntask a in /b as root\na: bomb(60)", 7),
        ("cgroup /b max 5\ncgroup /b/c max 100\ntask a in /b/c as root\na: bomb(60)", 7),
        ("cgroup /b max 5\ntask a in /b as root\n@host: write /b pids.max \"9\"\na: bomb(60)", 11),
        ("task a in / as \"u\" nproc 4\na: bomb(60)", 7),
        ("task a in / as \"u\" nproc 4\na: setrlimit(RLIMIT_NPROC, 8, 8)\na: bomb(60)", 11),
    ])
    func theBoundIsNoLowerThanWhatTheLimitsAllow(lines: String, bound: Int) throws {
        #expect(ProcessBound.of(try program(lines)) == bound)
    }

    @Test(arguments: [
        "task a in / as root\na: bomb(60)",
        "task a in / as root nproc 4\na: bomb(60)",
        "task a in / as \"u\"\na: bomb(60)",
        "cgroup /b max 5\ntask a in /b as root\n@host: write /b pids.max \"max\"\na: bomb(60)",
        "cgroup /b max 5\ntask a in /b as root\n@host: attach a to /\na: bomb(60)",
        // Nobody knows whether the cgroup was there to go to, and one that is made again has no limit.
        "cgroup /b max 5\ntask a in / as root\n@host: rmdir /b\n@host: attach a to /b\na: bomb(60)",
        "cgroup /b max 5\ntask a in / as root\n@host: rmdir /b\n@host: mkdir /b\n@host: attach a to /b\na: bomb(60)",
        "cgroup /b max 5\ntask a in /b as root\n@host: write /c pids.max \"2\"\n@host: attach a to /c\n@host: mkdir /c\n"
            + "@host: attach a to /c\na: bomb(60)",
        "cgroup /b max 5\ntask a in /b as root\na: fork() as c\n@host: attach c to /\nc: bomb(60)",
        "cgroup /b max 5\ntask a in /b as root\na: bomb(1)\n@host: attach a.1 to /\na.1: bomb(60)",
    ])
    func aBombThatNoLimitHoldsHasNoBoundBelowTheCeiling(lines: String) throws {
        #expect(ProcessBound.of(try program(lines)) > ProcessBound.ceiling)
        guard case .unsupported = Admission.refusal(try program(lines), canRaiseLimits: true) else {
            Issue.record("the program is admitted")
            return
        }
    }

    @Test func whoCannotSetClocksDoesNotWriteTheirOffsets() throws {
        let program = try program("task a in / as root\na: write(a, timens_offsets, \"monotonic 1 0\")")
        #expect(Admission.refusal(program, canRaiseLimits: true) == nil)
        guard case .unsupported(let reason) = Admission.refusal(program, canRaiseLimits: true, canSetClocks: false)
        else {
            Issue.record("the program is admitted")
            return
        }
        #expect(reason.hasSuffix("lacks CAP_SYS_TIME"))
    }

    @Test(arguments: [
        "@host: sysctl user.max_uts_namespaces 3", "a: sysctl(kernel.threads-max, 1)",
        "@host: sysctl kernel.pid_max +3",
    ])
    func whatChangesTheMachineIsForGuestsAlone(step: String) throws {
        let program = try program("task a in / as root\n\(step)")
        guard case .unsupported(let reason) = Admission.refusal(program, canRaiseLimits: true) else {
            Issue.record("the program is admitted")
            return
        }
        #expect(reason.hasSuffix("it would change this machine's own settings"))
        #expect(Admission.refusal(program, canRaiseLimits: true, isGuest: true) == nil)
    }

    @Test func aRaisedHardLimitNeedsTheCapability() throws {
        let raising = try program("task a in / as root nproc 5\na: setrlimit(RLIMIT_NPROC, 6, 6)")
        #expect(Admission.refusal(raising, canRaiseLimits: true) == nil)
        #expect(Admission.refusal(raising, canRaiseLimits: false) != nil)
        let lowering = try program("task a in / as \"u\" nproc 5\na: setrlimit(RLIMIT_NPROC, 3, 4)")
        #expect(Admission.refusal(lowering, canRaiseLimits: false) == nil)
    }
}
