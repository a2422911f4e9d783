import KernelABI
import KernelModel
import Scenario
import Testing

@testable import Conformance

@Suite struct GeneratorTests {
    private static let programs = 2000

    @Test(
        arguments: [
            (Platform.Hierarchy.v1, KernelVersion(6, 12)), (.v2, KernelVersion(6, 12)), (.v2, KernelVersion(7, 3)),
        ]
    )
    func everyRuleAndEveryStepIsReachedWithinTwoThousandPrograms(
        hierarchy: Platform.Hierarchy,
        version: KernelVersion
    ) throws {
        let platform = Platform(version: version, hierarchy: hierarchy)
        var tally = ProgramTally()
        var steps = 0
        for number in 0..<Self.programs {
            let generated = try GeneratedProgram(
                seed: 1,
                number: number,
                hierarchy: hierarchy,
                ownsMachine: true,
                on: platform
            )
            steps += generated.program.steps.count
            tally.add(.conforms, of: generated.program, generated.prediction, compared: 0)
        }
        // What only cgroups of version 2 have, and what only those of version 1 refuse.
        let elsewhere: Set<Rule.Name> =
            hierarchy == .v2
            ? [.cloneIntoVersion1]
            : [
                .intOverflow, .intNoNumber, .intRest, .intTooLow, .intTooHigh, .intRange, .cgroupMaxDepthRange,
                .cgroupMaxDescendantsRange,
                .cgroupKillRange, .cgroupKillThreaded, .mkdirMaxDepth, .mkdirMaxDescendants, .cloneIntoPermission,
                .cloneIntoInvalidDomain, .cloneIntoInnerProcesses, .attachInvalidDomain, .attachInnerProcesses,
                .subtreeControlName, .subtreeControlSign, .subtreeControlAbsent, .subtreeControlUsedBelow,
                .subtreeControlInvalidDomain, .subtreeControlInnerProcesses, .cgroupTypeText, .cgroupTypePopulated,
                .cgroupTypeDomain, .cgroupFreezeRange, .attachThreadElsewhere, .cloneIntoOtherDomain,
            ]
        let unreached = Rules.of(platform.version).map(\.name).filter { tally.rules[$0.rawValue] == nil }
        #expect(Set(unreached) == elsewhere)
        let calls = [
            "fork", "vfork", "clone", "clone3", "fork until refused", "exit", "exit_group", "execve", "wait", "kill",
            "unshare",
            "setns", "sethostname",
            "setdomainname", "uname", "getppid", "getpid", "setresuid", "setrlimit", "write pids.max", "attach",
            "attach thread", "vfork returns",
            "read pids.events.local", "readlink ns/uts", "readlink ns/ipc", "readlink ns/time_for_children",
            "read cgroup",
            "read timens_offsets", "write timens_offsets", "mkdir", "rmdir",
            "write cgroup.max.depth", "write cgroup.max.descendants", "write cgroup.kill", "read cgroup.events",
            "write cgroup.procs", "write uid_map", "write cgroup.freeze", "write cgroup.type",
            "write cgroup.subtree_control", "read cgroup.type",
        ]
        #expect(calls.filter { tally.calls[$0] == nil } == [])
        // They run under emulation: a few steps each.
        #expect(steps < 8 * Self.programs)
    }

    @Test func aProgramOfASeedIsTheSameForEver() {
        for number in 0..<200 {
            let program = ProgramGenerator.program(seed: 9, number: number)
            #expect(program == ProgramGenerator.program(seed: 9, number: number))
        }
    }
}
