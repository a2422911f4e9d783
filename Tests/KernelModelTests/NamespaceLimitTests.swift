import KernelABI
import KernelModel
import Testing

/// `user.max_*_namespaces`
struct NamespaceLimitTests {
    /// A task that is root in a user namespace of its own.
    private func boxed(_ version: KernelVersion = KernelVersion(6, 1)) throws -> (World, TaskID) {
        var world = World(version)
        let alice = world.kernel.addUser(name: "alice")
        let shell = world.task(user: alice)
        let box = try #require(world.kernel.clone(shell, flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.mapIDs(of: box).refusal == nil)
        return (world, box)
    }

    @Test(arguments: [NamespaceKind.uts, .mnt, .cgroup, .ipc, .pid, .net])
    func theNamespaceBeyondTheLimitIsRefused(kind: NamespaceKind) throws {
        var (world, box) = try boxed()
        #expect(world.kernel.writeMaxNamespaces(box, kind, 1).refusal == nil)
        #expect(world.kernel.clone(box, flags: kind.flag).refusal == nil)
        let refusal = try #require(world.kernel.clone(box, flags: kind.flag).refusal)
        #expect(refusal.errno == .ENOSPC)
        #expect(refusal.limit == 1)
        #expect(refusal.count == 2)
        #expect(world.kernel.unshare(box, flags: kind.flag).refusal?.errno == .ENOSPC)
        // Others are not held to it.
        #expect(world.kernel.clone(Kernel.initTask, flags: kind.flag).refusal == nil)
    }

    @Test func aPlaceIsFreeWhenTheLastOneInANamespaceEnds() throws {
        var (world, box) = try boxed()
        _ = world.kernel.writeMaxNamespaces(box, .uts, 1)
        let first = try #require(world.kernel.clone(box, flags: .CLONE_NEWUTS).value)
        let second = try #require(world.kernel.clone(first).value)
        world.kernel.exit(first, code: 0)
        #expect(world.kernel.unshare(box, flags: .CLONE_NEWUTS).refusal?.rule == .unshareMaxUtsNS)
        world.kernel.exit(second, code: 0)
        #expect(world.kernel.unshare(box, flags: .CLONE_NEWUTS).refusal == nil)
        // The box left the one that it had for a new one only when that was made.
        #expect(world.kernel.unshare(box, flags: .CLONE_NEWUTS).refusal?.rule == .unshareMaxUtsNS)
    }

