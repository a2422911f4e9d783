import KernelABI
import KernelModel
import Testing

/// Forks that run at the same time.
@Suite struct RaceTests {
    private static func race(_ world: World, _ tasks: [TaskID]) throws -> Set<ForkRace.Ending> {
        try #require(ForkRace(world.kernel, tasks)).endings
    }

    @Test func oneRacerEndsAsItsForksOneAfterTheOtherDo() throws {
        var world = World()
        let box = world.cgroup(max: .limited(4))
        let task = world.task(in: box)
        let endings = try Self.race(world, [task])
        var made = 0
        while world.kernel.clone(task).value != nil { made += 1 }
        #expect(endings.map(\.made) == [[made]])
    }

    @Test func oneLimitIsAlwaysUsedUpAndNeverExceeded() throws {
        var world = World()
        let box = world.cgroup(max: .limited(6))
        let tasks = [world.task(in: box), world.task(in: box), world.task(in: box)]
        let endings = try Self.race(world, tasks)
        #expect(Set(endings.map { $0.made.reduce(0, +) }) == [3])
        #expect(Set(endings.map(\.made)).count == 10)
    }

    /// A fork that the upper limit refuses has charged the lower one for a moment.
    @Test func aChargeThatDoesNotLastMayRefuseAnotherFork() throws {
        var world = World()
        let outer = world.cgroup(max: .limited(3))
        let inner = world.cgroup(in: outer, max: .limited(4))
        let tasks = [world.task(in: inner), world.task(in: inner)]
        let endings = try Self.race(world, tasks)
        #expect(Set(endings.map { $0.made.reduce(0, +) }) == [1])
        #expect(Set(endings.map { $0.refusals[0] }).count == 2)
    }

    @Test func before514ForksAtTheSameTimeMayPassTheUsersLimitTogether() throws {
        func totals(_ version: KernelVersion) throws -> Set<Int> {
            var world = World(version)
            let tasks = world.pair(nproc: 4)
            return Set(try Self.race(world, tasks).map { $0.made.reduce(0, +) })
        }
        #expect(try totals(KernelVersion(5, 10)) == [2, 3])
        // Later, both may be counted when both ask: then both are refused, although there was room for one.
        #expect(try totals(KernelVersion(6, 1)) == [1, 2])
    }

    @Test func aRaceWithoutALimitHasNoEndings() {
        var world = World()
        let task = world.task()
        #expect(ForkRace(world.kernel, [task]) == nil)
    }
}
