import KernelABI
import KernelModel
import Testing

/// Domains of the unified hierarchy, and what is done to all in a cgroup.
@Suite struct CgroupDomainTests {
    private var world = World(KernelVersion(6, 1), unified: true)

    private mutating func domain(_ name: String, in parent: CgroupID = Kernel.rootCgroup) -> CgroupID {
        world.kernel.makeCgroup(name: name, in: parent, isThreaded: false)
    }

    private mutating func write(_ cgroup: CgroupID, _ file: CgroupCoreFile, _ text: String) -> Errno? {
        world.kernel.write(cgroup, file, Array(text.utf8)).refusal?.errno
    }

    private func read(_ cgroup: CgroupID, _ file: CgroupCoreFile) -> String { world.kernel.read(cgroup, file) }

    @Test mutating func aDomainAboveProcessesTakesNone() {
        let box = domain("box")
        let app = domain("app", in: box)
        _ = world.task(in: app)
        let other = world.task()
        #expect(world.kernel.attach(other, to: box).refusal?.rule == .attachInnerProcesses)
        #expect(world.kernel.attach(other, to: app).refusal == nil)
    }

    @Test mutating func belowADomainWithProcessesOnlyThreadedCgroupsTakeProcesses() {
        let box = domain("box")
        let part = domain("part", in: box)
        _ = world.task(in: box)
        let other = world.task()
        #expect(read(box, .type) == "domain threaded\n")
        #expect(read(part, .type) == "domain invalid\n")
        #expect(world.kernel.attach(other, to: part).refusal?.rule == .attachInvalidDomain)
        #expect(write(part, .subtreeControl, "+pids") == .EOPNOTSUPP)
        #expect(write(part, .type, "threaded\n") == nil)
        #expect(world.kernel.attach(other, to: part).refusal == nil)
        #expect(write(part, .kill, "1") == .EOPNOTSUPP)
    }

    @Test mutating func whoLosesPidsIsCountedAboveAlone() {
        let box = domain("box")
        let app = domain("app", in: box)
        let task = world.task(in: app)
        let child = world.kernel.clone(task).value
        #expect(world.current(app) == 2)
        #expect(write(box, .subtreeControl, "-pids") == nil)
        #expect(!world.kernel.hasPidsFiles(app))
        #expect(world.current(box) == 2)
        _ = world.kernel.clone(task)
        #expect(write(box, .subtreeControl, "+pids") == nil)
        #expect(world.current(app) == 3)
        #expect(world.current(box) == 3)
        #expect(child != nil)
    }

    @Test mutating func aZombieStaysChargedWhereItWas() {
        let box = domain("box")
        let app = domain("app", in: box)
        let task = world.task(in: app)
        guard let child = world.kernel.clone(task).value else { preconditionFailure("nothing limits it") }
        world.kernel.exit(child, code: 0)
        #expect(write(box, .subtreeControl, "-pids") == nil)
        #expect(write(box, .subtreeControl, "+pids") == nil)
        // The zombie's is in the state that is gone, and above.
        #expect(world.current(app) == 1)
        #expect(world.current(box) == 2)
        _ = world.kernel.wait(task, child: child)
        #expect(world.current(app) == 1)
        #expect(world.current(box) == 1)
    }

    @Test mutating func aMoveByControlRaisesThePeakAboveByOneAtMost() {
        let box = domain("box")
        let app = domain("app", in: box)
        for _ in 0..<3 { _ = world.task(in: app) }
        #expect(world.peak(box) == 3)
        _ = write(box, .subtreeControl, "-pids")
        #expect(world.peak(box) == 4)
        _ = write(box, .subtreeControl, "+pids")
        #expect(world.peak(box) == 4)
        #expect(world.peak(app) == 3)
    }

    @Test(arguments: [
        ("pids", Errno.EINVAL), ("=pids", .EINVAL), ("+nothing", .EINVAL), ("+devices", .EINVAL), ("+memory", .ENOENT),
        ("-memory", nil), ("", nil), (" +pids\n", nil), ("-pids +pids", nil), ("+pids\t-pids", .EINVAL),
    ])
    mutating func theTextOfSubtreeControl(text: String, errno: Errno?) {
        let box = domain("box")
        _ = domain("app", in: box)
        #expect(write(box, .subtreeControl, text) == errno)
        #expect(read(box, .subtreeControl) == "pids\n")
    }

    @Test mutating func pidsIsNotTakenFromWhoHandsItOn() {
        let box = domain("box")
        let app = domain("app", in: box)
        _ = domain("part", in: app)
        #expect(write(box, .subtreeControl, "-pids") == .EBUSY)
        #expect(write(app, .subtreeControl, "-pids") == nil)
        #expect(write(box, .subtreeControl, "-pids") == nil)
        #expect(write(app, .subtreeControl, "+pids") == .ENOENT)
    }

    @Test mutating func killTakesAllBelowAndLeavesZombies() {
        let box = domain("box")
        let app = domain("app", in: box)
        let (task, outside) = (world.task(in: app), world.task())
        _ = world.forks(task, 3)
        _ = write(app, .freeze, "1")
        #expect(world.kernel.isFrozen(task))
        #expect(write(box, .kill, "1") == nil)
        #expect(!world.kernel.isLiving(task))
        #expect(world.kernel.isLiving(outside))
        #expect(world.current(box) == 4)
        #expect(read(box, .events) == "populated 0\nfrozen 0\n")
        #expect(read(app, .events) == "populated 0\nfrozen 1\n")
    }

    @Test mutating func whoComesToAFrozenCgroupStandsStill() {
        let box = domain("box")
        let app = domain("app", in: box)
        let task = world.task()
        #expect(write(box, .freeze, "2") == .ERANGE)
        #expect(write(box, .freeze, "1") == nil)
        _ = world.kernel.attach(task, to: app)
        #expect(world.kernel.isFrozen(task))
        #expect(read(app, .freeze) == "0\n")
        #expect(write(app, .freeze, "0") == nil)
        #expect(world.kernel.isFrozen(task))
        #expect(write(box, .freeze, "0") == nil)
        #expect(!world.kernel.isFrozen(task))
    }
}
