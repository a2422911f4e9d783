import KernelABI
import KernelModel
import Testing

/// What concurrent forks, moves, limits and ends can come to.
@Suite struct InterleavingsTests {
    private static func explore(
        _ world: World,
        _ threads: [[RaceOperation]],
        _ cgroups: [CgroupID] = []
    ) throws -> Interleavings {
        try Interleavings(world.kernel, threads, observing: cgroups)
    }

    private static func holds(_ property: Interleavings.Property, _ found: Interleavings) throws -> Bool {
        try #require(found.invariants.first { $0.property == property }).counterexample == nil
    }

    @Test func statesAndInterleavingsOfTwoForksWithoutAPeakAreThoseOfTwoTimesTwoSteps() throws {
        var world = World(KernelVersion(5, 10))
        let box = world.cgroup(max: .limited(9))
        let tasks = [world.task(in: box), world.task(in: box)]
        let found = try Self.explore(world, tasks.map { [.fork($0)] }, [box])
        #expect(found.steps == [.charge, .makeChild])
        #expect(found.states == 9)
        #expect(found.interleavings == 6)
        #expect(found.longest == 4)
        #expect(found.outcomes.map(\.interleavings) == [6])
        #expect(found.outcomes[0].cgroups.map(\.current) == [4])
    }

    @Test func twoForksAndOneSlotInTheParentLeaveOneChildAndAPeakOfTwoAtTheChild() throws {
        var world = World()
        let outer = world.cgroup(max: .limited(3))
        let inner = world.cgroup(in: outer, max: .limited(4))
        let tasks = [world.task(in: inner), world.task(in: inner)]
        let found = try Self.explore(world, tasks.map { [.fork($0)] }, [outer, inner])
        #expect(Set(found.outcomes.map { $0.results.map(\.made) }) == [[1, 0], [0, 1]])
        #expect(found.outcomes.allSatisfy { $0.kind == .serial && $0.cgroups.map(\.current) == [3, 3] })
        #expect(found.highest == [outer: 4, inner: 4])
        // One after the other, the refused fork finds three at the child, too: it charges the child before the parent.
        let above = try #require(found.peakAnomalies.first { $0.cgroup == inner && $0.peak > $0.most })
        #expect((above.peak, above.most, above.isSerial) == (4, 3, true))
        #expect(try Self.holds(.countsWhatIsThere, found))
        #expect(try Self.holds(.forksKeepPidsMax, found))
        #expect(try Self.holds(.refusalsAreCounted, found))
        #expect(try Self.holds(.neverStuck, found))
    }

    @Test func aChargeThatDoesNotLastRefusesByALimitThatNoOrderMeets() throws {
        var world = World()
        let outer = world.cgroup(max: .limited(4))
        let inner = world.cgroup(in: outer, max: .limited(3))
        let tasks = [world.task(in: inner), world.task(in: inner), world.task(in: world.cgroup(in: outer))]
        let found = try Self.explore(world, tasks.map { [.fork($0)] }, [outer, inner])
        let other = found.outcomes.filter { $0.kind == .otherLimit }
        // The third takes the room above; of the others one is refused there and, by its charge, the other one below.
        #expect(Set(other.map { $0.results.map(\.made) }) == [[0, 0, 1]])
        #expect(other.allSatisfy { Set($0.results.compactMap(\.refusal)).count == 2 })
        #expect(Set(found.outcomes.map(\.kind)) == [.serial, .otherLimit])
    }

    @Test func forksThatWriteTheWatermarkAtOnceMayLoseThePeak() throws {
        var world = World()
        let box = world.cgroup(max: .limited(9))
        let tasks = [world.task(in: box), world.task(in: box)]
        let found = try Self.explore(world, tasks.map { [.fork($0)] }, [box])
        #expect(found.outcomes.map { $0.cgroups[0].peaks } == [[3, 4]])
        #expect(try !Self.holds(.peakCoversCurrent, found))
        let lost = try #require(found.peakAnomalies.first { $0.peak < $0.most })
        #expect((lost.peak, lost.most, lost.isSerial) == (3, 4, false))
        #expect(lost.schedule.map(\.step.kind).filter { $0 == .writeWatermark }.count == 2)
    }

    /// RLIMIT_NPROC with room for one more of a user's.
    private static func twoOfAUser(_ version: KernelVersion) throws -> Interleavings {
        var world = World(version)
        let tasks = world.pair(nproc: 3)
        return try explore(world, tasks.map { [.fork($0)] })
    }

