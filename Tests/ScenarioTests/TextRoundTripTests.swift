import KernelABI
import Scenario
import Testing

@Suite struct TextRoundTripTests {
    @Test func everyRandomProgramIsReadBackAsItWas() throws {
        for seed in UInt64(1)...2000 {
            var generator = SeededGenerator(state: seed)
            let program = generator.program()
            #expect(try Program(text: program.text) == program, "seed \(seed)\n\(program.text)")
        }
    }

    @Test func everyRandomTraceIsReadBackAsItWas() throws {
        for seed in UInt64(1)...2000 {
            var generator = SeededGenerator(state: seed)
            let trace = generator.trace()
            #expect(try Trace(text: trace.text) == trace, "seed \(seed)\n\(trace.text)")
        }
    }

    @Test func everyEndingAndPlatformIsReadBackAsItWas() throws {
        let endings: [RunEnding] = [
            .completed, .skipped(reason: "no \"pids\"\nhere"), .unsupported(reason: "x"), .badProgram(reason: ""),
            .timedOut(seconds: 30), .interrupted, .fault(reason: "\\"),
        ]
        let platforms = [
            Platform(version: KernelVersion(6, 18, 44), hierarchy: .v1),
            Platform(version: KernelVersion(7, 3), hierarchy: .v2, pidsLocalEvents: true),
        ]
        for ending in endings {
            for platform in platforms {
                var reader = RunReader()
                try reader.read(Substring(platform.text))
                try reader.read("moment start")
                try reader.read("  living 0")
                try reader.read(Substring(ending.text))
                #expect(reader.record.ending == ending)
                #expect(reader.record.platform == platform)
                #expect(reader.record.trace.observations.count == 1)
            }
        }
    }

    @Test func aProgramReadsLikeThis() throws {
        let text = """
            program "fork-bomb"
            cgroup /box max 20
            task bomb in /box as root
            task user in / as "alice" nproc 5
            bomb: bomb(6)
            user: clone(CLONE_NEWUTS) as child
            child: sethostname("box")
            user: setrlimit(RLIMIT_NPROC, 3, 4)
            @host: write /box pids.max "3"
            @host: attach child to /box
            bomb: wait()
            @host: kill bomb
            end

            """
        #expect(try Program(text: text).text == text)
    }
}

@Suite struct BadTextTests {
    private func error(_ text: String) -> TextError? {
        do {
            _ = try Program(text: text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", 1, "program"),
        ("program x\nend", 1, "the program's name in quotes"),
        ("program \"x\"", 1, "end"),
        ("program \"x\"\ncgroup box max 3\nend", 2, "a cgroup's path such as /box/app"),
        ("program \"x\"\ncgroup /box max -1\nend", 2, "\"max\" or a number from 0 to 4194304"),
        ("program \"x\"\ntask a in / as bob\nend", 2, "\"root\", or a user's name in quotes"),
        (
            "program \"x\"\n\n# why\na: frok() as b\nend", 4,
            "one of fork, vfork, clone, clone3, exit, exit_group, execve, wait, wait4, waitid, unshare, setns, sethostname, setdomainname, uname, open, "
                + "opendir, pidfd_open, close, readlink, read, write, map, getppid, getpid, sigaction, prctl, kill, setresuid, setrlimit, sysctl, bomb"
        ),
        ("program \"x\"\na: wait4(1x, 0)\nend", 2, "a task's name or a number"),
        ("program \"x\"\na: wait4(b, WNOHANGS)\nend", 2, "options such as WNOHANG|__WALL, or 0"),
        ("program \"x\"\na: waitid(wait4, b, 0)\nend", 2, "one of P_ALL, P_PID, P_PGID, P_PIDFD, P_PIDFD|O_NONBLOCK"),
        ("program \"x\"\na: fork()\nend", 2, "\"as\""),
        ("program \"x\"\na: exit(256)\nend", 2, "an exit status from 0 to 255"),
        ("program \"x\"\na: sethostname(\"b)\nend", 2, "a name that ends with a quote"),
        ("program \"x\"\na: sethostname(\"\\q\")\nend", 2, "one of the escapes \\\" \\\\ \\n \\t \\u{…}"),
        ("program \"x\"\na: unshare(CLONE_NEWSHOES)\nend", 2, "flags such as CLONE_NEWUTS|CLONE_NEWPID, or 0"),
        ("program \"x\"\na: uname() twice\nend", 2, "the end of the line"),
        (
            "program \"x\"\n@host: reboot\nend", 2,
            "one of write, read, attach, attach-thread, mkdir, rmdir, map, sysctl, race, kill"
        ),
        ("program \"x\"\na: sysctl(kernel.threads-max, +1)\nend", 2, "a number from 0 to 2147483647"),
        ("program \"x\"\n@host: sysctl user.max_uts_namespaces +1\nend", 2, "a number from 0 to 2147483647"),
        ("program \"x\"\n@host: sysctl kernel.pid_max +\nend", 2, "a number from 0 to 2147483647"),
        ("program \"x\"\na: uname()\ntask b in / as root\nend", 3, "tasks before steps"),
        ("program \"x\"\nend\na: uname()", 3, "nothing after \"end\""),
    ])
    func badInputIsToldWithLineAndWhatWasExpected(text: String, line: Int, expected: String) {
        #expect(error(text)?.line == line)
        #expect(error(text)?.expected == expected)
    }

    @Test func theErrorShowsWhatStoodThere() {
        #expect(
            error("program \"x\"\na: fork() sa b\nend")?.description == "line 2: expected \"as\", found \"sa b\""
        )
    }

    @Test func aTraceWithoutItsSnapshotIsRefused() {
        #expect(throws: TextError.self) { try Trace(text: "moment start\n") }
        #expect(throws: TextError.self) { try Trace(text: "moment start\nmoment 0\n") }
        #expect(throws: TextError.self) { try Trace(text: "living 3\n") }
    }
}
