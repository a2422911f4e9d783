import KernelABI
import KernelModel
import Testing

struct WaitTests {
    @Test func waitTakesTheChildThatWasMadeFirst() throws {
        var world = World()
        let parent = world.task()
        let children = world.forks(parent, 3).compactMap { $0 }
        world.kernel.exit(children[2], code: 0)
        world.kernel.exit(children[1], code: 0)
        #expect(world.kernel.wait(parent, child: nil).value == children[1])
        #expect(world.kernel.wait(parent, child: nil).value == children[2])
        #expect(world.kernel.wouldBlock(parent, waitingFor: nil))
    }

    @Test func whoHasNoSuchChildGetsECHILD() throws {
        var world = World()
        let parent = world.task()
        #expect(world.kernel.wait(parent, child: nil).refusal?.errno == .ECHILD)
        let child = try #require(world.kernel.clone(parent).value)
        let grandchild = try #require(world.kernel.clone(child).value)
        world.kernel.exit(grandchild, code: 0)
        #expect(world.kernel.wait(parent, child: grandchild).refusal?.errno == .ECHILD)
        #expect(world.kernel.wait(parent, child: parent).refusal?.errno == .ECHILD)
        #expect(world.kernel.wait(child, child: grandchild).value == grandchild)
        #expect(world.kernel.wait(child, child: grandchild).refusal?.errno == .ECHILD)
    }

    @Test func aLookLeavesTheZombieWithItsCharge() throws {
        var world = World()
        let cgroup = world.cgroup()
        let parent = world.task(in: cgroup)
        let child = try #require(world.kernel.clone(parent).value)
        let look = WaitRequest.waitid(.pidfd(child, isNonblocking: true), [.WEXITED, .WNOWAIT])
        #expect(world.kernel.wait(parent, look).refusal?.errno == .EAGAIN)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.wait(parent, look).value == .seen(child))
        #expect(world.kernel.wait(parent, look).value == .seen(child))
        #expect(world.current(cgroup) == 2)
        #expect(world.kernel.wait(parent, .wait4(.number(0), .WNOHANG)).value == .reaped(child))
        #expect(world.current(cgroup) == 1)
        #expect(world.kernel.wait(parent, look).refusal?.errno == .ECHILD)
    }

    @Test func childrenThatSIGCHLDDoesNotTellOfAreForThoseWhoAskForThem() throws {
        var world = World()
        let parent = world.task()
        let usual = try #require(world.kernel.clone(parent).value)
        let silent = try #require(world.kernel.clone3(parent, CloneArgs(exitSignal: 0), into: .none).value)
        #expect(world.kernel.wait(parent, .wait4(.pid(silent), .WNOHANG)).refusal?.errno == .ECHILD)
        #expect(world.kernel.wait(parent, .wait4(.all, [.WNOHANG, .__WCLONE])).value == .nothing)
        #expect(world.kernel.wouldBlock(parent, .wait4(.all, .__WALL)))
        for child in [usual, silent] { world.kernel.exit(child, code: 0) }
        #expect(world.kernel.wait(parent, .wait4(.pid(usual), .__WCLONE)).refusal?.errno == .ECHILD)
        #expect(world.kernel.wait(parent, .wait4(.all, .__WCLONE)).value == .reaped(silent))
        #expect(world.kernel.wait(parent, .wait4(.all, [.__WCLONE, .__WALL])).value == .reaped(usual))
    }

    @Test func whoAsksForTheStoppedNeverGetsTheDead() throws {
        var world = World()
        let parent = world.task()
        let child = try #require(world.kernel.clone(parent).value)
        let stopped = WaitRequest.waitid(.pid(child), [.WUNTRACED, .WNOHANG])
        #expect(world.kernel.wait(parent, stopped).value == .nothing)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.wait(parent, stopped).refusal?.errno == .ECHILD)
    }

    @Test func argumentsAreLookedAtBeforeChildren() throws {
        var world = World()
        let parent = world.task()
        func refusal(_ request: WaitRequest) -> Errno? {
            var kernel = world.kernel
            return kernel.wait(parent, request).refusal?.errno
        }
        #expect(refusal(.wait4(.number(.min), .WEXITED)) == .EINVAL)
        #expect(refusal(.wait4(.number(.min), .WNOHANG)) == .ESRCH)
        #expect(refusal(.waitid(.all, .WNOWAIT)) == .EINVAL)
        #expect(refusal(.waitid(.number(0), .WEXITED)) == .EINVAL)
        #expect(refusal(.waitid(.processGroup(-1), .WEXITED)) == .EINVAL)
        #expect(refusal(.waitid(.processGroup(0), .WEXITED)) == .ECHILD)
        #expect(refusal(.waitid(.descriptor(-1), .WEXITED)) == .EINVAL)
        #expect(refusal(.waitid(.descriptor(7), .WEXITED)) == .EBADF)
        #expect(refusal(.waitid(.descriptor(7), WaitOptions(rawValue: 0x14))) == .EINVAL)
    }

    @Test func orphansGoToTheFirstTask() throws {
        var world = World()
        let parent = world.task()
        let living = try #require(world.kernel.clone(parent).value)
        let zombie = try #require(world.kernel.clone(parent).value)
        world.kernel.exit(zombie, code: 0)
        world.kernel.exit(parent, code: 0)
        #expect(world.kernel.tasks[Int(living.rawValue)].realParent == Kernel.initTask)
        #expect(world.kernel.tasks[Int(zombie.rawValue)].realParent == Kernel.initTask)
        #expect(Array(world.kernel.children(of: Kernel.initTask)) == [parent, living, zombie])
        #expect(world.kernel.descendants(of: parent) == [parent])
    }

    @Test func theListOfChildrenStaysWholeInAnyOrderOfRemoval() throws {
        for first in 0..<3 {
            for second in 0..<3 where second != first {
                var world = World()
                let parent = world.task()
                let children = world.forks(parent, 3).compactMap { $0 }
                for index in [first, second] {
                    world.kernel.exit(children[index], code: 0)
                    #expect(world.kernel.wait(parent, child: children[index]).value == children[index])
                }
                let left = children[3 - first - second]
                #expect(Array(world.kernel.children(of: parent)) == [left])
                let next = try #require(world.kernel.clone(parent).value)
                #expect(Array(world.kernel.children(of: parent)) == [left, next])
            }
        }
    }
}
