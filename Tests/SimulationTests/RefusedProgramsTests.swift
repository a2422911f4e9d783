import Failure
import KernelABI
import Scenario
import Simulation
import Testing

struct RefusedProgramsTests {
    private static let v1 = Platform(version: KernelVersion(6, 1), hierarchy: .v1)

    private static func program(_ actions: [Action], cgroups: [String] = ["/box"]) throws -> Program {
        Program(
            name: "test",
            world: World(
                cgroups: try cgroups.map { CgroupSetup(path: try #require(CgroupPath($0))) },
                tasks: [TaskSetup(name: try name("a"), cgroup: try #require(CgroupPath("/box")))]
            ),
            steps: actions.map { Step($0) }
        )
    }

    private static func name(_ text: String) throws -> TaskName { try #require(TaskName(text)) }

    private static func failure(_ program: Program, on platform: Platform = v1) -> Failure? {
        #expect(throws: Failure.self) { try Simulator.predict(program, on: platform) }
    }

    @Test func aWaitForALivingChildWouldLastForEver() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        for child in [b, nil] {
            let failure = Self.failure(try Self.program([.fork(a, child: b), .wait(a, child: child)]))
            #expect(failure?.status == .badInput)
            #expect(failure?.place == "test, step 2")
            #expect(failure?.what.contains("for ever") == true)
        }
    }

    @Test func flagsWithoutAModelAreNotAccepted() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        for action in [
            Action.clone(a, flags: [.CLONE_NEWUTS, .CLONE_NEWTIME], child: b),
            .clone(a, flags: .CLONE_SETTLS, child: b),
            .write(.root, file: "cpu.max", text: "1"),
        ] {
            let failure = Self.failure(try Self.program([action]))
            #expect(failure?.status == .unavailable)
            #expect(failure?.what.contains("not modelled yet") == true)
        }
    }

    @Test func whoWaitsForTheEndOfItsChildMakesNoCalls() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        for action in [Action.vfork(a, child: b), .clone(a, flags: .CLONE_VFORK, child: b)] {
            let failure = Self.failure(try Self.program([action, .getppid(b), .getppid(a)]))
            #expect(failure?.status == .badInput)
            #expect(failure?.place == "test, step 3")
            #expect(failure?.what == "a waits for the end of b and makes no calls (CLONE_VFORK)")
        }
    }

    @Test func aCallThatWouldComeBackToAFrozenCallerIsBadInput() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        let root = CgroupPath.root
        let box = try #require(CgroupPath("/box"))
        let program = try Self.program([
            .vfork(a, child: b), .attach(b, to: root), .write(box, file: "cgroup.freeze", text: "1"),
            .exit(b, status: 0),
        ])
        let failure = Self.failure(program, on: Platform(version: KernelVersion(6, 12), hierarchy: .v2))
        #expect(failure?.status == .badInput)
        #expect(failure?.place == "test, step 4")
    }

    @Test func whatTheMachinesOtherThreadsDecideIsNotPredicted() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        for (action, says) in [
            (Action.sysctl(nil, .threadsMax, 1000), "is not known"), (.sysctl(nil, .pidMax, 32768), "is not known"),
            (.sysctl(a, .pidMax, 400), "is not known"),
        ] {
            let failure = Self.failure(try Self.program([action]))
            #expect(failure?.status == .unavailable)
            #expect(failure?.what.contains(says) == true)
        }
        // Pids of a namespace beyond those that every machine has.
        let refused: [Action] = [
            .clone(a, flags: .CLONE_NEWPID, child: b), .sysctl(nil, .pidMax, .room(4)),
            .bomb(b, rounds: 400, workload: BombWorkload(isLinear: true)),
        ]
        #expect(Self.failure(try Self.program(refused))?.status == .unavailable)
    }

    @Test func aRoomIsForTheHarnessAndForTheMachinesLimits() throws {
        let a = try Self.name("a")
        for action in [
            Action.sysctl(a, .threadsMax, .room(1)), .sysctl(nil, .maxNamespaces(.uts), .room(1)),
            .sysctl(nil, .pidMax, .room(0)), .sysctl(nil, .threadsMax, .room(5_000_000)),
        ] {
            #expect(Self.failure(try Self.program([action]))?.status == .badInput)
        }
    }

