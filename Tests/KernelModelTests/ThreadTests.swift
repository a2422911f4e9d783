import KernelABI
import KernelModel
import Testing

struct ThreadTests {
    static let thread: CloneFlags = [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM]

    /// A process with two threads, the child of a task.
    private func threaded(
        _ world: inout World,
        in cgroup: CgroupID = Kernel.rootCgroup,
        user: UserID = .initUser
    ) throws -> (parent: TaskID, leader: TaskID, threads: [TaskID]) {
        let parent = world.task(in: cgroup, user: user)
        let leader = try #require(world.kernel.clone(parent).value)
        let threads = try (0..<2).map { _ in try #require(world.kernel.clone(leader, flags: Self.thread).value) }
        return (parent, leader, threads)
    }

    @Test func aThreadCountsLikeAProcess() throws {
        var world = World()
        let user = world.kernel.addUser(name: "alice")
        let cgroup = world.cgroup(max: .limited(5))
        let (_, leader, threads) = try threaded(&world, in: cgroup, user: user)
        #expect(world.current(cgroup) == 4)
        #expect(world.kernel.processes(of: user) == 4)
        _ = world.kernel.setrlimitNproc(threads[0], RLimit(current: 4, maximum: 4))
        let refused = world.kernel.clone(leader, flags: Self.thread).refusal
        #expect(refused?.rule == .rlimitNproc)
        _ = world.kernel.setrlimitNproc(leader, RLimit(current: 2, maximum: 4))
        #expect(world.kernel.tasks[Int(threads[1].rawValue)].rlimitNproc.current == 2)
    }

    @Test func aThreadIsGoneAtOnceAndItsLeaderWaitsForAll() throws {
        var world = World()
        let cgroup = world.cgroup()
        let (parent, leader, threads) = try threaded(&world, in: cgroup)
        world.kernel.exit(threads[0], code: 256)
        #expect(world.current(cgroup) == 3)
        world.kernel.exit(leader, code: 512)
        #expect(world.current(cgroup) == 3)
        #expect(world.kernel.wouldBlock(parent, waitingFor: leader))
        #expect(world.kernel.wait(parent, .wait4(.pid(leader), .WNOHANG)).value == .nothing)
        #expect(world.kernel.wait(parent, .wait4(.pid(threads[1]), [.WNOHANG, .__WALL])).refusal?.errno == .ECHILD)
        world.kernel.exit(threads[1], code: 768)
        #expect(world.current(cgroup) == 2)
        #expect(world.kernel.wait(parent, child: leader).value == leader)
        #expect(world.current(cgroup) == 1)
    }

    /// 5.10 has no `synchronize_group_exit`.
    @Test(arguments: [(KernelVersion(5, 10), Int32(512)), (KernelVersion(6, 1), Int32(768))])
    func theLastThreadsStatusIsTheProcesssSinceThen(version: KernelVersion, status: Int32) throws {
        var world = World(version)
        let (parent, leader, threads) = try threaded(&world)
        world.kernel.exit(threads[0], code: 256)
        world.kernel.exit(leader, code: 512)
        world.kernel.exit(threads[1], code: 768)
        #expect(world.kernel.wait(parent, child: leader).value == leader)
        #expect(world.kernel.tasks[Int(leader.rawValue)].exitCode == status)
    }

    @Test func exitGroupAndSIGKILLEndAllThreadsWithOneStatus() throws {
        var world = World()
        let (parent, leader, threads) = try threaded(&world)
        world.kernel.exit(leader, code: 512)
        world.kernel.exitGroup(threads[1], code: 1024)
        #expect(threads.allSatisfy { world.kernel.tasks[Int($0.rawValue)].exitState == .dead })
        #expect(world.kernel.tasks[Int(leader.rawValue)].exitCode == 1024)
        #expect(world.kernel.wait(parent, child: nil).value == leader)

        let (other, second, others) = try threaded(&world)
        world.kernel.exit(second, code: 512)
        _ = world.kernel.kill(other, others[0], isFatal: true)
        #expect(!world.kernel.isLiving(others[1]))
        #expect(world.kernel.tasks[Int(second.rawValue)].exitCode == 9)
    }

    @Test func childrenOfAThreadStayInTheProcessAsLongAsItLives() throws {
        var world = World()
        let (_, leader, threads) = try threaded(&world)
        let made = try #require(world.kernel.clone3(threads[0], CloneArgs(exitSignal: 0), into: .none).value)
        world.kernel.exit(threads[0], code: 0)
        #expect(world.kernel.tasks[Int(made.rawValue)].realParent == leader)
        // A parent of the same process is not told of anything.
        #expect(world.kernel.tasks[Int(made.rawValue)].exitSignal == 0)
        world.kernel.exit(made, code: 0)
        #expect(world.kernel.wait(threads[1], .wait4(.all, [.WNOHANG, .__WALL, .__WNOTHREAD])).refusal != nil)
        #expect(world.kernel.wait(threads[1], .wait4(.all, [.WNOHANG, .__WALL])).value == .reaped(made))
    }

    @Test func whoseParentDoesNotCareIsGoneWithItsLastThread() throws {
        var world = World()
        let (parent, leader, threads) = try threaded(&world)
        world.kernel.sigaction(parent, SIGCHLD: .ignored)
        world.kernel.exit(leader, code: 0)
        world.kernel.exit(threads[0], code: 0)
        #expect(world.kernel.tasks[Int(leader.rawValue)].exitState == .zombie)
        world.kernel.exit(threads[1], code: 0)
        #expect(world.kernel.tasks[Int(leader.rawValue)].exitState == .dead)
    }

    @Test func thePIDNamespaceOfALeaderThatEndsHasAnotherFirstTask() throws {
        var world = World()
        let task = world.task()
        let first = try #require(world.kernel.clone(task, flags: .CLONE_NEWPID).value)
        let thread = try #require(world.kernel.clone(first, flags: Self.thread).value)
        let child = try #require(world.kernel.clone(first).value)
        let grandchild = try #require(world.kernel.clone(child).value)
        #expect(world.kernel.pids(of: thread) == [2])
        world.kernel.exit(first, code: 0)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.tasks[Int(grandchild.rawValue)].realParent == thread)
        _ = world.kernel.kill(grandchild, thread, isFatal: true)
        #expect(world.kernel.isLiving(thread))
        world.kernel.exit(thread, code: 0)
        #expect(world.kernel.tasks[Int(grandchild.rawValue)].exitState == .dead)
        #expect(world.kernel.wait(task, child: first).value == first)
    }

