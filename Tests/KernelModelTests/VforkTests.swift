import KernelABI
import KernelModel
import Testing

struct VforkTests {
    @Test func theCallerWaitsForTheEndOfItsChild() throws {
        var world = World()
        let task = world.task()
        let child = try #require(world.kernel.clone(task, flags: [.CLONE_VFORK, .CLONE_VM]).value)
        #expect(world.kernel.vforkChild(of: task) == child)
        #expect(world.kernel.takeVforkReturns() == [])
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.vforkChild(of: task) == nil)
        #expect(world.kernel.takeVforkReturns() == [task])
        #expect(world.kernel.takeVforkReturns() == [])
    }

    @Test func whoDiesWaitingDoesNotComeBack() throws {
        var world = World()
        let task = world.task()
        let child = try #require(world.kernel.clone(task, flags: .CLONE_VFORK).value)
        _ = world.kernel.kill(child, task, isFatal: true)
        #expect(world.kernel.isLiving(child))
        #expect(world.kernel.takeVforkReturns() == [])
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.takeVforkReturns() == [])
    }

    @Test func aThreadIsWaitedForByTheThreadThatMadeIt() throws {
        var world = World()
        let task = world.task()
        let thread = try #require(world.kernel.clone(task, flags: ThreadTests.thread.union(.CLONE_VFORK)).value)
        #expect(world.kernel.vforkChild(of: task) == thread)
        #expect(world.kernel.vforkChild(of: thread) == nil)
        world.kernel.exit(thread, code: 0)
        #expect(world.kernel.takeVforkReturns() == [task])
    }

    @Test func aRefusedChildHoldsNobodyUp() throws {
        var world = World()
        let task = world.task(in: world.cgroup(max: .limited(1)))
        #expect(world.kernel.clone(task, flags: [.CLONE_VFORK, .CLONE_VM]).refusal?.rule == .pidsMax)
        #expect(world.kernel.vforkChild(of: task) == nil)
    }
}
