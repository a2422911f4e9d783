import KernelABI
import KernelModel
import Testing

struct TimeNamespaceTests {
    /// The time namespaces of a task and of its children.
    private static func clocks(_ kernel: Kernel, _ task: TaskID) -> [UInt32?] {
        [kernel.namespace(of: task, .time), kernel.namespace(of: task, .timeForChildren)]
    }

    @Test func whoUnsharesATimeNamespaceStaysAndItsChildrenDoNot() throws {
        var world = World()
        let task = world.task()
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal == nil)
        #expect(Self.clocks(world.kernel, task) == [0, 1])
        let child = try #require(world.kernel.clone(task).value)
        let inner = try #require(world.kernel.clone(child, flags: .CLONE_NEWUTS).value)
        #expect(Self.clocks(world.kernel, child) == [1, 1])
        #expect(Self.clocks(world.kernel, inner) == [1, 1])
        #expect(Self.clocks(world.kernel, task) == [0, 1])
    }

    @Test func aNamespaceOfAnotherKindLeavesTheClocks() throws {
        var world = World()
        let task = world.task()
        _ = world.kernel.unshare(task, flags: .CLONE_NEWTIME)
        _ = world.kernel.unshare(task, flags: .CLONE_NEWUTS)
        #expect(Self.clocks(world.kernel, task) == [0, 1])
        let child = try #require(world.kernel.clone(task, flags: .CLONE_NEWIPC).value)
        #expect(Self.clocks(world.kernel, child) == [1, 1])
    }

    @Test func clone3MakesOneForTheChildAlone() throws {
        var world = World()
        let task = world.task()
        let child = try #require(world.kernel.clone3(task, CloneArgs(flags: .CLONE_NEWTIME), into: .none).value)
        #expect(Self.clocks(world.kernel, child) == [1, 1])
        #expect(Self.clocks(world.kernel, task) == [0, 0])
        #expect(world.kernel.timeNamespaces[1].frozenOffsets)
    }

    @Test func toCloneTheBitIsASignals() {
        let kernel = World().kernel
        #expect(kernel.cloneFlagsNotModelled(Kernel.initTask, .CLONE_NEWTIME) == .CLONE_NEWTIME)
        #expect(kernel.clone3NotModelled(Kernel.initTask, CloneArgs(flags: .CLONE_NEWTIME)) == nil)
    }

    @Test func setnsTakesTheCallerAlongAndFreezesTheOffsets() throws {
        var world = World()
        let task = world.task()
        let other = world.task()
        _ = world.kernel.unshare(other, flags: .CLONE_NEWTIME)
        // By a pidfd: where that process is itself.
        #expect(world.kernel.setns(task, of: other, flags: .CLONE_NEWTIME).refusal == nil)
        #expect(Self.clocks(world.kernel, task) == [0, 0])
        #expect(!world.kernel.timeNamespaces[1].frozenOffsets)
        #expect(world.kernel.openNamespace(task, of: other, .timeForChildren, as: 1).refusal == nil)
        #expect(world.kernel.setns(task, descriptor: 1, flags: .CLONE_NEWTIME).refusal == nil)
        #expect(Self.clocks(world.kernel, task) == [1, 1])
        #expect(world.kernel.timeNamespaces[1].frozenOffsets)
    }

    @Test func enteringNeedsARightInItsOwner() {
        var world = World()
        let task = world.task()
        #expect(world.kernel.openNamespace(task, of: task, .time, as: 1).refusal == nil)
        world.kernel.becomeUser(task, world.kernel.addUser(name: "alice"))
        let refusal = world.kernel.setns(task, descriptor: 1, flags: []).refusal
        #expect(refusal?.rule == .setnsTimeCapable)
        #expect(refusal?.errno == .EPERM)
    }

    @Test func whoSharesMemoryEntersNone() throws {
        var world = World()
        let task = world.task()
        #expect(world.kernel.openNamespace(task, of: task, .time, as: 1).refusal == nil)
        let twin = try #require(world.kernel.clone(task, flags: .CLONE_VM).value)
        for one in [task, twin] {
            let refusal = world.kernel.setns(one, of: task, flags: .CLONE_NEWTIME).refusal
            #expect(refusal?.rule == .setnsTimeThreads)
            #expect(refusal?.errno == .EUSERS)
        }
        // It is asked before the capability is.
        world.kernel.becomeUser(task, world.kernel.addUser(name: "alice"))
        #expect(world.kernel.setns(task, descriptor: 1, flags: []).refusal?.rule == .setnsTimeThreads)
        world.kernel.exit(twin, code: 0)
        #expect(world.kernel.setns(task, descriptor: 1, flags: []).refusal?.rule == .setnsTimeCapable)
    }

    @Test func theLastThreadEntersOneBesideItsLeadersZombie() throws {
        var world = World()
        let parent = world.task()
        let leader = try #require(world.kernel.clone(parent, flags: []).value)
        let thread = try #require(
            world.kernel.clone(leader, flags: [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM]).value
        )
        #expect(world.kernel.setns(thread, of: parent, flags: .CLONE_NEWTIME).refusal?.rule == .setnsTimeThreads)
        world.kernel.exit(leader, code: 0)
        #expect(world.kernel.setns(thread, of: parent, flags: .CLONE_NEWTIME).refusal == nil)
    }

    @Test(arguments: [KernelVersion(6, 1), KernelVersion(6, 12)])
    func aThreadStaysInItsProcesssClocksSince62(version: KernelVersion) throws {
        var world = World(version)
        let task = world.task()
        let thread: CloneFlags = [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM]
        let first = try #require(world.kernel.clone(task, flags: thread).value)
        // Each thread has clocks for its children.
        #expect(world.kernel.unshare(first, flags: .CLONE_NEWTIME).refusal == nil)
        #expect(Self.clocks(world.kernel, first) == [0, 1])
        #expect(Self.clocks(world.kernel, task) == [0, 0])
        let made = world.kernel.clone(first, flags: thread)
        if version < KernelVersion(6, 2) {
            #expect(made.refusal?.rule == .cloneSharedClocks)
            #expect(made.refusal?.errno == .EINVAL)
        } else {
            #expect(Self.clocks(world.kernel, try #require(made.value)) == [0, 1])
            #expect(!world.kernel.timeNamespaces[1].frozenOffsets)
        }
        #expect(world.kernel.clone(task, flags: thread).refusal == nil)
    }

    @Test func aNewOneIsRootsToMakeAndCounted() {
        var world = World()
        let task = world.task()
        let alice = world.task(user: world.kernel.addUser(name: "alice"))
        #expect(world.kernel.unshare(alice, flags: .CLONE_NEWTIME).refusal?.rule == .unshareNamespaceCapable)
        _ = world.kernel.unshare(task, flags: .CLONE_NEWUSER)
        _ = world.kernel.writeMaxNamespaces(task, .time, 1)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal == nil)
        let args = CloneArgs(flags: .CLONE_NEWTIME)
        #expect(world.kernel.clone3(task, args, into: .none).refusal?.rule == .cloneMaxTimeNS)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal?.rule == .unshareMaxTimeNS)
    }

    @Test func itsPlaceIsFreeWithTheLastWhoIsOrWillBeInIt() throws {
        var world = World()
        let task = world.task()
        _ = world.kernel.unshare(task, flags: .CLONE_NEWUSER)
        _ = world.kernel.writeMaxNamespaces(task, .time, 1)
        let maker = try #require(world.kernel.clone(task).value)
        _ = world.kernel.unshare(maker, flags: .CLONE_NEWTIME)
        let child = try #require(world.kernel.clone(maker).value)
        for leaving in [maker, child] {
            #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal?.rule == .unshareMaxTimeNS)
            world.kernel.exit(leaving, code: 0)
        }
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal == nil)
    }

    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 1)])
    func memoryIsNotSharedAcrossTimeNamespaces(version: KernelVersion) throws {
        var world = World(version)
        let task = world.task()
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal == nil)
        let refusal = world.kernel.clone(task, flags: .CLONE_VM).refusal
        #expect(refusal?.rule == .cloneSharedClocks)
        #expect(refusal?.errno == .EINVAL)
        #expect(!world.kernel.timeNamespaces[1].frozenOffsets)
        // One of its own, of clone3, is nothing that is asked about.
        let other = world.task()
        let args = CloneArgs(flags: [.CLONE_VM, .CLONE_NEWTIME])
        let child = try #require(world.kernel.clone3(other, args, into: .none).value)
        #expect(Self.clocks(world.kernel, child) == [2, 2])
    }

    @Test func laterSuchChildrenStayInTheirParents() throws {
        var world = World(KernelVersion(6, 12))
        let task = world.task()
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWTIME).refusal == nil)
        for flags in [CloneFlags.CLONE_VM, [.CLONE_VM, .CLONE_NEWUTS], [.CLONE_VM, .CLONE_VFORK]] {
            let child = try #require(world.kernel.clone(task, flags: flags).value)
            #expect(Self.clocks(world.kernel, child) == [0, 1])
        }
        #expect(!world.kernel.timeNamespaces[1].frozenOffsets)
        let args = CloneArgs(flags: [.CLONE_VM, .CLONE_NEWTIME])
        let child = try #require(world.kernel.clone3(world.task(), args, into: .none).value)
        #expect(Self.clocks(world.kernel, child) == [0, 2])
    }
}
