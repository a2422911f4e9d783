import KernelABI
import KernelModel
import Testing

struct OpenFileTests {
    @Test func aNamespaceLivesOnAsLongAsItsFileIsOpen() throws {
        var world = World()
        let host = world.task()
        let box = try #require(world.kernel.clone(host, flags: .CLONE_NEWUTS).value)
        _ = world.kernel.sethostname(box, "box")
        #expect(world.kernel.openNamespace(host, of: box, .uts, as: 1).refusal == nil)
        world.kernel.exit(box, code: 0)
        world.kernel.release(box)
        #expect(world.kernel.setns(host, descriptor: 1, flags: .CLONE_NEWIPC).refusal?.rule == .setnsFileKind)
        #expect(world.kernel.setns(host, descriptor: 1, flags: []).refusal == nil)
        #expect(world.kernel.uname(host).nodename == "box")
        #expect(world.kernel.openNamespace(host, of: box, .uts, as: 2).refusal?.rule == .pathNoEntry)
    }

    @Test func whatIsNoNamespacesFileIsNotEntered() {
        var world = World()
        let task = world.task()
        #expect(world.kernel.setns(task, descriptor: 1, flags: .CLONE_NEWUTS).refusal?.errno == .EBADF)
        #expect(world.kernel.openRoot(task, as: 1).refusal == nil)
        #expect(world.kernel.setns(task, descriptor: 1, flags: .CLONE_NEWUTS).refusal?.rule == .setnsOtherFile)
        #expect(world.kernel.close(task, 1).refusal == nil)
        #expect(world.kernel.close(task, 1).refusal?.errno == .EBADF)
    }

    @Test func aPidfdOutlivesItsProcessAndLeadsNowhereThen() throws {
        var world = World()
        let host = world.task()
        let child = try #require(world.kernel.clone(host).value)
        #expect(world.kernel.openPidfd(host, of: child, as: 1).refusal == nil)
        #expect(world.kernel.setns(host, descriptor: 1, flags: []).refusal?.rule == .setnsFlags)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.setns(host, descriptor: 1, flags: .CLONE_NEWUTS).refusal?.rule == .setnsEnded)
        #expect(world.kernel.openNamespace(host, of: child, .uts, as: 2).refusal?.rule == .openNamespaceGone)
        #expect(world.kernel.openNamespace(host, of: child, .pid, as: 2).refusal == nil)
        world.kernel.release(child)
        #expect(world.kernel.setns(host, descriptor: 1, flags: .CLONE_NEWUTS).refusal?.rule == .setnsGone)
    }

    @Test func descriptorsAreCopiedOrShared() throws {
        var world = World()
        let one = world.task()
        #expect(world.kernel.openRoot(one, as: 1).refusal == nil)
        let copy = try #require(world.kernel.clone(one).value)
        let twin = try #require(world.kernel.clone(one, flags: .CLONE_FILES).value)
        #expect(world.kernel.openRoot(twin, as: 2).refusal == nil)
        #expect(world.kernel.close(one, 1).refusal == nil)
        #expect(world.kernel.file(twin, 1) == nil)
        #expect(world.kernel.file(one, 2) == .other)
        #expect(world.kernel.file(copy, 1) == .other)
        #expect(world.kernel.file(copy, 2) == nil)
        #expect(world.kernel.unshare(twin, flags: .CLONE_FILES).refusal == nil)
        #expect(world.kernel.close(twin, 2).refusal == nil)
        #expect(world.kernel.file(one, 2) == .other)
    }

    @Test func severalKindsAreEnteredOrNone() throws {
        var world = World()
        let parent = world.task()
        #expect(world.kernel.unshare(parent, flags: [.CLONE_NEWUSER, .CLONE_NEWUTS]).refusal == nil)
        let child = try #require(world.kernel.clone(parent, flags: [.CLONE_NEWUTS, .CLONE_NEWIPC]).value)
        let before = world.kernel.namespace(of: parent, .uts)
        // The network namespace is the initial one's.
        let refused = world.kernel.setns(parent, of: child, flags: [.CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWNET])
        #expect(refused.refusal?.rule == .setnsNetCapable)
        #expect(world.kernel.namespace(of: parent, .uts) == before)
        #expect(world.kernel.setns(parent, of: child, flags: [.CLONE_NEWUTS, .CLONE_NEWIPC]).refusal == nil)
        #expect(world.kernel.namespace(of: parent, .ipc) == world.kernel.namespace(of: child, .ipc))
    }

