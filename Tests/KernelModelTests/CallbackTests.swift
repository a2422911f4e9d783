import KernelABI
import KernelModel
import Testing

/// Which functions of controllers are called, and in which order.
@Suite struct CallbackTests {
    private func world(_ version: KernelVersion, max: PidsLimit = .max) -> (World, TaskID, CgroupID) {
        var world = World(version, unified: true)
        let box = world.cgroup(max: max)
        let task = world.task(in: box)
        world.kernel.keepsCallbacks = true
        return (world, task, box)
    }

    @Test func aForkAsksAllThenTellsAll() {
        var (world, task, _) = world(KernelVersion(6, 12))
        _ = world.kernel.clone(task)
        #expect(
            world.kernel.takeCallbacks() == [
                "cpuset_can_fork", "pids_can_fork", "cpuset_fork", "mem_cgroup_fork", "freezer_fork",
            ]
        )
        #expect(world.kernel.takeCallbacks() == [])
    }

    @Test func whoHadGrantedARefusedForkTakesItBack() {
        var (world, task, _) = world(KernelVersion(6, 1), max: .limited(1))
        _ = world.kernel.clone(task)
        #expect(world.kernel.takeCallbacks() == ["cpuset_can_fork", "pids_can_fork", "cpuset_cancel_fork"])
    }

    @Test func before61PidsAloneIsAsked() {
        var (world, task, _) = world(KernelVersion(5, 10), max: .limited(1))
        _ = world.kernel.clone(task)
        #expect(world.kernel.takeCallbacks() == ["pids_can_fork"])
    }

    @Test func anEndIsToldAndPidsIsToldOfTheReaping() {
        var (world, task, _) = world(KernelVersion(6, 12))
        guard let child = world.kernel.clone(task).value else { preconditionFailure("nothing limits it") }
        _ = world.kernel.takeCallbacks()
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.takeCallbacks() == ["blkcg_exit", "mem_cgroup_exit"])
        _ = world.kernel.wait(task, child: child)
        #expect(world.kernel.takeCallbacks() == ["pids_release"])
    }

    @Test func aMoveIsForWhoseStateIsAnother() {
        var (world, task, box) = world(KernelVersion(6, 1))
        let other = world.cgroup()
        _ = world.kernel.attach(task, to: other)
        #expect(world.kernel.takeCallbacks() == ["pids_can_attach", "perf_cgroup_attach"])
        _ = world.kernel.attach(task, to: other)
        #expect(world.kernel.takeCallbacks() == [])
        _ = world.kernel.attach(task, to: box)
        #expect(world.kernel.takeCallbacks() == ["pids_can_attach", "perf_cgroup_attach"])
    }
}
