import KernelABI
import KernelModel
import Testing

struct Clone3Tests {
    private static let oldest = KernelVersion(5, 10)
    private static let newest = KernelVersion(7, 3)

    private func answer(
        _ args: CloneArgs,
        _ version: KernelVersion = KernelVersion(6, 1),
        user: Bool = false
    ) -> (rule: Rule.Name?, errno: Errno?) {
        var world = World(version, unified: true)
        let task = world.task(user: user ? world.kernel.addUser(name: "customer") : .initUser)
        let made = world.kernel.clone3(task, args, into: .none)
        return (made.refusal?.rule, made.refusal?.errno)
    }

    @Test func theStructuresSizeIsThatOfItsFirstVersionAtLeastAndAPageAtMost() {
        #expect(answer(CloneArgs(size: 63)) == (.clone3SizeBelowFirst, .EINVAL))
        #expect(answer(CloneArgs(size: 64)).rule == nil)
        #expect(answer(CloneArgs(size: 4096)).rule == nil)
        #expect(answer(CloneArgs(size: 4097)) == (.clone3SizeAbovePage, .E2BIG))
        #expect(answer(CloneArgs(size: 96, hasNonzeroTail: true)) == (.clone3NonzeroTail, .E2BIG))
        #expect(answer(CloneArgs(size: 88, hasNonzeroTail: true)).rule == nil)
    }

    @Test func whatLiesBeyondTheSizeIsNotSeen() {
        let one = CloneArgs.SetTID.pids([.number(1)])
        #expect(answer(CloneArgs(size: 64, setTID: one)).rule == nil)
        #expect(answer(CloneArgs(size: 72, setTID: one)).rule == .clone3NoTIDs)
        #expect(answer(CloneArgs(size: 80, setTID: one)) == (.setTIDTaken, .EEXIST))
        #expect(answer(CloneArgs(flags: .CLONE_INTO_CGROUP, size: 80)).rule == .clone3CgroupDescriptor)
    }

    @Test func theExitSignalIsAskedForInTwoPlacesSince7_3() {
        #expect(answer(CloneArgs(exitSignal: 65), Self.oldest).rule == .clone3ExitSignal)
        #expect(answer(CloneArgs(exitSignal: 65), Self.newest).rule == .cloneExitSignal)
        #expect(answer(CloneArgs(exitSignal: 256), Self.newest).rule == .clone3ExitSignal)
    }

    @Test func allPidsAreAskedForBeforeOneIsTakenSince7_3() throws {
        for (version, rule) in [(Self.oldest, Rule.Name.setTIDTaken), (Self.newest, .setTIDRange)] {
            var world = World(version)
            let host = world.task()
            let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
            let args = CloneArgs(setTID: .pids([.number(1), .number(0)]))
            #expect(world.kernel.clone3(first, args, into: .none).refusal?.rule == rule)
        }
    }

