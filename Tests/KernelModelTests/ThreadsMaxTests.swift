import KernelABI
import KernelModel
import Testing

/// `kernel.threads-max`
struct ThreadsMaxTests {
    @Test func nobodyIsExemptAndNothingStaysCounted() throws {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task(user: alice)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 2, maximum: 2))
        #expect(world.kernel.writeThreadsMax(nil, 1).refusal == nil)
        for maker in [task, task, task, Kernel.initTask] {
            let refusal = try #require(world.kernel.clone(maker).refusal)
            #expect((refusal.rule, refusal.errno, refusal.limit) == (.cloneThreadsMax, .EAGAIN, 1))
        }
        #expect(world.kernel.writeThreadsMax(nil, 4_194_304).refusal == nil)
        // A refused one that stayed counted would leave no room below RLIMIT_NPROC.
        #expect(world.kernel.clone(task).refusal == nil)
    }

    @Test func aRoomIsUsedUpByWhoeverIsNotReaped() throws {
        var world = World()
        let task = world.task()
        let other = world.task()
        world.kernel.limitThreads(room: 2)
        let child = try #require(world.kernel.clone(task).value)
        #expect(world.kernel.clone(other).refusal == nil)
        #expect(world.kernel.clone(other).refusal?.rule == .cloneThreadsMax)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.clone(other).refusal?.rule == .cloneThreadsMax)
        _ = world.kernel.wait(task, child: child)
        #expect(world.kernel.clone(other).refusal == nil)
        let refusal = try #require(world.kernel.clone(Kernel.initTask).refusal)
        // Which number the room made of it is the machine's to know.
        #expect((refusal.rule, refusal.limit) == (.cloneThreadsMax, nil))
    }

    @Test func onlyRootWritesItAndOnlyNumbersThatItTakes() {
        var world = World()
        let alice = world.kernel.addUser(name: "alice")
        let task = world.task(user: alice)
        #expect(world.kernel.writeThreadsMax(task, 1).refusal?.rule == .sysctlPermission)
        #expect(world.kernel.writeThreadsMax(nil, 0).refusal?.errno == .EINVAL)
        #expect(world.kernel.writeThreadsMax(nil, 1 << 30).refusal?.errno == .EINVAL)
        #expect(!world.kernel.hasMachineLimit)
    }

    @Test(arguments: [(UInt32(1), true), (2, false), (1000, false), (4_194_304, true)])
    func whatDependsOnOtherThreadsOfTheMachineIsNotModelled(limit: UInt32, isModelled: Bool) {
        #expect(Kernel.isModelled(maxThreads: limit) == isModelled)
    }
}