    @Test func cgroupProcsMovesAllAndCgroupThreadsOne() throws {
        var world = World(KernelVersion(6, 12), unified: true)
        let one = world.cgroup()
        let other = world.cgroup()
        let (_, leader, threads) = try threaded(&world, in: one)
        #expect(world.kernel.attachThread(threads[0], to: other).refusal == nil)
        #expect([world.current(one), world.current(other)] == [3, 1])
        world.kernel.exit(leader, code: 0)
        #expect(world.kernel.attach(threads[1], to: other).refusal == nil)
        // A zombie stays charged where it ended.
        #expect([world.current(one), world.current(other)] == [2, 2])
    }

    @Test func aThreadStaysInTheDomainOfItsProcess() throws {
        var world = World(KernelVersion(6, 12), unified: true)
        let one = world.kernel.makeCgroup(name: "one", in: Kernel.rootCgroup, isThreaded: false)
        let other = world.kernel.makeCgroup(name: "other", in: Kernel.rootCgroup, isThreaded: false)
        let (_, leader, threads) = try threaded(&world, in: one)
        #expect(world.kernel.attachThread(threads[0], to: other).refusal?.rule == .attachThreadElsewhere)
        let args = CloneArgs(flags: Self.thread.union(.CLONE_INTO_CGROUP), exitSignal: 0)
        let refused = world.kernel.clone3(leader, args, into: .cgroup(other)).refusal
        #expect(refused?.rule == .cloneIntoOtherDomain)
        #expect(world.kernel.clone3(leader, args, into: .cgroup(one)).value != nil)
        #expect(world.kernel.attach(threads[0], to: other).refusal == nil)
        #expect(world.current(other) == 4)
    }

    @Test(arguments: [CloneFlags.CLONE_NEWUSER, .CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM])
    func whatIsForAWholeProcessIsNotForThreads(flags: CloneFlags) throws {
        var world = World()
        let (_, leader, threads) = try threaded(&world)
        #expect(world.kernel.unshare(threads[0], flags: flags).refusal?.rule == .unshareThreads)
        world.kernel.exit(leader, code: 0)
        world.kernel.exit(threads[1], code: 0)
        // The zombie leader is still a task of the process.
        #expect(world.kernel.unshare(threads[0], flags: flags).refusal?.rule == .unshareThreads)
    }

    @Test func handlersAreSharedUpToTheReleaseAndMemoryUpToTheEnd() throws {
        var world = World()
        let task = world.task()
        let twin = try #require(world.kernel.clone(task, flags: [.CLONE_VM, .CLONE_SIGHAND]).value)
        world.kernel.sigaction(twin, SIGCHLD: .ignored)
        #expect(world.kernel.tasks[Int(task.rawValue)].childSignal == .ignored)
        world.kernel.sigaction(task, SIGCHLD: .default)
        #expect(world.kernel.unshare(task, flags: .CLONE_VM).refusal?.rule == .unshareSharedSighand)
        world.kernel.exit(twin, code: 0)
        #expect(world.kernel.unshare(task, flags: .CLONE_SIGHAND).refusal?.rule == .unshareSharedSighand)
        _ = world.kernel.wait(task, child: twin)
        #expect(world.kernel.unshare(task, flags: .CLONE_VM).refusal == nil)

        let other = try #require(world.kernel.clone(task, flags: .CLONE_VM).value)
        #expect(world.kernel.unshare(task, flags: .CLONE_VM).refusal?.rule == .unshareSharedMemory)
        world.kernel.exit(other, code: 0)
        #expect(world.kernel.unshare(task, flags: .CLONE_VM).refusal == nil)
    }

    @Test func aThreadEntersNoUserNamespace() throws {
        var world = World()
        let (parent, _, threads) = try threaded(&world)
        let target = try #require(world.kernel.clone(parent, flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.setns(threads[0], of: target, flags: .CLONE_NEWUSER).refusal?.rule == .setnsUserThreads)
    }

    @Test func threadsAreNumberedWhereTheirProcessIs() throws {
        var world = World()
        let task = world.task()
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWPID).refusal == nil)
        #expect(world.kernel.clone(task, flags: Self.thread).refusal?.rule == .cloneThreadLeavesPIDNS)
    }

    @Test(arguments: [KernelVersion(6, 1), KernelVersion(6, 12)])
    func threadsHavePidfdsSince69(version: KernelVersion) throws {
        var world = World(version)
        let (_, leader, threads) = try threaded(&world)
        let args = CloneArgs(flags: Self.thread.union(.CLONE_PIDFD), exitSignal: 0)
        let refusal = world.kernel.clone3(leader, args, into: .none).refusal
        #expect(refusal?.rule == (version < KernelVersion(6, 9) ? .clonePidfdOfThread : nil))
        #expect(world.kernel.refusalOfPidfd(of: threads[0])?.errno == .EINVAL)
        #expect(world.kernel.refusalOfPidfd(of: leader) == nil)
    }
}