    @Test func whatIsGivenBackLateIsNotModelled() throws {
        var (world, box) = try boxed()
        _ = world.kernel.writeMaxNamespaces(box, .ipc, 1)
        let child = try #require(world.kernel.clone(box, flags: .CLONE_NEWIPC).value)
        #expect(world.kernel.namespacesNotModelled(box, .CLONE_NEWIPC) == [])
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.namespacesNotModelled(box, [.CLONE_NEWIPC, .CLONE_NEWUTS]) == .CLONE_NEWIPC)
        // Whether that one counts makes no difference here.
        _ = world.kernel.writeMaxNamespaces(box, .ipc, 2)
        #expect(world.kernel.namespacesNotModelled(box, .CLONE_NEWIPC) == [])
        _ = world.kernel.writeMaxNamespaces(box, .ipc, 0)
        #expect(world.kernel.namespacesNotModelled(box, .CLONE_NEWIPC) == [])
        #expect(world.kernel.clone(box, flags: .CLONE_NEWIPC).refusal?.rule == .cloneMaxIpcNS)
    }

    @Test func whatACallThrewAwayMayCountStill() throws {
        var (world, box) = try boxed()
        _ = world.kernel.writeMaxNamespaces(box, .net, 0)
        #expect(world.kernel.unshare(box, flags: [.CLONE_NEWPID, .CLONE_NEWNET]).refusal?.rule == .unshareMaxNetNS)
        _ = world.kernel.writeMaxNamespaces(box, .pid, 1)
        #expect(world.kernel.namespacesNotModelled(box, .CLONE_NEWPID) == .CLONE_NEWPID)
    }

    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 1)])
    func aLimitHoldsWhatIsMadeBelowToo(version: KernelVersion) throws {
        var (world, box) = try boxed(version)
        _ = world.kernel.writeMaxNamespaces(box, .uts, 1)
        let inner = try #require(world.kernel.clone(box, flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.writeMaxNamespaces(inner, .uts, 5).refusal == nil)
        #expect(world.kernel.unshare(inner, flags: .CLONE_NEWUTS).refusal == nil)
        #expect(world.kernel.clone(inner, flags: .CLONE_NEWUTS).refusal?.limit == 1)
        #expect(world.kernel.clone(box, flags: .CLONE_NEWUTS).refusal?.rule == .cloneMaxUtsNS)
    }

    @Test func theNumberOfUserNamespacesIsAskedBeforeTheMap() throws {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let shell = world.task(user: alice)
        let box = try #require(world.kernel.clone(shell, flags: .CLONE_NEWUSER).value)
        #expect(world.kernel.clone(box, flags: .CLONE_NEWUSER).refusal?.rule == .cloneUserNSUnmapped)
        _ = world.kernel.writeMaxNamespaces(box, .user, 0)
        #expect(world.kernel.clone(box, flags: .CLONE_NEWUSER).refusal?.rule == .cloneMaxUserNS)
        #expect(world.kernel.unshare(box, flags: .CLONE_NEWUSER).refusal?.rule == .unshareMaxUserNS)
    }

    @Test func theFirstKindInTheOrderOfCreationRefuses() throws {
        var (world, box) = try boxed()
        for kind in [NamespaceKind.mnt, .uts, .ipc, .pid, .cgroup, .net] {
            _ = world.kernel.writeMaxNamespaces(box, kind, 0)
        }
        var flags: CloneFlags = [
            .CLONE_NEWNS, .CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWPID, .CLONE_NEWCGROUP, .CLONE_NEWNET,
        ]
        let order: [(CloneFlags, Rule.Name)] = [
            (.CLONE_NEWNS, .unshareMaxMntNS), (.CLONE_NEWUTS, .unshareMaxUtsNS), (.CLONE_NEWIPC, .unshareMaxIpcNS),
            (.CLONE_NEWPID, .unshareMaxPidNS), (.CLONE_NEWCGROUP, .unshareMaxCgroupNS),
            (.CLONE_NEWNET, .unshareMaxNetNS),
        ]
        for (flag, rule) in order {
            #expect(world.kernel.unshare(box, flags: flags).refusal?.rule == rule)
            flags.subtract(flag)
        }
    }

    @Test func theSettingsNeedTheCapabilityInThere() throws {
        var (world, box) = try boxed()
        let alice = world.kernel.addUser(name: "bob")
        #expect(world.kernel.setresuid(box, .initUser).refusal == nil)
        #expect(world.kernel.writeMaxNamespaces(box, .uts, 5).refusal == nil)
        #expect(world.kernel.setresuid(box, alice).refusal == nil)
        let refusal = try #require(world.kernel.writeMaxNamespaces(box, .uts, 5).refusal)
        #expect(refusal.rule == .sysctlUserPermission)
        #expect(refusal.errno == .EACCES)
    }

    @Test func pidNamespacesAreNested32LevelsDeep() throws {
        var world = World()
        var task = world.task()
        for _ in 1...32 { task = try #require(world.kernel.clone(task, flags: .CLONE_NEWPID).value) }
        let refusal = try #require(world.kernel.clone(task, flags: .CLONE_NEWPID).refusal)
        #expect(refusal.rule == .clonePIDNSDepth)
        #expect(refusal.errno == .ENOSPC)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWPID).refusal?.rule == .unsharePIDNSDepth)
    }

    @Test(arguments: [(KernelVersion(5, 10), UInt32(2)), (KernelVersion(6, 1), UInt32(0))])
    func beforeInitUcountsTheMountNamespacesOfBootCountWithRoot(version: KernelVersion, known: UInt32) throws {
        var world = World(version)
        let task = world.task()
        _ = world.kernel.writeMaxNamespaces(nil, .mnt, known)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWNS).refusal?.rule == .cloneMaxMntNS)
        _ = world.kernel.writeMaxNamespaces(nil, .mnt, known + 1)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWNS).refusal == nil)
    }
}
