import KernelABI
import KernelModel
import Testing

struct CgroupFilesTests {
    private static func written(_ world: inout World, _ cgroup: CgroupID, _ file: CgroupCoreFile, _ text: String)
        -> Rule.Name?
    {
        world.kernel.write(cgroup, file, Array(text.utf8)).refusal?.rule
    }

    @Test func whatMayBeBelowACgroupIsCountedAtEachLevel() throws {
        var world = World(unified: true)
        let box = world.cgroup()
        #expect(Self.written(&world, box, .maxDescendants, "2") == nil)
        let one = try #require(world.kernel.mkdir("one", in: box).value)
        let inner = try #require(world.kernel.mkdir("inner", in: one).value)
        let refusal = try #require(world.kernel.mkdir("last", in: inner).refusal)
        #expect(refusal.rule == .mkdirMaxDescendants)
        #expect(refusal.errno == .EAGAIN)
        #expect(refusal.level == .cgroup(box))
        // A removed one makes room.
        #expect(world.kernel.rmdir("inner", in: one).value != nil)
        #expect(world.kernel.mkdir("other", in: one).value != nil)
    }

    @Test func depthIsCountedFromTheLevelThatLimitsIt() throws {
        var world = World(unified: true)
        let box = world.cgroup()
        #expect(Self.written(&world, box, .maxDepth, "1") == nil)
        let one = try #require(world.kernel.mkdir("one", in: box).value)
        #expect(world.kernel.mkdir("inner", in: one).refusal?.rule == .mkdirMaxDepth)
        #expect(Self.written(&world, box, .maxDepth, "max") == nil)
        #expect(world.kernel.mkdir("inner", in: one).value != nil)
        #expect(world.kernel.read(box, .maxDepth) == "max\n")
    }

    @Test(arguments: [
        ("1", Rule.Name.cgroupKillThreaded), ("0", .cgroupKillRange), ("-1", .cgroupKillRange), ("x", .intNoNumber),
        ("2147483648", .intRange), ("99999999999999999999", .intOverflow),
    ])
    func aThreadedCgroupIsNotKilledWhateverIsWritten(text: String, rule: Rule.Name) {
        var world = World(unified: true)
        let box = world.cgroup()
        let task = world.task(in: box)
        #expect(Self.written(&world, box, .kill, text) == rule)
        #expect(world.kernel.isLiving(task))
    }

    @Test func aNegativeLimitIsNone() {
        var world = World(unified: true)
        let box = world.cgroup()
        #expect(Self.written(&world, box, .maxDepth, "-1") == .cgroupMaxDepthRange)
        #expect(Self.written(&world, box, .maxDescendants, "-1") == .cgroupMaxDescendantsRange)
        #expect(Self.written(&world, box, .maxDescendants, "") == nil)
        #expect(world.kernel.read(box, .maxDescendants) == "max\n")
    }

    @Test func whoLivesBelowPopulatesAndAZombieDoesNot() throws {
        var world = World(unified: true)
        let box = world.cgroup()
        let task = world.task(in: world.cgroup(in: box))
        #expect(world.kernel.read(box, .events) == "populated 1\nfrozen 0\n")
        world.kernel.exit(task, code: 0)
        #expect(world.kernel.read(box, .events) == "populated 0\nfrozen 0\n")
    }

    @Test func whichFilesThereAreDependsOnTheKernel() {
        func has(_ file: CgroupCoreFile, _ version: KernelVersion, unified: Bool) -> Bool {
            KernelConfiguration(version: version, unified: unified).has(file)
        }
        #expect(!has(.kill, KernelVersion(5, 10), unified: true))
        #expect(has(.kill, KernelVersion(6, 1), unified: true))
        for file in CgroupCoreFile.allCases { #expect(!has(file, KernelVersion(7, 3), unified: false)) }
    }
}
