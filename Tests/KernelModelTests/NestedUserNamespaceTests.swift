import KernelABI
import KernelModel
import Testing

/// User namespaces that map their maker's id alone, one below the other, and who may make them.
struct NestedUserNamespaceTests {
    private static func descend(_ world: inout World, _ task: TaskID) -> Refusal? {
        world.kernel.unshare(task, flags: .CLONE_NEWUSER).refusal ?? world.kernel.mapSelf(task).refusal
    }

    @Test func thereAre33LevelsBelowTheFirst() {
        var world = World()
        let task = world.task()
        for _ in 0..<33 { #expect(Self.descend(&world, task) == nil) }
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUSER).refusal?.rule == .unshareUserNSDepth)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUSER).refusal?.rule == .cloneUserNSDepth)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUSER).refusal?.errno == .ENOSPC)
    }

    @Test func aMapIsWrittenOnceByWhoMadeTheNamespace() throws {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let maker = world.task(user: alice)
        let root = world.task()
        #expect(world.kernel.mapSelf(root).refusal?.rule == .mapInitialNamespace)
        let inside = try #require(world.kernel.clone(maker, flags: .CLONE_NEWUSER).value)
        // Her files are root's since she became alice.
        #expect(world.kernel.mapSelf(inside).refusal?.rule == .mapPermission)
        #expect(world.kernel.setns(root, of: inside, flags: .CLONE_NEWUSER).refusal == nil)
        #expect(world.kernel.mapSelf(root).refusal?.rule == .mapOfOthers)
        let own = world.task()
        #expect(Self.descend(&world, own) == nil)
        #expect(world.kernel.mapSelf(own).refusal?.rule == .mapWrittenBefore)
        #expect(world.kernel.mapIDs(of: own).refusal?.rule == .mapWrittenBefore)
    }

    @Test func whoHasNoIDInThereIsNobodyToBecome() {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task()
        #expect(Self.descend(&world, task) == nil)
        #expect(world.kernel.setresuid(task, alice).refusal?.rule == .setresuidUnmapped)
        #expect(world.kernel.setresuid(task, .initUser).refusal == nil)
    }

    @Test func aLimitHoldsWhatIsMadeLevelsBelow() {
        var world = World()
        let task = world.task()
        #expect(Self.descend(&world, task) == nil)
        #expect(world.kernel.writeMaxNamespaces(task, .uts, 1).refusal == nil)
        for _ in 0..<2 { #expect(Self.descend(&world, task) == nil) }
        let other = world.kernel.clone(task, flags: .CLONE_NEWUTS)
        #expect(other.refusal == nil)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUTS).refusal?.rule == .unshareMaxUtsNS)
    }

    @Test func theUnprivilegedMakeNoneWhereTheMachineIsSetSo() throws {
        var world = World()
        let task = world.task(user: world.kernel.addUser(name: "alice"))
        #expect(world.kernel.writeUnprivilegedUsernsClone(task, 0).refusal?.rule == .sysctlPermission)
        #expect(world.kernel.writeUnprivilegedUsernsClone(nil, 0).refusal == nil)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUSER).refusal?.rule == .cloneUnprivilegedUserNS)
        // It is asked before the flags are.
        let flags: CloneFlags = [.CLONE_NEWUSER, .CLONE_PARENT]
        #expect(world.kernel.unshare(task, flags: flags).refusal?.rule == .unshareUnprivilegedUserNS)
        // Rights in a user namespace of one's own are none in the first.
        let inside = try #require(world.kernel.clone(world.task(), flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.clone(inside, flags: .CLONE_NEWUSER).refusal?.rule == .cloneUnprivilegedUserNS)
        #expect(world.kernel.writeUnprivilegedUsernsClone(nil, 2).refusal == nil)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUSER).refusal == nil)
    }
}
