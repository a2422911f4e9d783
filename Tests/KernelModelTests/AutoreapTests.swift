import KernelABI
import KernelModel
import Testing

struct AutoreapTests {
    private static let autokill: CloneFlags = [.CLONE_PIDFD, .CLONE_AUTOREAP, .CLONE_PIDFD_AUTOKILL]

    private static func clone3(_ world: inout World, _ task: TaskID, _ flags: CloneFlags, signal: UInt64 = 0)
        -> Transition<TaskID>
    {
        world.kernel.clone3(task, CloneArgs(flags: flags, exitSignal: signal), into: .none)
    }

    private static func rule(_ flags: CloneFlags, signal: UInt64 = 0, _ version: KernelVersion = KernelVersion(7, 3))
        -> Rule.Name?
    {
        var world = World(version)
        let user = world.kernel.addUser(name: "alice")
        let task = world.task(user: user)
        return clone3(&world, task, flags, signal: signal).refusal?.rule
    }

    @Test func whatDoesNotGoTogetherIsRefused() {
        #expect(Self.rule(ThreadTests.thread.union(.CLONE_AUTOREAP)) == .cloneAutoreapThread)
        #expect(Self.rule([.CLONE_AUTOREAP, .CLONE_PARENT]) == .cloneAutoreapSibling)
        #expect(Self.rule(.CLONE_AUTOREAP, signal: CloneArgs.SIGCHLD) == .cloneAutoreapSignal)
        #expect(Self.rule(ThreadTests.thread.union(.CLONE_NNP)) == .cloneNNPThread)
        #expect(Self.rule(.CLONE_PIDFD_AUTOKILL) == .cloneAutokillWithoutPidfd)
        #expect(Self.rule([.CLONE_PIDFD_AUTOKILL, .CLONE_PIDFD]) == .cloneAutokillWithoutAutoreap)
        #expect(Self.rule(Self.autokill) == .cloneAutokillCapable)
        #expect(Self.rule(Self.autokill.union(.CLONE_NNP)) == nil)
        #expect(Self.rule(.CLONE_AUTOREAP) == nil)
    }

    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 12)])
    func olderReleasesDoNotKnowTheFlags(version: KernelVersion) {
        for flags in [CloneFlags.CLONE_AUTOREAP, .CLONE_NNP, Self.autokill] {
            #expect(Self.rule(flags, version) == .clone3UnknownFlags)
        }
    }

    @Test func whoIsReapedByNobodyIsGoneWhenItEnds() throws {
        var world = World(KernelVersion(7, 3))
        let box = world.cgroup()
        let task = world.task(in: box)
        let child = try #require(Self.clone3(&world, task, .CLONE_AUTOREAP).value)
        #expect(Self.clone3(&world, child, .CLONE_PARENT).refusal?.rule == .cloneSiblingOfAutoreaped)
        let grandchild = try #require(world.kernel.clone(child).value)
        world.kernel.exit(grandchild, code: 0)
        #expect(world.kernel.tasks[Int(grandchild.rawValue)].exitState == .zombie)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.tasks[Int(child.rawValue)].exitState == .dead)
        #expect(world.current(box) == 2)
    }

    @Test func aThreadIsOfAProcessThatNobodyReaps() throws {
        var world = World(KernelVersion(7, 3))
        let child = try #require(Self.clone3(&world, world.task(), .CLONE_AUTOREAP).value)
        let thread = try #require(world.kernel.clone(child, flags: ThreadTests.thread).value)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.tasks[Int(child.rawValue)].exitState == .zombie)
        world.kernel.exit(thread, code: 0)
        #expect(world.kernel.tasks[Int(child.rawValue)].exitState == .dead)
    }

    @Test func theChildDiesWithTheDescriptorThatItsMakerCloses() throws {
        var world = World(KernelVersion(7, 3))
        let box = world.cgroup()
        let task = world.task(in: box)
        let child = try #require(Self.clone3(&world, task, Self.autokill).value)
        #expect(world.kernel.tasks[Int(child.rawValue)].exitState == .dead)
        #expect(world.current(box) == 1)
        #expect(world.kernel.wait(task, child: nil).refusal?.rule == .waitNoChild)
    }

    @Test func whoIsToGainNothingGetsNoRightBack() throws {
        var world = World(KernelVersion(7, 3))
        for (flags, capabilities) in [(CloneFlags([]), Capabilities.all), (.CLONE_NNP, [])] {
            let child = try #require(Self.clone3(&world, world.task(), flags.union(.CLONE_NEWUSER)).value)
            _ = world.kernel.execve(child)
            #expect(world.kernel.mapIDs(of: child).refusal == nil)
            let inner = try #require(world.kernel.clone(child).value)
            for task in [child, inner] {
                _ = world.kernel.execve(task)
                #expect(world.kernel.cred(of: task).capEffective == capabilities)
            }
        }
    }
}
