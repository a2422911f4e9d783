import KernelABI
import KernelModel
import Testing

struct PidsFilesTests {
    /// A fork in the leaf of three cgroups, refused by the middle one. The `max` of `pids.events`, from the top down.
    private static func events(_ world: World) -> [Int64] {
        var world = world
        let top = world.cgroup()
        let middle = world.cgroup(in: top, max: .limited(1))
        let leaf = world.cgroup(in: middle)
        _ = world.forks(world.task(in: leaf), 2)
        return [top, middle, leaf].map(world.events)
    }

    @Test func before611TheForkingCgroupCounts() {
        #expect(Self.events(World(KernelVersion(6, 1), unified: true)) == [0, 0, 2])
        #expect(Self.events(World(KernelVersion(6, 10, 14), unified: true)) == [0, 0, 2])
    }

    @Test func since611TheCgroupWhoseLimitWasHitCountsAndThoseAboveIt() {
        #expect(Self.events(World(KernelVersion(6, 11), unified: true)) == [2, 2, 0])
        #expect(Self.events(World(KernelVersion(7, 3, 4), unified: true)) == [2, 2, 0])
    }

    @Test func version1AndLocalEventsStayWithTheForkingCgroup() {
        #expect(Self.events(World(KernelVersion(6, 18, 44))) == [0, 0, 2])
        #expect(Self.events(World(KernelVersion(6, 12), unified: true, localEvents: true)) == [0, 0, 2])
    }

    @Test func localEventsCountOnlyTheVeryLimit() {
        var world = World(KernelVersion(6, 12), unified: true)
        let top = world.cgroup()
        let middle = world.cgroup(in: top, max: .limited(1))
        let leaf = world.cgroup(in: middle)
        _ = world.forks(world.task(in: leaf), 2)
        #expect([top, middle, leaf].map { world.kernel.pidsFiles(of: $0).eventsLocalMax } == [0, 2, 0])
    }

    @Test func filesAppearWithTheReleaseThatBroughtThem() {
        func files(_ version: KernelVersion, unified: Bool) -> PidsFiles {
            var world = World(version, unified: unified)
            let cgroup = world.cgroup()
            return world.kernel.pidsFiles(of: cgroup)
        }
        #expect(files(KernelVersion(5, 10), unified: true).peak == nil)
        #expect(files(KernelVersion(6, 1), unified: false).peak == 0)
        #expect(files(KernelVersion(6, 1), unified: true).eventsLocalMax == nil)
        #expect(files(KernelVersion(6, 12), unified: true).eventsLocalMax == 0)
        #expect(files(KernelVersion(6, 18), unified: false).eventsLocalMax == nil)
    }

    /// What `pids.max` of a version 1 hierarchy of Linux 6.18 did with these texts when it held 7.
    @Test(arguments: [
        ("5", "5"), (" 7 ", "7"), ("0x10", "16"), ("010", "8"), ("+3", "3"), ("max", "max"), (" max", "max"),
        ("max\n", "max"), ("4194304", "4194304"), ("-0", "0"), ("0X1F", "31"), ("0", "0"),
    ])
    func pidsMaxTakes(_ text: String, _ reads: String) {
        var world = World()
        let cgroup = world.cgroup(max: .limited(7))
        #expect(world.kernel.writePidsMax(cgroup, Array(text.utf8)).refusal == nil)
        #expect(world.kernel.pidsFiles(of: cgroup).max.description == reads)
    }

    /// As above, for texts that were refused.
    @Test(arguments: [
        ("08", Errno.EINVAL), ("-1", .EINVAL), ("Max", .EINVAL), ("4194305", .EINVAL), ("3x", .EINVAL),
        ("1 2", .EINVAL), ("+-1", .EINVAL), ("0x", .EINVAL), ("+", .EINVAL), (" ", .EINVAL),
        ("99999999999999999999", .ERANGE), ("-99999999999999999999", .ERANGE), ("18446744073709551617x", .ERANGE),
        ("-9223372036854775809", .ERANGE), ("9223372036854775808", .ERANGE),
        (String(repeating: "1", count: 4096), .ERANGE), (String(repeating: "1", count: 5000), Errno(rawValue: 7)),
    ])
    func pidsMaxRefuses(_ text: String, _ errno: Errno) {
        var world = World()
        let cgroup = world.cgroup(max: .limited(7))
        #expect(world.kernel.writePidsMax(cgroup, Array(text.utf8)).refusal?.errno == errno)
        #expect(world.kernel.pidsFiles(of: cgroup).max == .limited(7))
    }
}
