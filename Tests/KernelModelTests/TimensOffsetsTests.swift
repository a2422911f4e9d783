import KernelABI
import KernelModel
import Testing

struct TimensOffsetsTests {
    private static func write(_ world: inout World, _ task: TaskID, _ text: String, of target: TaskID? = nil)
        -> Refusal?
    {
        let bytes = Array(text.utf8)
        #expect(world.kernel.timensOffsetsNotModelled(bytes) == nil)
        return world.kernel.writeTimensOffsets(task, of: target ?? task, bytes).refusal
    }

    /// A task whose children are to have a time namespace of their own.
    private static func maker(_ world: inout World) -> TaskID {
        let task = world.task()
        _ = world.kernel.unshare(task, flags: .CLONE_NEWTIME)
        return task
    }

    private static func text(_ monotonic: String, _ boottime: String) -> String {
        "monotonic  \(monotonic)\nboottime   \(boottime)\n"
    }

    @Test func whatIsWrittenIsRead() {
        var world = World()
        let task = Self.maker(&world)
        #expect(Self.write(&world, task, "monotonic 5 7\nboottime -2000000000 0").self?.errno == .ERANGE)
        #expect(Self.write(&world, task, "monotonic 5 7\n7 123 999999999\n") == nil)
        let text = Self.text("         5         7", "       123 999999999")
        #expect(world.kernel.readTimensOffsets(task, of: task).value == text)
        // A namespace that is made now begins with them.
        _ = world.kernel.unshare(task, flags: .CLONE_NEWTIME)
        #expect(world.kernel.readTimensOffsets(task, of: task).value == text)
        #expect(Self.write(&world, task, "1 6 0") == nil)
        #expect(
            world.kernel.readTimensOffsets(task, of: task).value
                == Self.text("         6         0", "       123 999999999")
        )
    }

    @Test(arguments: [
        ("", Rule.Name.timensOffsetsLine), ("\n", .timensOffsetsLine), ("monotonic 5", .timensOffsetsLine),
        ("monotonic 5 -1", .timensOffsetsLine), ("monotonic +5 0", .timensOffsetsLine),
        ("monotonic 1 1000000000", .timensOffsetsLine), ("monotonic 1 0\n\nboottime 1 0", .timensOffsetsLine),
        ("boottime5 6", .timensOffsetsLine), ("boottime5 6 7", .timensOffsetsClock),
        ("realtime 1 0", .timensOffsetsClock), ("0 1 0", .timensOffsetsClock),
        ("monotonic 4611686019 0", .timensOffsetsRange), ("boottime -1000000001 0", .timensOffsetsRange),
        ("monotonic 1 0\nboottime 9223372037 0", .timensOffsetsSeconds), ("1 -9223372037 0", .timensOffsetsSeconds),
    ])
    func whatNamesNoOffsetIsRefusedAndChangesNothing(text: String, rule: Rule.Name) {
        var world = World()
        let task = Self.maker(&world)
        #expect(Self.write(&world, task, text)?.rule == rule)
        #expect(
            world.kernel.readTimensOffsets(task, of: task).value
                == Self.text("         0         0", "         0         0")
        )
    }

    @Test func theTextIsReadAsSscanfReadsIt() {
        var world = World()
        let task = Self.maker(&world)
        // Nine letters are a word, numbers need no space before them, and nobody reads what follows.
        #expect(Self.write(&world, task, " monotonic5\t6 tail\n7  3 4\nrealtime") == nil)
        #expect(
            world.kernel.readTimensOffsets(task, of: task).value
                == Self.text("         5         6", "         3         4")
        )
    }

    @Test(arguments: [
        (KernelVersion(5, 10), nil, Rule.Name.timensOffsetsSeconds),
        (KernelVersion(6, 1), Rule.Name.timensOffsetsNanoseconds, .timensOffsetsSeconds),
        (KernelVersion(6, 12), .timensOffsetsNanoseconds, .timensOffsetsNanoseconds),
        (KernelVersion(6, 18), nil, .timensOffsetsSeconds),
        (KernelVersion(7, 3), .timensOffsetsNanoseconds, .timensOffsetsSeconds),
    ])
    func nanosecondsFromTwoTo63OnAreBelowZero(version: KernelVersion, alone: Rule.Name?, besideSeconds: Rule.Name) {
        var world = World(version)
        let task = Self.maker(&world)
        #expect(Self.write(&world, task, "monotonic 1 18446744073709551615")?.rule == alone)
        #expect(Self.write(&world, task, "monotonic 9223372037 18446744073709551615")?.rule == besideSeconds)
    }

    @Test func theFirstInThereFreezesThem() throws {
        var world = World()
        let task = Self.maker(&world)
        let child = try #require(world.kernel.clone(task).value)
        #expect(Self.write(&world, task, "monotonic 1 0")?.rule == .timensOffsetsFrozen)
        #expect(Self.write(&world, child, "monotonic 1 0")?.errno == .EACCES)
        // The machine's own are never changed.
        #expect(Self.write(&world, world.task(), "monotonic 1 0")?.rule == .timensOffsetsFrozen)
    }

    @Test func aForkThatIsRefusedLateFreezesThem() {
        var world = World()
        let cgroup = world.cgroup(max: .limited(0))
        let task = world.task(in: cgroup)
        _ = world.kernel.unshare(task, flags: .CLONE_NEWTIME)
        #expect(world.kernel.clone3(task, CloneArgs(flags: .CLONE_NEWTIME), into: .none).refusal?.rule == .pidsMax)
        #expect(world.kernel.clone(task, flags: [.CLONE_NEWIPC, .CLONE_SYSVSEM]).refusal?.errno == .EINVAL)
        #expect(Self.write(&world, task, "monotonic 1 0") == nil)
        #expect(world.kernel.clone(task).refusal?.rule == .pidsMax)
        #expect(Self.write(&world, task, "monotonic 1 0")?.rule == .timensOffsetsFrozen)
    }

    @Test func theFileIsItsOwnersAndTheRightIsTheNamespaceOwners() {
        var world = World()
        let task = world.task()
        let other = Self.maker(&world)
        let alice = world.task(user: world.kernel.addUser(name: "alice"))
        // Who has changed its user is not dumpable, and its files are root's.
        #expect(Self.write(&world, alice, "monotonic 1 0")?.rule == .timensOffsetsPermission)
        _ = world.kernel.unshare(task, flags: [.CLONE_NEWUSER, .CLONE_NEWTIME])
        #expect(Self.write(&world, task, "monotonic 1 0") == nil)
        #expect(Self.write(&world, task, "monotonic 1 0", of: other)?.rule == .timensOffsetsCapable)
        #expect(Self.write(&world, other, "monotonic 1 0", of: task) == nil)
    }

    @Test func whoHasEndedHasNone() throws {
        var world = World()
        let task = world.task()
        let child = try #require(world.kernel.clone(task).value)
        world.kernel.exit(child, code: 0)
        #expect(Self.write(&world, task, "monotonic 1 0", of: child)?.errno == .ESRCH)
        #expect(world.kernel.readTimensOffsets(task, of: child).value == "")
        world.kernel.release(child)
        #expect(Self.write(&world, task, "monotonic 1 0", of: child)?.errno == .ENOENT)
        #expect(world.kernel.readTimensOffsets(task, of: child).refusal?.errno == .ENOENT)
    }

    @Test(arguments: [
        "monotonic -1 0", "monotonic 4611686018 0", "monotonic 99999999999999999999 0",
        "monotonic 1 18446744072709551615", "mönotonic 1 0",
    ])
    func whatTheMachinesClockDecidesIsNotPredicted(text: String) {
        #expect(World().kernel.timensOffsetsNotModelled(Array(text.utf8)) != nil)
    }
}
