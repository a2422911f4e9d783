import KernelABI
import KernelModel
import Testing

struct ExecveTests {
    /// Three processes of a user, and one of root's under a limit that becomes hers.
    private static func overTheLimit(_ version: KernelVersion, limit: UInt64) -> (
        world: World, user: UserID, task: TaskID
    ) {
        var world = World(version)
        let user = world.kernel.addUser(name: "alice")
        for _ in 0..<2 { _ = world.task(user: user) }
        let task = world.task()
        _ = world.kernel.setrlimitNproc(task, RLimit(current: limit, maximum: limit))
        #expect(world.kernel.setresuid(task, user).refusal == nil)
        return (world, user, task)
    }

    @Test func whoBecameAUserWithTooManyProcessesCannotCallExecve() throws {
        var (world, user, task) = Self.overTheLimit(KernelVersion(6, 1), limit: 1)
        let refusal = try #require(world.kernel.execve(task).refusal)
        #expect(refusal.rule == .execveNproc)
        #expect(refusal.errno == .EAGAIN)
        #expect(refusal.level == .user(user))
        #expect(refusal.count == 3)
        // It stays marked.
        #expect(world.kernel.execve(task).refusal?.rule == .execveNproc)
    }

    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(7, 3)])
    func asManyAsTheLimitAreTooManyBefore514(version: KernelVersion) {
        var (world, _, task) = Self.overTheLimit(version, limit: 2)
        #expect((world.kernel.execve(task).refusal != nil) == (version < KernelVersion(5, 14)))
    }

    @Test func rootMayBecomeRootUnderAnyLimit() {
        var world = World()
        let task = world.task()
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 0, maximum: 0))
        #expect(world.kernel.execve(task).value == task)
    }

    @Test func aForkThatMayBeTakesTheMarkAwayAndTheChildHasIt() throws {
        var (world, user, task) = Self.overTheLimit(KernelVersion(6, 1), limit: 1)
        for other in world.kernel.children(of: Kernel.initTask) where other != task {
            world.kernel.exit(other, code: 0)
            world.kernel.release(other)
        }
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 1, maximum: 1))
        #expect(world.kernel.clone(task).refusal?.rule == .rlimitNproc)
        let newcomers = [world.task(user: user)]
        #expect(world.kernel.execve(task).refusal?.rule == .execveNproc)
        world.kernel.exit(newcomers[0], code: 0)
        world.kernel.release(newcomers[0])
        #expect(world.kernel.execve(task).value == task)
        _ = world.task(user: user)
        #expect(world.kernel.execve(task).value == task)
    }

    @Test func aThreadTakesItsLeadersPlace() throws {
        var world = World(KernelVersion(6, 1))
        let box = world.cgroup()
        let parent = world.task(in: box)
        let leader = try #require(world.kernel.clone(parent).value)
        let thread = try #require(world.kernel.clone(leader, flags: ThreadTests.thread).value)
        let other = try #require(world.kernel.clone(leader, flags: ThreadTests.thread).value)
        let child = try #require(world.kernel.clone(thread).value)
        let last = try #require(world.kernel.clone(other).value)
        let user = world.kernel.addUser(name: "alice")
        _ = world.kernel.setresuid(thread, user)
        #expect(world.current(box) == 6)
        #expect(world.kernel.execve(thread).value == leader)
        #expect(world.kernel.isLiving(leader))
        #expect(!world.kernel.isLiving(thread))
        #expect(!world.kernel.isLiving(other))
        #expect(world.kernel.threads(of: leader) == [leader])
        #expect(world.kernel.cred(of: leader).user == user)
        #expect(world.kernel.processes(of: user) == 1)
        #expect(world.current(box) == 4)
        for orphan in [child, last] { #expect(world.kernel.tasks[Int(orphan.rawValue)].realParent == leader) }
        #expect(Array(world.kernel.children(of: parent)) == [leader])
        world.kernel.exit(leader, code: 256)
        #expect(world.kernel.tasks[Int(leader.rawValue)].exitState == .zombie)
    }

    @Test func aLeaderThatHadEndedLivesOn() throws {
        var world = World()
        let leader = try #require(world.kernel.clone(world.task()).value)
        let thread = try #require(world.kernel.clone(leader, flags: ThreadTests.thread).value)
        world.kernel.exit(leader, code: 256)
        let living = world.kernel.living
        #expect(world.kernel.execve(thread).value == leader)
        #expect(world.kernel.isLiving(leader))
        #expect(world.kernel.living == living)
        #expect(!world.kernel.isLiving(thread))
    }

    @Test func whoWaitsForAChildOfVforkComesBack() throws {
        var world = World()
        let task = world.task()
        let child = try #require(world.kernel.clone(task, flags: [.CLONE_VFORK, .CLONE_VM]).value)
        #expect(world.kernel.unshare(child, flags: .CLONE_VM).refusal?.rule == .unshareSharedMemory)
        #expect(world.kernel.execve(child).value == child)
        #expect(world.kernel.takeVforkReturns() == [task])
        #expect(world.kernel.vforkChild(of: task) == nil)
        #expect(world.kernel.unshare(child, flags: .CLONE_VM).refusal == nil)
    }

    @Test func aLeaderThatWaitedDoesNotComeBack() throws {
        var world = World()
        let leader = world.task()
        let thread = try #require(world.kernel.clone(leader, flags: ThreadTests.thread).value)
        let child = try #require(world.kernel.clone(leader, flags: [.CLONE_VFORK, .CLONE_VM]).value)
        #expect(world.kernel.execve(thread).value == leader)
        #expect(world.kernel.vforkChild(of: leader) == nil)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.takeVforkReturns() == [])
    }

    @Test func whatIsOpenIsClosedForTheCallerAlone() throws {
        var world = World()
        let task = world.task()
        _ = world.kernel.openRoot(task, as: 200)
        let sharer = try #require(world.kernel.clone(task, flags: .CLONE_FILES).value)
        _ = world.kernel.execve(task)
        #expect(world.kernel.close(task, 200).refusal?.rule == .closeDescriptor)
        #expect(world.kernel.close(sharer, 200).refusal == nil)
    }

    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(6, 12), KernelVersion(7, 3)])
    func theChildrensClocksBecomeOnesOwnSince62(version: KernelVersion) throws {
        var world = World(version)
        let task = world.task()
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal == nil)
        let own = world.kernel.namespace(of: task, .time)
        _ = world.kernel.execve(task)
        let entered = version >= KernelVersion(6, 2)
        #expect((world.kernel.namespace(of: task, .time) != own) == entered)
        #expect(world.kernel.namespace(of: task, .timeForChildren) != own)
        #expect(world.kernel.clone(task, flags: [.CLONE_VM]).refusal == nil || !entered)
    }

    @Test func rightsAreRootsWhoHasAMap() throws {
        var world = World()
        let task = try #require(world.kernel.clone(world.task(), flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.cred(of: task).capEffective == .all)
        _ = world.kernel.execve(task)
        #expect(world.kernel.cred(of: task).capEffective == [])
        #expect(world.kernel.mapIDs(of: task).refusal == nil)
        _ = world.kernel.execve(task)
        #expect(world.kernel.cred(of: task).capEffective == .all)
        // Who has gained something is not to be looked at.
        #expect(!world.kernel.tasks[Int(task.rawValue)].isDumpable)
        let user = world.kernel.addUser(name: "alice")
        _ = world.kernel.setresuid(task, user)
        _ = world.kernel.execve(task)
        #expect(world.kernel.cred(of: task).capEffective == [])
        #expect(world.kernel.tasks[Int(task.rawValue)].isDumpable)
    }

    @Test func nothingIsGainedWithARootDirectoryThatOthersHave() throws {
        var world = World()
        let task = try #require(world.kernel.clone(world.task(), flags: .CLONE_NEWUSER).value)
        _ = world.kernel.execve(task)
        _ = world.kernel.mapIDs(of: task)
        let sharer = try #require(world.kernel.clone(task, flags: .CLONE_FS).value)
        _ = world.kernel.execve(task)
        #expect(world.kernel.cred(of: task).capEffective == [])
        world.kernel.exit(sharer, code: 0)
        _ = world.kernel.execve(task)
        #expect(world.kernel.cred(of: task).capEffective == .all)
    }

    @Test func childrenOfBeforeAreToldOfBySIGCHLD() throws {
        var world = World()
        let parent = world.task()
        let args = CloneArgs(exitSignal: 0)
        let before = try #require(world.kernel.clone3(parent, args, into: .none).value)
        world.kernel.sigaction(parent, SIGCHLD: .ignored)
        #expect(!world.kernel.isReapedAtOnce(before))
        _ = world.kernel.execve(parent)
        #expect(world.kernel.isReapedAtOnce(before))
        let sibling = try #require(
            world.kernel.clone3(before, CloneArgs(flags: .CLONE_PARENT, exitSignal: 0), into: .none).value
        )
        #expect(world.kernel.isReapedAtOnce(sibling))
        let after = try #require(world.kernel.clone3(parent, args, into: .none).value)
        #expect(!world.kernel.isReapedAtOnce(after))
    }

    @Test func handlersAreOnesOwnAndWithoutFlags() throws {
        var world = World()
        let task = world.task()
        let sharer = try #require(world.kernel.clone(task, flags: [.CLONE_VM, .CLONE_SIGHAND]).value)
        world.kernel.sigaction(task, SIGCHLD: .noChildWait)
        _ = world.kernel.execve(task)
        #expect(world.kernel.tasks[Int(task.rawValue)].childSignal == .default)
        #expect(world.kernel.tasks[Int(sharer.rawValue)].childSignal == .noChildWait)
        world.kernel.sigaction(sharer, SIGCHLD: .ignored)
        #expect(world.kernel.tasks[Int(task.rawValue)].childSignal == .default)
    }
}