    @Test func aPIDNamespaceIsEnteredFromAboveAlone() throws {
        var world = World()
        let host = world.task()
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        #expect(world.kernel.openNamespace(first, of: host, .pid, as: 1).refusal == nil)
        #expect(world.kernel.setns(first, descriptor: 1, flags: []).refusal?.rule == .setnsPidOutside)
        #expect(world.kernel.openNamespace(host, of: first, .pid, as: 1).refusal == nil)
        #expect(world.kernel.setns(host, descriptor: 1, flags: []).refusal == nil)
        #expect(world.kernel.namespace(of: host, .pidForChildren) == world.kernel.namespace(of: first, .pid))
    }

    @Test(arguments: [(KernelVersion(6, 12), true), (KernelVersion(7, 3), false)])
    func anEmptyPIDNamespaceIsShownSince(_ version: KernelVersion, _ isHidden: Bool) throws {
        var world = World(version)
        let host = world.task()
        #expect(world.kernel.unshare(host, flags: .CLONE_NEWPID).refusal == nil)
        #expect((world.kernel.readNamespaceLink(host, .pidForChildren).refusal != nil) == isHidden)
        _ = world.kernel.clone(host)
        #expect(world.kernel.readNamespaceLink(host, .pidForChildren).refusal == nil)
    }

    @Test func whoMayNotLookAtAProcessOpensNoneOfItsNamespaces() throws {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let (root, task) = (world.task(), world.task(user: alice))
        #expect(world.kernel.openNamespace(task, of: root, .uts, as: 1).refusal?.errno == .EACCES)
        // A file that was opened in time is open all the same, and does not give a right.
        let child = try #require(world.kernel.clone(root, flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.openNamespace(root, of: child, .user, as: 1).refusal == nil)
        #expect(world.kernel.setresuid(root, alice).refusal == nil)
        #expect(world.kernel.setns(root, descriptor: 1, flags: []).refusal?.rule == .setnsUserCapable)
    }
}

struct SharedRootTests {
    private static let both: CloneFlags = [.CLONE_NEWNS, .CLONE_NEWUTS]

    @Test func whoSharesARootEntersNoMountNamespace() throws {
        var world = World()
        let host = world.task()
        let twin = try #require(world.kernel.clone(host, flags: .CLONE_FS).value)
        let target = try #require(world.kernel.clone(host, flags: Self.both).value)
        #expect(world.kernel.setns(twin, of: target, flags: .CLONE_NEWNS).refusal?.rule == .setnsMntSharedFs)
        // A fork shares nothing.
        let child = try #require(world.kernel.clone(twin).value)
        #expect(world.kernel.setns(child, of: target, flags: .CLONE_NEWNS).refusal == nil)
        #expect(world.kernel.unshare(twin, flags: .CLONE_FS).refusal == nil)
        #expect(world.kernel.setns(twin, of: target, flags: .CLONE_NEWNS).refusal == nil)
        #expect(world.kernel.setns(host, of: target, flags: .CLONE_NEWNS).refusal == nil)
    }

    @Test(arguments: [(KernelVersion(6, 1), false), (KernelVersion(6, 12), true), (KernelVersion(6, 18), false)])
    func withOtherKindsItEntersOneBefore(_ version: KernelVersion, _ isRefused: Bool) throws {
        var world = World(version)
        let host = world.task()
        _ = try #require(world.kernel.clone(host, flags: .CLONE_FS).value)
        let target = try #require(world.kernel.clone(host, flags: Self.both).value)
        #expect((world.kernel.setns(host, of: target, flags: Self.both).refusal != nil) == isRefused)
    }

    @Test func whoSharesARootEntersNoUserNamespaceUntilTheOtherIsGone() throws {
        var world = World()
        let host = world.task()
        let twin = try #require(world.kernel.clone(host, flags: .CLONE_FS).value)
        let target = try #require(world.kernel.clone(host, flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.setns(host, of: target, flags: .CLONE_NEWUSER).refusal?.rule == .setnsUserSharedFs)
        world.kernel.exit(twin, code: 0)
        #expect(world.kernel.setns(host, of: target, flags: .CLONE_NEWUSER).refusal == nil)
    }

    @Test(arguments: [CloneFlags.CLONE_NEWNS, .CLONE_NEWUSER])
    func aNewNamespaceComesWithARootOfOnesOwn(_ flag: CloneFlags) throws {
        var world = World()
        let host = world.task()
        let twin = try #require(world.kernel.clone(host, flags: .CLONE_FS).value)
        let target = try #require(world.kernel.clone(host, flags: .CLONE_NEWNS).value)
        #expect(world.kernel.unshare(twin, flags: flag).refusal == nil)
        #expect(world.kernel.setns(host, of: target, flags: .CLONE_NEWNS).refusal == nil)
    }
}
