import KernelABI
import Scenario

/// A generator whose numbers are the same for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension SeededGenerator {
    mutating func one<Element>(of elements: [Element]) -> Element { elements.randomElement(using: &self)! }

    mutating func name() -> TaskName {
        TaskName(one(of: ["a", "bomb", "cgroup", "task", "end", "moment", "living", "host", "x-1_2.3", "program"]))!
    }

    mutating func path() -> CgroupPath { CgroupPath(one(of: ["/", "/box", "/box/app", "/a-b_c.d/(e):f,g\""]))! }

    mutating func text() -> String {
        one(of: [
            "", "box", "two words", "\"", "\\", "a\nb", "\u{301}x", "é", "日本", "\u{0}", "\u{7f}", "\r\n", "\u{200b}",
        ])
    }

    mutating func limit() -> PidsLimit { one(of: [.max, .limited(0), .limited(7), .limited(PidsLimit.largest)]) }

    mutating func number() -> UInt64 {
        one(of: [0, 1, 7, UInt64.max, UInt64.random(in: 0...UInt64.max, using: &self)])
    }

    mutating func flags() -> CloneFlags {
        one(of: [[], .CLONE_NEWUTS, [.CLONE_NEWUTS, .CLONE_NEWPID], CloneFlags(rawValue: number())])
    }

    mutating func cloneArgs() -> CloneArgs {
        CloneArgs(
            flags: flags(),
            size: one(of: [88, number()]),
            hasNonzeroTail: one(of: [true, false]),
            exitSignal: one(of: [17, number()]),
            pidfd: one(of: [.own, .null, .parentTID]),
            stack: one(of: [0, number()]),
            stackSize: one(of: [0, number()]),
            setTID: one(of: [.none, .null, .pids([]), .pids([.free, .number(-1), .number(1)])]),
            cgroup: one(of: [0, number()])
        )
    }

    mutating func waitCall() -> WaitCall {
        WaitCall(
            one(of: WaitCall.Which.allCases),
            one(of: [.task(name()), .number(-1), .number(0), .number(.min), .number(77)]),
            one(of: [
                [], .WNOHANG, [.WEXITED, .WNOWAIT], .__WALL,
                WaitOptions(rawValue: UInt32.random(in: 0...UInt32.max, using: &self)),
            ])
        )
    }

    mutating func action() -> Action {
        switch Int.random(in: 0..<43, using: &self) {
        case 0: .fork(name(), child: name())
        case 1: .clone(name(), flags: flags(), child: name())
        case 2: .exit(name(), status: UInt8.random(in: 0...255, using: &self))
        case 3: .wait(name(), child: one(of: [nil, name()]))
        case 4: .unshare(name(), flags: flags())
        case 5: .sethostname(name(), name: text())
        case 6: .uname(name(), member: one(of: [.nodename, .domainname]))
        case 7: .setrlimitNproc(name(), soft: number(), hard: number())
        case 8: .write(path(), file: one(of: ["pids.max", "cgroup.kill"]), text: text())
        case 9: .attach(name(), to: path())
        case 10:
            .bomb(
                name(),
                rounds: Int.random(in: 0...100, using: &self),
                workload: BombWorkload(
                    isLinear: one(of: [true, false]),
                    onRefusal: one(of: BombWorkload.OnRefusal.allCases),
                    lifetime: one(of: [nil, 0, 7]),
                    reaps: one(of: [true, false])
                )
            )
        case 11: .kill(name())
        case 12: .setdomainname(name(), name: text())
        case 13: .setns(name(), of: name(), flags: flags())
        case 14: .namespace(name(), one(of: NamespaceFile.allCases))
        case 15: .getppid(name())
        case 25: .getpid(name())
        case 16: .signal(name(), to: name(), signal: one(of: [.none, .kill]))
        case 17: .setuid(name(), one(of: [.root, .named(text())]))
        case 20: .clone3(name(), cloneArgs(), into: destination(), child: name())
        case 19: .mapIDs(name())
        case 22: .mkdir(path())
        case 23: .rmdir(path())
        case 24:
            .sysctl(one(of: [nil, name()]), one(of: Sysctl.all), one(of: [0, 7, .number(Sysctl.largest)]))
        case 28: .sysctl(nil, one(of: [.threadsMax, .pidMax]), one(of: [.room(0), .room(12)]))
        case 26: .sigchld(name(), one(of: Action.ChildSignal.allCases))
        case 27: .subreaper(name(), one(of: [true, false]))
        case 29: .waitCall(name(), waitCall())
        case 18: .read(path(), file: "pids.events.local")
        case 31:
            .open(
                name(),
                one(of: [
                    .root, .pidfd(of: name()), .cgroup(path()),
                    .namespace(of: name(), one(of: NamespaceFile.allCases)),
                ]),
                as: FileName("a-1")!
            )
        case 32: .close(name(), FileName("door")!)
        case 33: .setnsFile(name(), FileName("x.2")!, flags: flags())
        case 34: .readProcess(name(), of: name(), one(of: ProcessFile.allCases))
        case 35: .writeTimensOffsets(name(), of: name(), text: text())
        case 36: .vfork(name(), child: name())
        case 37: .exitGroup(name(), status: UInt8.random(in: 0...255, using: &self))
        case 38: .attachThread(name(), to: path())
        case 39: .writeMembers(name(), path(), one(of: CgroupMemberFile.allCases), text: text())
        case 40: .mapSelf(name())
        case 41: .execve(name())
        default: .race((0...Int.random(in: 0...3, using: &self)).map { _ in name() })
        }
    }

    private mutating func destination() -> CloneDestination? {
        one(of: [nil, .cgroup(path()), .file(FileName("a-1")!)])
    }

    mutating func program() -> Program {
        Program(
            name: text(),
            hierarchy: one(of: [nil, .v1, .v2]),
            world: World(
                cgroups: (0..<Int.random(in: 0...4, using: &self)).map { _ in
                    CgroupSetup(path: path(), pidsMax: limit())
                },
                tasks: (0..<Int.random(in: 0...4, using: &self)).map { _ in
                    TaskSetup(
                        name: name(),
                        cgroup: path(),
                        user: one(of: [.root, .named(text())]),
                        nproc: one(of: [nil, number()])
                    )
                }
            ),
            steps: (0..<Int.random(in: 0...20, using: &self)).map { _ in Step(action()) }
        )
    }

    mutating func outcome() -> Outcome {
        one(of: [
            .done, .child(name()), .reaped(name(), status: "exit 3"), .reaped(name(), status: "signal 9"),
            .seen(name(), status: "exit 3"), .nothing, .text(text()), .process(nil), .process(name()), .outsider,
            .pids([]), .pids([17, nil, 2]),
            .namespace(.uts, 3),
            .forks(made: 4, refused: .EAGAIN),
            .forks(made: 0, refused: Errno(rawValue: 999)),
            .failed(.EAGAIN), .failed(Errno(rawValue: 999)),
        ])
    }

    mutating func trace() -> Trace {
        Trace(
            observations: (0..<Int.random(in: 0...6, using: &self)).map { index in
                Observation(
                    step: index == 0 ? nil : index - 1,
                    round: one(of: [nil, 1, 12]),
                    events: (0..<Int.random(in: 0...4, using: &self)).map { _ in
                        Event(
                            task: one(of: [nil, name()]),
                            call: one(of: ["fork", "write pids.max"]),
                            outcome: outcome()
                        )
                    },
                    snapshot: Snapshot(
                        living: Int.random(in: 0...99, using: &self),
                        cgroups: (0..<Int.random(in: 0...3, using: &self)).map { _ in
                            CgroupCounters(
                                path: path(),
                                current: Int64.random(in: 0...99, using: &self),
                                max: limit(),
                                eventsMax: one(of: [nil, 0, 5]),
                                peak: one(of: [nil, 0, 5])
                            )
                        }
                    )
                )
            }
        )
    }
}
