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
