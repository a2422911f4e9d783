import KernelABI
import KernelModel
import Testing

struct CgroupDirectoryTests {
    @Test func aNewCgroupIsHeldToTheLimitsAboveIt() throws {
        var world = World()
        let box = world.cgroup(max: .limited(1))
        let app = try #require(world.kernel.mkdir("app", in: box).value)
        let task = world.task(in: app)
        #expect(world.current(app) == 1)
        #expect(world.kernel.clone(task).refusal?.level == .cgroup(box))
    }

    @Test func aNameIsThereOnce() throws {
        var world = World()
        let box = world.cgroup()
        let app = try #require(world.kernel.mkdir("app", in: box).value)
        #expect(world.kernel.mkdir("app", in: box).refusal?.rule == .mkdirExists)
        #expect(world.kernel.mkdir("app", in: app).value != nil)
        #expect(world.kernel.rmdir("other", in: box).refusal?.rule == .rmdirNoEntry)
    }

    @Test func whatHasNoParentIsNotThere() {
        var world = World()
        #expect(world.kernel.mkdir("app", in: nil).refusal?.errno == .ENOENT)
        #expect(world.kernel.rmdir("app", in: nil).refusal?.rule == .pathNoEntry)
    }

    @Test func aCgroupIsHeldByTheLivingAndByThoseBelowIt() throws {
        var world = World()
        let box = try #require(world.kernel.mkdir("box", in: Kernel.rootCgroup).value)
        let app = try #require(world.kernel.mkdir("app", in: box).value)
        #expect(world.kernel.rmdir("box", in: Kernel.rootCgroup).refusal?.rule == .rmdirChildren)
        let task = world.task(in: app)
        #expect(world.kernel.rmdir("box", in: Kernel.rootCgroup).refusal?.rule == .rmdirPopulated)
        #expect(world.kernel.rmdir("app", in: box).refusal?.errno == .EBUSY)
        world.kernel.exit(task, code: 0)
        #expect(world.kernel.rmdir("app", in: box).value == app)
        #expect(world.kernel.rmdir("box", in: Kernel.rootCgroup).value == box)
    }

    @Test func aZombieStaysChargedAboveTheCgroupThatIsGone() throws {
        var world = World()
        let box = world.cgroup(max: .limited(2))
        let app = try #require(world.kernel.mkdir("app", in: box).value)
        let task = world.task(in: box)
        let child = try #require(world.kernel.clone(task).value)
        #expect(world.kernel.attach(child, to: app).refusal == nil)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.rmdir("app", in: box).value == app)
        #expect(world.current(box) == 2)
        #expect(world.kernel.clone(task).refusal?.rule == .pidsMax)
        let again = try #require(world.kernel.mkdir("app", in: box).value)
        #expect(world.current(again) == 0)
        #expect(world.kernel.wait(task, child: child).value == child)
        #expect(world.current(box) == 1)
    }
}
