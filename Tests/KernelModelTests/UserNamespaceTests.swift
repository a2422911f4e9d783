import KernelABI
import KernelModel
import Testing

struct UserNamespaceTests {
    @Test func theUnprivilegedHaveEveryCapabilityInTheirOwnUserNamespaceAndNoneElsewhere() throws {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task(user: alice)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUSER).refusal == nil)
        // The names belong to the initial user namespace still.
        #expect(world.kernel.sethostname(task, "cell").refusal?.errno == .EPERM)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUTS).refusal == nil)
        #expect(world.kernel.sethostname(task, "cell").refusal == nil)
        #expect(world.kernel.setrlimitNproc(task, RLimit(current: 3, maximum: 3)).refusal == nil)
        #expect(world.kernel.setrlimitNproc(task, RLimit(current: 4, maximum: 4)).refusal?.rule == .rlimitHardRaised)
    }

    @Test func namespacesThatAreMadeWithAUserNamespaceBelongToIt() throws {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task(user: alice)
        let child = try #require(world.kernel.clone(task, flags: [.CLONE_NEWUSER, .CLONE_NEWUTS]).value)
        #expect(world.kernel.sethostname(child, "cell").refusal == nil)
        #expect(world.kernel.uname(task).nodename == "start")
    }

    @Test func withoutAMapThereIsNoUserToBecomeAndNoNamespaceBelow() {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task(user: alice)
        _ = world.kernel.unshare(task, flags: .CLONE_NEWUSER)
        #expect(world.kernel.setresuid(task, .initUser).refusal?.errno == .EINVAL)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUSER).refusal?.rule == .unshareUserNSUnmapped)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUSER).refusal?.rule == .cloneUserNSUnmapped)
        #expect(world.kernel.mapIDs(of: task).refusal == nil)
        #expect(world.kernel.mapIDs(of: task).refusal?.rule == .mapWrittenBefore)
        #expect(world.kernel.setresuid(task, .initUser).refusal == nil)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUSER).refusal == nil)
        #expect(world.kernel.mapIDs(of: task).refusal?.rule == .mapFromElsewhere)
    }

    @Test func theLimitOfANamespacesMakerHoldsWhoeverComesOfIt() throws {
        var world = World(KernelVersion(6, 12), unified: true)
        let alice = world.kernel.addUser(name: "alice")
        let bob = world.kernel.addUser(name: "bob")
        let task = world.task(user: alice)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 2, maximum: 10))
        _ = world.kernel.unshare(task, flags: .CLONE_NEWUSER)
        _ = world.kernel.mapIDs(of: task)
        #expect(world.kernel.setresuid(task, bob).refusal == nil)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 10, maximum: 10))
        _ = try #require(world.kernel.clone(task).value)
        let refusal = try #require(world.kernel.clone(task).refusal)
        #expect(refusal.level == .user(alice))
        #expect(refusal.limit == 2)
        #expect(world.kernel.processes(of: alice) == 2)
        #expect(world.kernel.processes(of: bob) == 0)
    }

    @Test func before5_14AUsersProcessesCountWhereverTheyAre() throws {
        var world = World(KernelVersion(5, 10))
        let alice = world.kernel.addUser(name: "alice")
        let bob = world.kernel.addUser(name: "bob")
        let task = world.task(user: alice)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 2, maximum: 10))
        _ = world.kernel.unshare(task, flags: .CLONE_NEWUSER)
        _ = world.kernel.mapIDs(of: task)
        _ = world.kernel.setresuid(task, bob)
        #expect(world.kernel.processes(of: alice) == 0)
        #expect(world.kernel.processes(of: bob) == 1)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 10, maximum: 10))
        #expect(world.forks(task, 9).allSatisfy { $0 != nil })
        #expect(world.kernel.clone(task).refusal?.level == .user(bob))
    }

    @Test func aRefusedCloneLeavesNobodyCounted() {
        var world = World(KernelVersion(6, 12), unified: true)
        let alice = world.kernel.addUser(name: "alice")
        let full = world.cgroup(max: .limited(1))
        let task = world.task(in: full, user: alice)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUSER).refusal?.rule == .pidsMax)
        #expect(world.kernel.processes(of: alice) == 1)
    }

    @Test func whoMadeAUserNamespaceMayEnterItAndNobodyElse() throws {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let root = world.task()
        let task = world.task(user: alice)
        let child = try #require(world.kernel.clone(task, flags: .CLONE_NEWUSER).value)
        // Alice's child is not dumpable: whoever changed its user is not.
        #expect(world.kernel.setns(task, of: child, flags: .CLONE_NEWUSER).refusal?.rule == .setnsPtrace)
        #expect(world.kernel.setns(root, of: root, flags: .CLONE_NEWUSER).refusal?.rule == .setnsSameUserNS)
        #expect(world.kernel.setns(root, of: child, flags: .CLONE_NEWUSER).refusal == nil)
        #expect(world.kernel.namespace(of: root, .user) == world.kernel.namespace(of: child, .user))
        // Root in there is nobody out here.
        #expect(world.kernel.setns(root, of: Kernel.initTask, flags: .CLONE_NEWUTS).refusal?.rule == .setnsPtrace)
    }
}
