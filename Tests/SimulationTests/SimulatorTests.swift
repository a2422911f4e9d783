import Failure
import KernelABI
import Scenario
import Simulation
import Testing

struct SimulatorTests {
    private static let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v1)

    private static func path(_ text: String) throws -> CgroupPath { try #require(CgroupPath(text)) }
    private static func name(_ text: String) throws -> TaskName { try #require(TaskName(text)) }

    /// `/box` with a limit, `/box/app` with another, a task in the latter.
    private static func program(box: PidsLimit, app: PidsLimit, _ actions: [Action]) throws -> Program {
        Program(
            name: "test",
            world: World(
                cgroups: [
                    CgroupSetup(path: try path("/box"), pidsMax: box),
                    CgroupSetup(path: try path("/box/app"), pidsMax: app),
                ],
                tasks: [TaskSetup(name: try name("a"), cgroup: try path("/box/app"))]
            ),
            steps: actions.map { Step($0) }
        )
    }

    @Test func aBombDoublesUntilTheNearestLimit() throws {
        let program = try Self.program(box: .limited(10), app: .limited(6), [.bomb(try Self.name("a"), rounds: 4)])
        let prediction = try Simulator.predict(program, on: Self.platform)
        #expect(prediction.moments.map(\.snapshot.living) == [1, 2, 4, 6, 6])
        #expect(prediction.moments.map(\.made) == [0, 1, 2, 2, 0])
        #expect(prediction.moments.map(\.refused) == [0, 0, 0, 2, 6])
        let decision = try #require(prediction.moments[3].refusals.first?.decision)
        #expect(decision.level == .cgroup(try Self.path("/box/app")))
        #expect(decision.limit == 6)
        #expect(decision.citation.function == "pids_try_charge")
        #expect(prediction.moments[4].snapshot.cgroups.map(\.current) == [6, 6])
        #expect(prediction.moments[4].snapshot.room(in: try Self.path("/box")) == 4)
        #expect(prediction.moments[4].snapshot.room(in: try Self.path("/box/app")) == 0)
    }

    @Test func bombChildrenAreNumberedOverSuccessesInTheOrderOfTheirParents() throws {
        let a = try Self.name("a")
        let program = try Self.program(box: .limited(6), app: .max, [.bomb(a, rounds: 2), .bomb(a, rounds: 2)])
        let trace = try Simulator.predict(program, on: Self.platform).trace
        let made = trace.observations.map { observation in
            observation.events.map { "\($0.task.map(\.description) ?? "") \($0.outcome)" }
        }
        #expect(
            made == [
                [], ["a child a.1"], ["a child a.2", "a.1 child a.1.1"], ["a child a.3"],
                ["a child a.4", "a.3 EAGAIN"],
            ]
        )
    }

    @Test func roundsAndEventsTellTheSame() throws {
        let a = try Self.name("a")
        let program = try Self.program(
            box: .limited(11),
            app: .limited(9),
            [
                .fork(a, child: try Self.name("b")), .bomb(a, rounds: 5),
                .bomb(a, rounds: 4, workload: BombWorkload(onRefusal: .exit, lifetime: 1)), .kill(a),
                .bomb(try Self.name("b"), rounds: 2, workload: BombWorkload(isLinear: true, onRefusal: .giveUp)),
                .bomb(try Self.name("b"), rounds: 2),
            ]
        )
        let events = try Simulator.predict(program, on: Self.platform, detail: .events)
        let rounds = try Simulator.predict(program, on: Self.platform, detail: .rounds)
        #expect(events.evidence == rounds.evidence)
        #expect(events.evidence == Evidence(events.trace))
        #expect(events.moments.map(\.refusals) == rounds.moments.map(\.refusals))
        #expect(events.moments.map(\.snapshot) == rounds.moments.map(\.snapshot))
    }

    @Test func stepsOfTheDeadMakeNoCall() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        let program = try Self.program(
            box: .limited(1),
            app: .max,
            [
                .fork(a, child: b), .uname(b, member: .nodename), .attach(b, to: .root), .kill(b), .wait(a, child: b),
                .exit(a, status: 3),
            ]
        )
        let trace = try Simulator.predict(program, on: Self.platform).trace
        #expect(
            trace.observations.map { $0.events.map(\.outcome) } == [
                [], [.failed(.EAGAIN)], [], [], [], [.failed(.ECHILD)], [.done],
            ]
        )
        #expect(trace.observations.last?.snapshot.living == 0)
        #expect(trace.observations.last?.snapshot.cgroups[0].current == 1)
    }

    @Test func killTakesTheWholeTreeWithItsCharges() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        let c = try Self.name("c")
        let d = try Self.name("d")
        let program = try Self.program(
            box: .max,
            app: .max,
            [
                .fork(a, child: b), .fork(b, child: c), .fork(b, child: d), .exit(c, status: 0), .exit(b, status: 0),
                .kill(a),
            ]
        )
        let last = try #require(try Simulator.predict(program, on: Self.platform).trace.observations.last)
        // b is a zombie of a, and goes with it. c and d are the harness's: d lives, c stays a zombie.
        #expect(last.snapshot.living == 1)
        #expect(last.snapshot.cgroups.map(\.current) == [2, 2])
    }

    @Test func aReapedChildTellsHowItEnded() throws {
        let a = try Self.name("a")
        let b = try Self.name("b")
        let program = try Self.program(
            box: .max,
            app: .max,
            [.fork(a, child: b), .exit(b, status: 3), .wait(a, child: nil)]
        )
        let trace = try Simulator.predict(program, on: Self.platform).trace
        #expect(
            trace.observations[3].events == [
                Event(task: a, call: "wait", outcome: .reaped(b, status: "exit 3"))
            ]
        )
    }

    @Test func movingWithinATreeIsSeenInThePeakAbove() throws {
        let program = try Self.program(box: .max, app: .max, [.attach(try Self.name("a"), to: try Self.path("/box"))])
        let last = try #require(try Simulator.predict(program, on: Self.platform).trace.observations.last)
        #expect(last.snapshot.cgroups.map(\.current) == [1, 0])
        #expect(last.snapshot.cgroups.map(\.peak) == [2, 1])
    }

    @Test func roundsAreCountedWithoutListingTheirForks() throws {
        let limit = PidsLimit.limited(1_000)
        let program = try Self.program(box: limit, app: .max, [.bomb(try Self.name("a"), rounds: 11)])
        let prediction = try Simulator.predict(program, on: Self.platform, detail: .rounds)
        #expect(prediction.evidence.forks[0] == Evidence.Forks(made: 999, refused: 1_024))
        #expect(prediction.moments.allSatisfy { $0.events.isEmpty })
        #expect(prediction.moments.last?.snapshot.cgroups.map(\.current) == [1_000, 1_000])
    }
}
