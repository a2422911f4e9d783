import KernelABI
import Scenario
import Testing

/// Processes with threads, and callers that wait for a child's end.
@Suite(.enabled(if: ProbeProcess.canRun, "needs root"))
struct ThreadRunTests {
    private func events(_ lines: String) throws -> [[Event]] {
        let program = "program \"p\"\n\(lines)\nend\n"
        return try ProbeProcess.run(["run"], input: program).record().trace.observations.dropFirst().map(\.events)
    }

    private func name(_ text: String) throws -> TaskName { try #require(TaskName(text)) }

    @Test func aThreadIsATaskOfItsProcessAndEndsAlone() throws {
        let seen = try events(
            """
            task a in / as root
            a: fork() as p
            p: clone(CLONE_THREAD|CLONE_SIGHAND|CLONE_VM) as t
            t: fork() as c
            c: getppid()
            p: exit(3)
            a: wait4(p, WNOHANG)
            t: exit(4)
            a: wait(p)
            """
        )
        let (a, p, c) = (try name("a"), try name("p"), try name("c"))
        #expect(seen[3] == [Event(task: c, call: "getppid", outcome: .process(p))])
        #expect(seen[5] == [Event(task: a, call: "wait4", outcome: .nothing)])
        guard case .reaped(p, _) = seen[7].first?.outcome else {
            Issue.record("\(seen[7])")
            return
        }
    }

    @Test func aThreadInANestedPIDNamespaceHasANumber() throws {
        let seen = try events(
            """
            task a in / as root
            a: clone(CLONE_NEWPID) as init
            init: clone(CLONE_THREAD|CLONE_SIGHAND|CLONE_VM) as t
            t: getpid()
            t: fork() as c
            c: getpid()
            t: vfork() as v
            v: getpid()
            """
        )
        #expect(seen[2].first?.outcome == .pids([2]))
        #expect(seen[4].first?.outcome == .pids([3]))
        #expect(seen[6].first?.outcome == .pids([4]))
    }

    @Test(arguments: ["vfork()", "clone(CLONE_VFORK)", "clone3(CLONE_VFORK|CLONE_VM)"])
    func aVforkComesBackInTheStepInWhichItsChildEnds(call: String) throws {
        let seen = try events("task a in / as root\na: \(call) as b\nb: getppid()\nb: exit(0)\na: wait(b)")
        let (a, b) = (try name("a"), try name("b"))
        #expect(seen[0].map(\.outcome) == [.child(b)])
        #expect(seen[1].map(\.outcome) == [.process(a)])
        #expect(
            seen[2] == [
                Event(task: b, call: "exit", outcome: .done), Event(task: a, call: Action.vforkReturn, outcome: .done),
            ]
        )
        #expect(seen[3].map(\.outcome) == [.reaped(b, status: "exit 0")])
    }
}