    @Test func since514BothForksOfAUserMayBeRefusedThoughThereIsRoomForOne() throws {
        let found = try Self.twoOfAUser(KernelVersion(6, 1))
        let refused = try #require(found.outcomes.first { $0.kind == .refusedDespiteRoom })
        #expect(refused.results.map(\.made) == [0, 0])
        #expect(
            refused.schedule.map(\.step.kind).prefix(4) == [.countUser, .countUser, .askCountedUser, .askCountedUser]
        )
        #expect(try Self.holds(.forksKeepRlimitNproc, found))
    }

    @Test func before514BothForksOfAUserMayPassAtOneLessThanTheLimit() throws {
        let found = try Self.twoOfAUser(KernelVersion(5, 10))
        let granted = try #require(found.outcomes.first { $0.kind == .grantedBeyondRoom })
        #expect(granted.results.map(\.made) == [1, 1])
        #expect(try !Self.holds(.forksKeepRlimitNproc, found))
    }

    @Test func aForkSeesAMoveBeforeOrAfterItAndNeverHalfWay() throws {
        var world = World()
        let full = world.cgroup(max: .limited(1))
        let roomy = world.cgroup(max: .limited(2))
        let task = world.task(in: full)
        let found = try Self.explore(world, [[.fork(task)], [.attach(task, to: roomy)]], [full, roomy])
        #expect(Set(found.outcomes.map { $0.results[0].made }) == [0, 1])
        #expect(found.outcomes.allSatisfy { $0.kind == .serial })
        #expect(Set(found.outcomes.map { $0.cgroups.map(\.current) }) == [[0, 1], [0, 2]])
        // The old cgroup is uncharged before the process leaves it.
        #expect(try !Self.holds(.neverCountsLess, found))
        #expect(try Self.holds(.countsWhatIsThere, found))
        #expect(try Self.holds(.neverStuck, found))
    }

    @Test func aLimitThatIsLoweredInTheMidstOfAForkDecidesOrNot() throws {
        var world = World()
        let box = world.cgroup()
        let task = world.task(in: box)
        let found = try Self.explore(world, [[.fork(task)], [.writePidsMax(box, .limited(1))]], [box])
        #expect(found.steps.contains(.compare))
        #expect(Set(found.outcomes.map { $0.results[0].made }) == [0, 1])
        #expect(found.outcomes.allSatisfy { $0.cgroups[0].max == .limited(1) })
    }

    @Test func aChildThatEndsIsReapedAfterItsEndAndMakesRoom() throws {
        var world = World()
        let box = world.cgroup(max: .limited(3))
        let parent = world.task(in: box)
        let child = try #require(world.kernel.clone(parent).value)
        let other = world.task(in: box)
        let found = try Self.explore(world, [[.exit(child)], [.wait(parent, child: child)], [.fork(other)]], [box])
        #expect(Set(found.outcomes.map { $0.results.map(\.made) }) == [[1, 1, 0], [1, 1, 1]])
        #expect(Set(found.outcomes.map { $0.cgroups[0].current }) == [2, 3])
        let kinds = found.outcomes[0].schedule.map(\.step.kind)
        let end = try #require(kinds.firstIndex(of: .exit))
        #expect(kinds.firstIndex(of: .takeZombie).map { $0 > end } == true)
    }

    @Test func whatALaterControllerRefusesIsGivenBack() throws {
        var refusing = CgroupSubsys(name: "refusing") { _, _, _ in CSSID(rawValue: 0) }
        let refusal = try #require(Self.someRefusal())
        refusing.canFork = { _, _ in refusal }
        var world = World(
            KernelConfiguration(version: KernelVersion(6, 1), unified: true),
            subsystems: [.pids, refusing]
        )
        let box = world.kernel.makeCgroup(name: "c", in: Kernel.rootCgroup)
        _ = world.kernel.attach(Kernel.initTask, to: box)
        let found = try Self.explore(world, [[.fork(Kernel.initTask)], [.fork(Kernel.initTask)]], [box])
        #expect(
            found.outcomes.map { $0.results.map(\.refusal) } == [
                [.laterController(refusal), .laterController(refusal)]
            ]
        )
        #expect(found.outcomes[0].cgroups[0].current == 1)
        #expect(found.steps.contains(.cancelFork))
        #expect(try Self.holds(.countsWhatIsThere, found))
    }

    private static func someRefusal() -> Refusal? {
        var world = World()
        return world.kernel.clone(world.task(), flags: [.CLONE_NEWNS, .CLONE_FS]).refusal
    }

    @Test func threeForksOverFourLevels() throws {
        var world = World()
        var levels = [world.cgroup(max: .limited(9))]
        for max in [PidsLimit.limited(4), .max, .limited(5)] {
            levels.append(world.cgroup(in: levels[levels.count - 1], max: max))
        }
        let tasks = (0..<3).map { _ in world.task(in: levels[3]) }
        let found = try Self.explore(world, tasks.map { [.fork($0)] }, levels)
        #expect(found.levels.count == 4)
        #expect(found.states == 11_137)
        #expect(found.interleavings == 200_669_198_742)
        #expect(found.outcomes.count { $0.kind == .serial } == 3)
        #expect(Set(found.outcomes.map { $0.results.map(\.made).reduce(0, +) }) == [1])
        #expect(found.outcomes.compactMap(\.interleavings).reduce(0, +) == 200_669_198_742)
    }

    @Test func aBoundOfStatesIsKept() throws {
        var world = World()
        let box = world.cgroup(max: .limited(9))
        let threads = [[RaceOperation.fork(world.task(in: box))], [.fork(world.task(in: box))]]
        #expect(throws: RaceFailure.tooManyStates) {
            try Interleavings(world.kernel, threads, observing: [box], mostStates: 10)
        }
        let free = world.task()
        #expect(throws: RaceFailure.unlimited(free)) {
            try Interleavings(world.kernel, [[.forkUntilRefused(free)]], observing: [])
        }
        // A number that grows too far is told in the same way.
        let large = world.cgroup(max: .limited(100_000))
        let bomb = world.task(in: large)
        #expect(throws: RaceFailure.tooManyStates) {
            try Interleavings(world.kernel, [[.forkUntilRefused(bomb)]], observing: [])
        }
    }
}
