import KernelABI
import KernelModel
import Testing

struct RlimitTests {
    /// A world with an unprivileged user and a task of hers under a limit.
    private static func world(nproc: UInt64) -> (World, UserID, TaskID) {
        var world = World()
        let user = world.kernel.addUser(name: "alice")
        let task = world.task(user: user)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: nproc, maximum: nproc))
        return (world, user, task)
    }

    @Test func rlimitNprocStopsTheUsersForks() throws {
        var (world, user, task) = Self.world(nproc: 2)
        #expect(world.kernel.clone(task).value != nil)
        let refusal = try #require(world.kernel.clone(task).refusal)
        #expect(refusal.errno == .EAGAIN)
        #expect(refusal.level == .user(user))
        #expect(refusal.limit == 2)
        #expect(refusal.count == 3)
        #expect(world.kernel.processes(of: user) == 2)
    }

    @Test func aZombieCountsForItsUserUntilReaped() throws {
        var (world, _, task) = Self.world(nproc: 2)
        let child = try #require(world.kernel.clone(task).value)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.clone(task).refusal?.rule == .rlimitNproc)
        _ = world.kernel.wait(task, child: nil)
        #expect(world.kernel.clone(task).value != nil)
    }

    @Test func rootIsExemptFromRlimitNproc() {
        var world = World()
        let task = world.task()
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 0, maximum: 0))
        #expect(world.kernel.clone(task).value != nil)
    }

    @Test func theLimitIsTheCallersAndTheCountIsTheUsers() {
        var (world, user, task) = Self.world(nproc: 2)
        let other = world.task(user: user)
        #expect(world.kernel.clone(task).refusal?.rule == .rlimitNproc)
        #expect(world.kernel.clone(other).value != nil)
        let stranger = world.kernel.addUser(name: "bob")
        #expect(world.kernel.clone(world.task(user: stranger)).value != nil)
    }

    @Test func rlimitNprocIsAskedBeforeNamespacesAndCgroups() {
        var (world, user, _) = Self.world(nproc: 0)
        let full = world.cgroup(max: .limited(0))
        let task = world.task(in: full, user: user)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 0, maximum: 0))
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUTS).refusal?.rule == .rlimitNproc)
        let free = world.task(in: full, user: user)
        #expect(world.kernel.clone(free, flags: .CLONE_NEWUTS).refusal?.rule == .cloneNamespaceCapable)
        #expect(world.kernel.clone(free).refusal?.rule == .pidsMax)
    }

    @Test func unprivilegedHardLimitsOnlyGoDown() {
        var (world, _, task) = Self.world(nproc: 5)
        #expect(world.kernel.setrlimitNproc(task, RLimit(current: 6, maximum: 6)).refusal?.errno == .EPERM)
        #expect(world.kernel.setrlimitNproc(task, RLimit(current: 5, maximum: 4)).refusal?.errno == .EINVAL)
        #expect(world.kernel.setrlimitNproc(task, RLimit(current: 1, maximum: 4)).refusal == nil)
        #expect(world.kernel.setrlimitNproc(task, RLimit(current: 4, maximum: 4)).refusal == nil)
        #expect(world.kernel.setrlimitNproc(task, RLimit(current: 5, maximum: 5)).refusal?.errno == .EPERM)
    }

    @Test func childrenInheritTheLimit() throws {
        var (world, _, task) = Self.world(nproc: 2)
        let child = try #require(world.kernel.clone(task).value)
        #expect(world.kernel.clone(child).refusal?.rule == .rlimitNproc)
    }
}
