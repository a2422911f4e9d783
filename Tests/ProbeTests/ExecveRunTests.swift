import KernelABI
import Scenario
import Testing

/// Processes that run their program anew.
@Suite(.enabled(if: ProbeProcess.canRun, "needs root"))
struct ExecveRunTests {
    private func events(_ lines: String) throws -> [[Event]] {
        let program = "program \"p\"\n\(lines)\nend\n"
        return try ProbeProcess.run(["run"], input: program).record().trace.observations.dropFirst().map(\.events)
    }

    private func name(_ text: String) throws -> TaskName { try #require(TaskName(text)) }

    @Test func aProcessGoesOnUnderItsNameWithTheThreadThatCalled() throws {
        let seen = try events(
            """
            task a in / as root
            a: fork() as p
            p: clone(CLONE_THREAD|CLONE_SIGHAND|CLONE_VM) as t
            p: clone(CLONE_THREAD|CLONE_SIGHAND|CLONE_VM) as u
            u: fork() as c
            t: execve()
            c: getppid()
            p: getppid()
            t: getppid()
            p: vfork() as v
            v: exit(1)
            p: exit(2)
            a: wait(p)
            """
        )
        let (a, p) = (try name("a"), try name("p"))
        #expect(seen[4].map(\.outcome) == [.done])
        #expect(seen[5].map(\.outcome) == [.process(p)])
        #expect(seen[6].map(\.outcome) == [.process(a)])
        #expect(seen[7] == [])
        #expect(seen[11].map(\.outcome) == [.reaped(p, status: "exit 2")])
    }

    @Test func aParentThatWaitsComesBack() throws {
        let seen = try events(
            """
            task a in / as root
            a: vfork() as b
            b: execve()
            a: fork() as c
            b: execve()
            b: exit(3)
            a: wait(b)
            """
        )
        let (a, b) = (try name("a"), try name("b"))
        #expect(
            seen[1] == [
                Event(task: b, call: "execve", outcome: .done),
                Event(task: a, call: Action.vforkReturn, outcome: .done),
            ]
        )
        #expect(seen[3].map(\.outcome) == [.done])
        #expect(seen[5].map(\.outcome) == [.reaped(b, status: "exit 3")])
    }

    @Test func whatWasOpenedIsClosed() throws {
        let seen = try events(
            """
            task a in / as root
            a: open() as f
            a: execve()
            a: close(f)
            """
        )
        #expect(seen[2].map(\.outcome) == [.failed(.EBADF)])
    }

    @Test func aUserWithTooManyProcessesIsRefused() throws {
        let seen = try events(
            """
            task a in / as root
            task x in / as "alice"
            task y in / as "alice"
            a: fork() as b
            b: setrlimit(RLIMIT_NPROC, 1, 1)
            b: setresuid("alice")
            b: execve()
            @host: kill x
            @host: kill y
            b: execve()
            """
        )
        #expect(seen[3].map(\.outcome) == [.failed(.EAGAIN)])
        #expect(seen[6].map(\.outcome) == [.done])
    }
}
