import KernelABI
import KernelModel
import Testing

struct PidsControllerTests {
    @Test func pidsLimitOfAnAncestorStopsTheFork() throws {
        var world = World()
        let box = world.cgroup(max: .limited(2))
        let app = world.cgroup(in: world.cgroup(in: box), max: .limited(5))
        let task = world.task(in: app)
        #expect(world.kernel.clone(task).value != nil)
        let refusal = try #require(world.kernel.clone(task).refusal)
        #expect(refusal.errno == .EAGAIN)
        #expect(refusal.rule == .pidsMax)
        #expect(refusal.level == .cgroup(box))
        #expect(refusal.limit == 2)
        #expect(refusal.count == 3)
    }

    @Test func ofSeveralFullLevelsTheInnermostDecides() {
        var world = World()
        let box = world.cgroup(max: .limited(1))
        let app = world.cgroup(in: box, max: .limited(1))
        let task = world.task(in: app)
        #expect(world.kernel.clone(task).refusal?.level == .cgroup(app))
    }

    @Test func refusedForkLeavesNoChargeBehind() {
        var world = World()
        let box = world.cgroup(max: .limited(1))
        let app = world.cgroup(in: box)
        let task = world.task(in: app)
        _ = world.forks(task, 5)
        #expect(world.current(app) == 1)
        #expect(world.current(box) == 1)
        #expect(world.kernel.processes(of: .initUser) == 2)
        #expect(world.kernel.living == 2)
    }

    @Test func refusedForkStillRaisesThePeakBelowTheLevelThatRefused() {
        var world = World()
        let box = world.cgroup(max: .limited(1))
        let app = world.cgroup(in: box)
        _ = world.forks(world.task(in: app), 1)
        #expect(world.peak(app) == 2)
        #expect(world.peak(box) == 1)
    }

    @Test func zeroAllowsTheProcessThatIsThereAndNoOther() {
        var world = World()
        let box = world.cgroup(max: .limited(0))
        let task = world.task(in: box)
        #expect(world.current(box) == 1)
        #expect(world.kernel.clone(task).refusal?.rule == .pidsMax)
    }

    @Test func zombieKeepsItsChargeUntilReaped() throws {
        var world = World()
        let box = world.cgroup(max: .limited(2))
        let parent = world.task(in: box)
        let child = try #require(world.kernel.clone(parent).value)
        world.kernel.exit(child, code: 0)
        #expect(world.current(box) == 2)
        #expect(world.kernel.clone(parent).refusal?.rule == .pidsMax)
        #expect(world.kernel.wait(parent, child: child).value == child)
        #expect(world.current(box) == 1)
        #expect(world.kernel.clone(parent).value != nil)
    }

    @Test func movingIntoAFullCgroupIsAllowed() {
        var world = World()
        let full = world.cgroup(max: .limited(1))
        let elsewhere = world.cgroup()
        _ = world.task(in: full)
        let visitor = world.task(in: elsewhere)
        #expect(world.kernel.attach(visitor, to: full).refusal == nil)
        #expect(world.current(full) == 2)
        #expect(world.current(elsewhere) == 0)
        #expect(world.kernel.clone(visitor).refusal?.level == .cgroup(full))
    }

    @Test func movingWithinATreeRaisesThePeakAboveForAMoment() {
        var world = World()
        let box = world.cgroup()
        let left = world.cgroup(in: box)
        let right = world.cgroup(in: box)
        let task = world.task(in: left)
        #expect(world.peak(box) == 1)
        _ = world.kernel.attach(task, to: right)
        #expect(world.current(box) == 1)
        #expect(world.peak(box) == 2)
        #expect(world.peak(right) == 1)
        _ = world.kernel.attach(task, to: right)
        #expect(world.peak(right) == 1, "a move to the same cgroup is none")
    }

    @Test func aZombieIsNotMoved() throws {
        var world = World()
        let box = world.cgroup()
        let other = world.cgroup()
        let child = try #require(world.kernel.clone(world.task(in: box)).value)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.attach(child, to: other).refusal == nil)
        #expect(world.current(box) == 2)
        #expect(world.current(other) == 0)
    }

    @Test func childrenAreChargedWhereTheirParentIs() throws {
        var world = World()
        let first = world.cgroup()
        let second = world.cgroup()
        let parent = world.task(in: first)
        let child = try #require(world.kernel.clone(parent).value)
        _ = world.kernel.attach(parent, to: second)
        _ = world.kernel.clone(parent)
        _ = world.kernel.clone(child)
        #expect(world.current(first) == 2)
        #expect(world.current(second) == 2)
    }

    @Test func aLimitBelowWhatThereIsStopsForksOnly() {
        var world = World()
        let box = world.cgroup()
        let task = world.task(in: box)
        _ = world.forks(task, 3)
        world.kernel.setPidsMax(box, .limited(1))
        #expect(world.current(box) == 4)
        #expect(world.kernel.clone(task).refusal?.count == 5)
    }

    /// A controller after `pids` that always refuses, to see what the hierarchy does then. No such one is in the model.
    private static func refusing(_ refusal: Refusal) -> CgroupSubsys {
        var subsys = CgroupSubsys(name: "never") { _, cgroup, _ in CSSID(rawValue: cgroup.rawValue) }
        subsys.canFork = { kernel, _ in kernel.tasks.count > 1 ? refusal : nil }
        subsys.canAttach = { kernel, migrations in
            kernel.cgroup(of: migrations[0].task) == Kernel.rootCgroup ? nil : refusal
        }
        return subsys
    }

    @Test func aLaterControllersRefusalReturnsTheCharge() throws {
        var plain = World()
        let full = plain.cgroup(max: .limited(0))
        let refusal = try #require(plain.kernel.clone(plain.task(in: full)).refusal)

        let configuration = KernelConfiguration(version: KernelVersion(6, 1), unified: true)
        var world = World(configuration, subsystems: [.pids, Self.refusing(refusal)])
        let box = world.cgroup()
        let other = world.cgroup(in: box)
        let task = world.task(in: box)
        #expect(world.kernel.clone(task).refusal == refusal)
        #expect(world.current(box) == 1)
        #expect(world.peak(box) == 2)
        #expect(world.kernel.attach(task, to: other).refusal == refusal)
        #expect(world.current(box) == 1)
        #expect(world.current(other) == 0)
        #expect(world.kernel.cgroup(of: task) == box)
    }

    @Test func thePidsControllerFillsTheCallbacksThatTheKernelsDoes() {
        let pids = CgroupSubsys.pids
        #expect(pids.canFork != nil && pids.cancelFork != nil && pids.release != nil)
        #expect(pids.canAttach != nil && pids.cancelAttach != nil)
        #expect(pids.fork == nil && pids.exit == nil)
    }
}
