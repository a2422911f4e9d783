import KernelABI
import KernelModel
import Testing

struct PIDNamespaceTests {
    @Test func theFirstProcessAdoptsOrphansInItsNamespace() throws {
        var world = World()
        let host = world.task()
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        let parent = try #require(world.kernel.clone(first).value)
        let orphan = try #require(world.kernel.clone(parent).value)
        world.kernel.exit(parent, code: 0)
        #expect(world.kernel.tasks[Int(orphan.rawValue)].realParent == first)
        #expect(world.kernel.namespace(of: orphan, .pid) == world.kernel.namespace(of: first, .pid))
        #expect(world.kernel.sees(host, orphan))
        #expect(!world.kernel.sees(orphan, host))
    }

    @Test func theEndOfTheFirstProcessIsEverybodysAndGivesEveryChargeBack() throws {
        var world = World()
        let box = world.cgroup(max: .limited(10))
        let host = world.task(in: box)
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        let child = try #require(world.kernel.clone(first).value)
        let nested = try #require(world.kernel.clone(child, flags: .CLONE_NEWPID).value)
        let zombie = try #require(world.kernel.clone(nested).value)
        world.kernel.exit(zombie, code: 0)
        #expect(world.current(box) == 5)
        world.kernel.exit(first, code: 3 * 256)
        // The first process itself is a zombie until it is waited for.
        #expect(world.current(box) == 2)
        #expect(world.kernel.wait(host, child: first).value == first)
        #expect(world.current(box) == 1)
        #expect(world.kernel.processes(of: .initUser) == 2)
    }

    @Test func nothingIsAddedAfterTheFirstProcessHasEnded() throws {
        var world = World()
        let box = world.cgroup(max: .limited(10))
        let host = world.task(in: box)
        #expect(world.kernel.unshare(host, flags: .CLONE_NEWPID).refusal == nil)
        let first = try #require(world.kernel.clone(host).value)
        world.kernel.exit(first, code: 0)
        let refusal = try #require(world.kernel.clone(host).refusal)
        #expect(refusal.errno == .ENOMEM)
        #expect(refusal.rule == .pidNSEnded)
        #expect(world.events(box) == 0)
        #expect(world.kernel.unshare(host, flags: .CLONE_NEWPID).refusal?.rule == .unsharePIDNSElsewhere)
        #expect(world.kernel.clone(host, flags: .CLONE_NEWPID).refusal?.rule == .clonePIDNSElsewhere)
    }

    @Test(arguments: [(KernelVersion(6, 12), false), (KernelVersion(7, 3), true)])
    func aFirstForkThatFailsIsTheEndOfANamespaceBefore7_3(_ version: KernelVersion, _ mayBeRetried: Bool) {
        var world = World(version, unified: true)
        let box = world.cgroup(max: .limited(1))
        let host = world.task(in: box)
        _ = world.kernel.unshare(host, flags: .CLONE_NEWPID)
        #expect(world.kernel.clone(host).refusal?.rule == .pidsMax)
        world.kernel.setPidsMax(box, .max)
        #expect((world.kernel.clone(host).refusal == nil) == mayBeRetried)
    }

    @Test func theFirstProcessTakesAKillFromOutsideAlone() throws {
        var world = World()
        let host = world.task()
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        let child = try #require(world.kernel.clone(first).value)
        #expect(world.kernel.kill(child, first, isFatal: true).refusal == nil)
        #expect(world.kernel.isLiving(first))
        #expect(world.kernel.kill(host, first, isFatal: true).refusal == nil)
        #expect(!world.kernel.isLiving(first))
        #expect(!world.kernel.isLiving(child))
    }

    @Test func whoEntersMakesItsChildrenThereAndStaysOutside() throws {
        var world = World()
        let host = world.task()
        let other = world.task()
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        #expect(world.kernel.setns(other, of: first, flags: .CLONE_NEWPID).refusal == nil)
        let inside = try #require(world.kernel.clone(other).value)
        #expect(world.kernel.sees(first, inside))
        #expect(!world.kernel.sees(first, other))
        // Its parent is outside and has to wait for it, before the first process's end can come.
        #expect(world.kernel.exitWouldBlock(first))
        world.kernel.exit(inside, code: 0)
        #expect(world.kernel.exitWouldBlock(first))
        _ = world.kernel.wait(other, child: inside)
        #expect(!world.kernel.exitWouldBlock(first))
    }

    @Test func aNamespaceBelowNeedsAUserNamespaceBelowItsOwner() throws {
        var world = World()
        let host = world.task()
        let guest = try #require(world.kernel.clone(host, flags: [.CLONE_NEWUSER, .CLONE_NEWPID]).value)
        #expect(world.kernel.setns(host, of: guest, flags: .CLONE_NEWPID).refusal == nil)
        let child = try #require(world.kernel.clone(host).value)
        #expect(world.kernel.unshare(child, flags: .CLONE_NEWPID).refusal?.rule == .unsharePIDNSForeign)
        #expect(world.kernel.clone(child, flags: .CLONE_NEWPID).refusal?.rule == .clonePIDNSForeign)
        #expect(world.kernel.clone(guest, flags: .CLONE_NEWPID).refusal == nil)
    }
}