    @Test func aPidIsTakenUntilItsProcessIsReaped() throws {
        var world = World()
        let host = world.task()
        _ = world.kernel.unshare(host, flags: .CLONE_NEWPID)
        let one = CloneArgs(setTID: .pids([.number(1)]))
        #expect(
            world.kernel.clone3(host, CloneArgs(setTID: .pids([.free])), into: .none).refusal?.rule
                == .setTIDBeforeFirst
        )
        let first = try #require(world.kernel.clone3(host, one, into: .none).value)
        #expect(world.kernel.clone3(host, one, into: .none).refusal?.rule == .setTIDTaken)
        world.kernel.exit(first, code: 0)
        #expect(world.kernel.clone3(host, one, into: .none).refusal?.rule == .setTIDTaken)
        #expect(world.kernel.wait(host, child: first).value == first)
        #expect(world.kernel.clone3(host, one, into: .none).refusal?.rule == .pidNSEnded)
    }

    @Test func aChildIsChargedWhereItIsBorn() throws {
        var world = World(unified: true)
        let engine = world.cgroup(max: .limited(1))
        let box = world.cgroup(max: .limited(1))
        let task = world.task(in: engine)
        let args = CloneArgs(flags: .CLONE_INTO_CGROUP)
        let child = try #require(world.kernel.clone3(task, args, into: .cgroup(box)).value)
        #expect(world.kernel.cgroup(of: child) == box)
        #expect(world.kernel.clone3(task, args, into: .cgroup(box)).refusal?.level == .cgroup(box))
        #expect(world.current(engine) == 1)
        #expect(world.events(box) == 1)
    }

    @Test func whoIsRootWhereRootHasAnIdMayStartProcessesInItsCgroups() {
        var world = World(unified: true)
        let box = world.cgroup()
        let customer = world.task(user: world.kernel.addUser(name: "customer"))
        let args = CloneArgs(flags: .CLONE_INTO_CGROUP)
        #expect(world.kernel.clone3(customer, args, into: .cgroup(box)).refusal?.rule == .cloneIntoPermission)
        _ = world.kernel.unshare(customer, flags: .CLONE_NEWUSER)
        #expect(world.kernel.clone3(customer, args, into: .cgroup(box)).refusal?.errno == .EACCES)
        _ = world.kernel.mapIDs(of: customer)
        #expect(world.kernel.clone3(customer, args, into: .cgroup(box)).refusal == nil)
    }

    @Test func aHierarchyOfVersion1TakesNoNewbornProcesses() {
        var world = World(unified: false)
        let box = world.cgroup()
        let task = world.task()
        let refusal = world.kernel.clone3(task, CloneArgs(flags: .CLONE_INTO_CGROUP), into: .cgroup(box)).refusal
        #expect(refusal?.rule == .cloneIntoVersion1)
        #expect(refusal?.errno == .EBADF)
    }

    @Test func aChildWithAnotherExitSignalIsSeenByWhoAdoptsIt() throws {
        var world = World()
        let first = try #require(world.kernel.clone(world.task(), flags: .CLONE_NEWPID).value)
        let parent = try #require(world.kernel.clone(first).value)
        let silent = try #require(world.kernel.clone3(parent, CloneArgs(exitSignal: 0), into: .none).value)
        #expect(!world.kernel.wouldBlock(parent, waitingFor: silent))
        world.kernel.exit(silent, code: 0)
        #expect(world.kernel.wait(parent, child: silent).refusal?.errno == .ECHILD)
        world.kernel.exit(parent, code: 0)
        #expect(world.kernel.wait(first, child: silent).value == silent)
    }

    @Test func aSiblingHasTheCallersParentAndExitSignal() throws {
        var world = World()
        let parent = world.task()
        let silent = try #require(world.kernel.clone3(parent, CloneArgs(exitSignal: 0), into: .none).value)
        let args = CloneArgs(flags: .CLONE_PARENT, exitSignal: 0)
        let sibling = try #require(world.kernel.clone3(silent, args, into: .none).value)
        #expect(world.kernel.tasks[Int(sibling.rawValue)].realParent == parent)
        world.kernel.exit(sibling, code: 0)
        #expect(world.kernel.wait(parent, child: sibling).refusal?.errno == .ECHILD)
        let first = try #require(world.kernel.clone(parent, flags: .CLONE_NEWPID).value)
        #expect(world.kernel.clone(first, flags: .CLONE_PARENT).refusal?.rule == .cloneSiblingOfFirst)
    }

    @Test func whatTheModelDoesNotKnowIsNamed() {
        var world = World()
        let task = world.task()
        #expect(world.kernel.clone3NotModelled(task, CloneArgs()) == nil)
        #expect(world.kernel.clone3NotModelled(task, CloneArgs(flags: .CLONE_SETTLS)) == "CLONE_SETTLS")
        #expect(world.kernel.clone3NotModelled(task, CloneArgs(exitSignal: 9)) == "exit_signal 9")
        // What is refused in any case is known.
        #expect(world.kernel.clone3NotModelled(task, CloneArgs(flags: .CLONE_SETTLS, size: 1)) == nil)
    }
}