    @Test func aBombWithoutALimitIsGivenUp() throws {
        let program = try Self.program([.bomb(try Self.name("a"), rounds: 200)])
        for (bounds, says) in [
            (Simulator.Bounds(processes: 1000), "more than 1000 processes"),
            (Simulator.Bounds(forks: 500), "more than 500 forks"),
        ] {
            let failure = #expect(throws: Failure.self) {
                try Simulator.predict(program, on: Self.v1, detail: .rounds, bounds: bounds)
            }
            #expect(failure?.status == .badInput)
            #expect(failure?.what.contains(says) == true)
        }
    }

    @Test func whatDoesNotFitIntoMemoryIsNotBegun() throws {
        let a = try Self.name("a")
        // A bomb that nothing can happen to, so that it could go on for ever.
        for rounds in [2_000_000, Int.max] {
            let failure = Self.failure(try Self.program([.exit(a, status: 0), .bomb(a, rounds: rounds)]))
            #expect(failure?.status == .badInput)
            #expect(failure?.what.contains("more than 4000000 counters") == true)
        }
    }

    @Test func forksAreNotShownOneByOneWhereThereAreTooMany() throws {
        let bounds = Simulator.Bounds(events: 100)
        let program = try Self.program([.bomb(try Self.name("a"), rounds: 7)])
        let failure = #expect(throws: Failure.self) { try Simulator.predict(program, on: Self.v1, bounds: bounds) }
        #expect(failure?.status == .badInput)
        #expect(failure?.what == "the program's bombs try more than 100 forks, too many to show each")
        #expect(throws: Never.self) { try Simulator.predict(program, on: Self.v1, detail: .rounds, bounds: bounds) }
    }

    @Test func whoLivesForEverDoesNotOverflow() throws {
        let a = try Self.name("a")
        let bomb = Action.bomb(a, rounds: 3, workload: BombWorkload(lifetime: .max))
        let prediction = try Simulator.predict(try Self.program([bomb]), on: Self.v1)
        #expect(prediction.moments.last?.snapshot.living == 8)
    }

    @Test func noKernelHasPidsForMoreThanTheBounds() {
        #expect(Simulator.Bounds().processes == 4_194_304)
    }

    @Test func namesThatContradictAreRefused() throws {
        let a = try Self.name("a")
        let twice = try Self.program([.fork(a, child: try Self.name("b")), .fork(a, child: try Self.name("b"))])
        #expect(Self.failure(twice)?.what == "two processes are called b")
        let clash = try Self.program([.fork(a, child: a.child(1)), .bomb(a, rounds: 1)])
        #expect(Self.failure(clash)?.status == .badInput)
        let unknown = try Self.program([.uname(try Self.name("nobody"), member: .nodename)])
        #expect(Self.failure(unknown)?.place == "test, step 1")
    }

    @Test func worldsThatCannotBeAreRefused() throws {
        #expect(Self.failure(try Self.program([], cgroups: ["/box", "/x/y"]))?.what.contains("no parent") == true)
        #expect(Self.failure(try Self.program([], cgroups: ["/box", "/box"]))?.what.contains("twice") == true)
        #expect(Self.failure(try Self.program([], cgroups: []))?.what.contains("no known cgroup") == true)
        let elsewhere = Action.attach(try Self.name("a"), to: try #require(CgroupPath("/other")))
        #expect(Self.failure(try Self.program([elsewhere]))?.what == "there is no cgroup /other")
    }

    @Test func threadedCgroupsOfTheUnifiedHierarchyHoldProcessesAboveOthers() throws {
        let program = try Self.program([], cgroups: ["/box", "/box/app"])
        let unified = Platform(version: KernelVersion(6, 1), hierarchy: .v2)
        #expect(throws: Never.self) { try Simulator.predict(program, on: unified) }
    }

    @Test func aRaceWithoutALimitHasNoEnd() throws {
        let a = try Self.name("a")
        #expect(Self.failure(try Self.program([.race([a])]))?.status == .unavailable)
        #expect(Self.failure(try Self.program([.race([a, a])]))?.what == "a race names a process twice")
    }
}
