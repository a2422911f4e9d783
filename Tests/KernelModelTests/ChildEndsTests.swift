import KernelABI
import KernelModel
import Testing

struct ChildEndsTests {
    private static let careless: [KernelModel.Task.ChildSignal] = [.ignored, .noChildWait]

    private func isGone(_ world: World, _ task: TaskID) -> Bool {
        world.kernel.tasks[Int(task.rawValue)].exitState == .dead
    }

    private func parent(_ world: World, _ task: TaskID) -> TaskID? {
        world.kernel.tasks[Int(task.rawValue)].realParent
    }

    @Test(arguments: careless) func aChildThatNobodyCaresForGivesItsChargeBackWhenItEnds(
        _ action: KernelModel.Task.ChildSignal
    ) throws {
        var world = World()
        let cgroup = world.cgroup()
        let parent = world.task(in: cgroup)
        let early = try #require(world.kernel.clone(parent).value)
        world.kernel.exit(early, code: 0)
        world.kernel.sigaction(parent, SIGCHLD: action)
        let late = try #require(world.kernel.clone(parent).value)
        #expect(world.current(cgroup) == 3)
        world.kernel.exit(late, code: 0)
        #expect(isGone(world, late))
        #expect(world.current(cgroup) == 2)
        #expect(world.kernel.wait(parent, child: early).value == early)
        #expect(world.kernel.wait(parent, .wait4(.all, .__WALL)).refusal?.errno == .ECHILD)
    }

    @Test func onlyThoseWhoseEndSIGCHLDTellsAreLetGo() throws {
        var world = World()
        let parent = world.task()
        world.kernel.sigaction(parent, SIGCHLD: .ignored)
        let silent = try #require(world.kernel.clone3(parent, CloneArgs(exitSignal: 0), into: .none).value)
        world.kernel.exit(silent, code: 0)
        #expect(world.kernel.wait(parent, .wait4(.all, .__WALL)).value == .reaped(silent))
    }

    @Test func handlersAreInheritedAndClearedButForWhatIsIgnored() throws {
        for (action, clears, isGoneInTheEnd) in [
            (KernelModel.Task.ChildSignal.ignored, false, true), (.ignored, true, true), (.noChildWait, false, true),
            (.noChildWait, true, false),
        ] {
            var world = World()
            let parent = world.task()
            world.kernel.sigaction(parent, SIGCHLD: action)
            let args = CloneArgs(flags: clears ? .CLONE_CLEAR_SIGHAND : [])
            let child = try #require(world.kernel.clone3(parent, args, into: .none).value)
            let inner = try #require(world.kernel.clone(child).value)
            world.kernel.exit(inner, code: 0)
            #expect(isGone(world, inner) == isGoneInTheEnd)
        }
    }

    @Test func orphansGoToTheNearestSubreaper() throws {
        var world = World()
        let far = world.task()
        let near = try #require(world.kernel.clone(far).value)
        let father = try #require(world.kernel.clone(near).value)
        let orphan = try #require(world.kernel.clone(father).value)
        world.kernel.setChildSubreaper(far, true)
        world.kernel.setChildSubreaper(near, true)
        world.kernel.exit(father, code: 0)
        #expect(parent(world, orphan) == near)
        world.kernel.setChildSubreaper(far, false)
        world.kernel.exit(near, code: 0)
        #expect(parent(world, orphan) == Kernel.initTask)
        #expect(parent(world, father) == Kernel.initTask)
    }

    @Test func aSubreapersChildrenAreNone() throws {
        var world = World()
        let first = world.task()
        world.kernel.setChildSubreaper(first, true)
        for flags in [CloneFlags(), .CLONE_NEWUTS] {
            let child = try #require(world.kernel.clone(first, flags: flags).value)
            let inner = try #require(world.kernel.clone(child).value)
            let innermost = try #require(world.kernel.clone(inner).value)
            world.kernel.exit(inner, code: 0)
            #expect(parent(world, innermost) == first)
        }
    }

    @Test func nobodyLeavesAPIDNamespaceByBeingOrphaned() throws {
        var world = World()
        let outside = world.task()
        world.kernel.setChildSubreaper(outside, true)
        let first = try #require(world.kernel.clone(outside, flags: .CLONE_NEWPID).value)
        let father = try #require(world.kernel.clone(first).value)
        let orphan = try #require(world.kernel.clone(father).value)
        world.kernel.exit(father, code: 0)
        #expect(parent(world, orphan) == first)
    }

    @Test func aZombieThatComesToACarelessReaperIsGone() throws {
        var world = World()
        let cgroup = world.cgroup()
        let reaper = world.task(in: cgroup)
        let father = try #require(world.kernel.clone(reaper).value)
        let zombie = try #require(world.kernel.clone(father).value)
        world.kernel.setChildSubreaper(reaper, true)
        world.kernel.sigaction(reaper, SIGCHLD: .ignored)
        world.kernel.exit(zombie, code: 0)
        #expect(world.current(cgroup) == 3)
        world.kernel.exit(father, code: 0)
        #expect(world.current(cgroup) == 1)
    }
}
