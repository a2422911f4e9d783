import KernelABI
import KernelModel
import Testing

/// `kernel.pid_max`, of the machine and of PID namespaces.
struct PidMaxTests {
    private static let versions = [
        KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(6, 12), KernelVersion(7, 3),
    ]

    @Test(arguments: versions)
    func nobodyForksOnAMachineWithoutAPid(_ version: KernelVersion) throws {
        var world = World(version, unified: true)
        let box = world.cgroup(max: .limited(100))
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task(in: box, user: alice)
        let first = try #require(world.kernel.clone(world.task(), flags: .CLONE_NEWPID).value)
        world.kernel.limitPids(room: 2)
        let child = try #require(world.kernel.clone(first).value)
        let other = try #require(world.kernel.clone(task).value)
        for maker in [task, first, Kernel.initTask] {
            let refusal = try #require(world.kernel.clone(maker).refusal)
            #expect((refusal.rule, refusal.errno) == (.clonePidMax, .EAGAIN))
        }
        #expect(world.kernel.clone(first, flags: .CLONE_NEWPID).refusal?.rule == .clonePidMax)
        // What was refused is charged nowhere, and zombies have their pids.
        #expect(world.current(box) == 2)
        world.kernel.exit(other, code: 0)
        #expect(world.kernel.clone(first).refusal?.rule == .clonePidMax)
        _ = world.kernel.wait(task, child: other)
        let late = try #require(world.kernel.clone(first).value)
        // Three that the machine had no pid for had a number in the namespace.
        #expect(world.kernel.pids(of: child) == [2])
        #expect(world.kernel.pids(of: late) == [6])
        #expect(world.kernel.writePidMax(nil, 4_194_304).refusal == nil)
        #expect(world.kernel.clone(task).refusal == nil)
    }

    @Test func itIsAskedAfterThreadsMaxAndBeforePidsMax() throws {
        var world = World(KernelVersion(6, 12), unified: true)
        let box = world.cgroup(max: .limited(1))
        let task = world.task(in: box)
        world.kernel.limitPids(room: 1)
        world.kernel.limitThreads(room: 1)
        #expect(world.kernel.clone(task).refusal?.rule == .pidsMax)
        _ = try #require(world.kernel.clone(Kernel.initTask).value)
        #expect(world.kernel.clone(task).refusal?.rule == .cloneThreadsMax)
        _ = world.kernel.writeThreadsMax(nil, 4_194_304)
        #expect(world.kernel.clone(task).refusal?.rule == .clonePidMax)
        #expect(world.events(box) == 1)
    }

    @Test(arguments: versions)
    func aNamespaceHasItsOwnSince6_14(_ version: KernelVersion) throws {
        var world = World(version, unified: true)
        let host = world.task()
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        let hasOwn = version >= KernelVersion(6, 14)
        #expect(world.kernel.isModelled(pidMax: 310, by: first) == hasOwn)
        #expect(!world.kernel.isModelled(pidMax: 310, by: host))
        for number: UInt32 in [0, 300, 4_194_305] {
            #expect(world.kernel.writePidMax(first, number).refusal?.rule == .sysctlRange)
        }
        guard hasOwn else { return }
        #expect(world.kernel.writePidMax(first, 301).refusal == nil)
        func chosen(_ maker: TaskID, _ numbers: Int32...) -> Transition<TaskID> {
            world.kernel.clone3(maker, CloneArgs(setTID: .pids(numbers.map { .number($0) })), into: .none)
        }
        #expect(chosen(first, 301).refusal?.rule == .setTIDRange)
        #expect(chosen(first, 300).refusal == nil)
        // One below begins without a limit, and what it has above is held to that one's.
        let inner = try #require(world.kernel.clone(first, flags: .CLONE_NEWPID).value)
        #expect(chosen(inner, 400).refusal == nil)
        #expect(chosen(inner, 401, 301).refusal?.rule == .setTIDRange)
    }

    @Test func pidsBeginAgainBeyondTheReservedOnes() throws {
        var world = World(KernelVersion(7, 3), unified: true)
        let box = world.cgroup(max: .limited(2))
        let host = world.task(in: box)
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        for _ in 0..<300 { #expect(world.kernel.clone(first).refusal?.rule == .pidsMax) }
        world.kernel.setPidsMax(box, .max)
        #expect(world.kernel.writePidMax(first, 302).refusal == nil)
        let next = try #require(world.kernel.clone(first).value)
        let last = try #require(world.kernel.clone(first).value)
        #expect(world.kernel.pids(of: next) == [300])
        #expect(world.kernel.pids(of: last) == [301])
        let refusal = try #require(world.kernel.clone(first).refusal)
        #expect((refusal.rule, refusal.limit) == (.clonePidMax, 302))
        world.kernel.exit(next, code: 0)
        _ = world.kernel.wait(first, child: next)
        let again = try #require(world.kernel.clone(first).value)
        #expect(world.kernel.pids(of: again) == [300])
    }

    @Test func whoOwnsANamespaceWritesItsPidMax() throws {
        var world = World(KernelVersion(7, 3), unified: true)
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task(user: alice)
        let own = try #require(world.kernel.clone(task, flags: [.CLONE_NEWUSER, .CLONE_NEWPID]).value)
        #expect(world.kernel.writePidMax(own, 400).refusal == nil)
        let roots = try #require(world.kernel.clone(world.task(), flags: .CLONE_NEWPID).value)
        #expect(world.kernel.writePidMax(roots, 400).refusal == nil)
        world.kernel.becomeUser(roots, alice)
        #expect(world.kernel.writePidMax(roots, 400).refusal?.rule == .sysctlPidPermission)
        // Root in a user namespace below has lost the capability above, and is still uid 0 of the owner's.
        let wanderer = try #require(world.kernel.clone(world.task(), flags: .CLONE_NEWPID).value)
        #expect(world.kernel.unshare(wanderer, flags: .CLONE_NEWUSER).refusal == nil)
        #expect(world.kernel.writePidMax(wanderer, 400).refusal == nil)
    }

    @Test func aFirstForkThatFindsNoPidAboveIsTriedAgain() throws {
        for version in Self.versions {
            var world = World(version, unified: true)
            let host = world.task()
            _ = world.kernel.unshare(host, flags: .CLONE_NEWPID)
            world.kernel.limitPids(room: 1)
            _ = try #require(world.kernel.clone(Kernel.initTask).value)
            #expect(world.kernel.clone(host).refusal?.rule == .clonePidMax)
            _ = world.kernel.writePidMax(nil, 4_194_304)
            let first = try #require(world.kernel.clone(host).value)
            #expect(world.kernel.pids(of: first) == [1])
        }
    }
}
