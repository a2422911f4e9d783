import KernelABI
import Testing

@testable import KernelModel

/// `fork` decides as `clone` without flags does, and leaves the same kernel behind.
@Suite struct PlainForkTests {
    /// Every member of the kernel is compared, whatever its type. Plans are no part of its state.
    private static func state(_ kernel: Kernel) -> String {
        var bare = kernel
        bare.forkPlans = []
        return text(bare)
    }

    /// All that a value is made of. What has no order is sorted.
    private static func text(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        guard !mirror.children.isEmpty else { return "\(value)" }
        var parts = mirror.children.map { "\($0.label ?? "") \(text($0.value))" }
        if mirror.displayStyle == .dictionary || mirror.displayStyle == .set { parts.sort() }
        return "(\(parts.joined(separator: ", ")))"
    }

    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(6, 12), KernelVersion(7, 3)])
    func everyForkOfRandomWorldsIsDecidedAsCloneDecidesIt(version: KernelVersion) {
        var plain = 0
        var refusals: Set<Rule.Name> = []
        for seed in 0..<60 {
            // The same happens to both.
            var world = RandomWorld(version, seed: UInt64(seed))
            var twin = RandomWorld(version, seed: UInt64(seed))
            for _ in 0..<40 {
                world.change()
                twin.change()
                guard let task = world.someone(), task == twin.someone() else { break }
                let answer = world.kernel.fork(task)
                #expect(answer == twin.kernel.clone(task).answer, "seed \(seed)")
                if case .refused(let refusal) = answer { refusals.insert(refusal.rule) }
                if world.kernel.takesThePlainWay(task) { plain += 1 }
            }
            #expect(Self.state(world.kernel) == Self.state(twin.kernel), "seed \(seed)")
        }
        // Neither way goes unused, and each limit is met.
        #expect(plain > 600 && plain < 60 * 40)
        #expect(refusals.isSuperset(of: [.pidsMax, .rlimitNproc, .cloneThreadsMax, .clonePidMax]))
    }

    @Test func whoHasWhatAChildDoesNotInheritForksTheLongWay() {
        var world = World.ofPids()
        let task = world.task(in: world.cgroup())
        _ = world.kernel.fork(task)
        #expect(world.kernel.takesThePlainWay(task))
        world.kernel.setChildSubreaper(task, true)
        _ = world.kernel.fork(task)
        #expect(!world.kernel.takesThePlainWay(task))
        world.kernel.setChildSubreaper(task, false)
        #expect(world.kernel.takesThePlainWay(task))
        _ = world.kernel.unshare(task, flags: .CLONE_NEWPID)
        _ = world.kernel.fork(task)
        #expect(!world.kernel.takesThePlainWay(task))
    }

    @Test func theMemoryThatIsShownIsWhatTheChildrenComeToBeIn() throws {
        var world = World.ofPids()
        let task = world.task(in: world.cgroup())
        var room = 0..<0
        world.kernel.reserve(tasks: 1000) { memory in
            let start = Int(bitPattern: memory.baseAddress)
            room = start..<start + memory.count
        }
        #expect(room.count >= 24 * 1000)
        for _ in 0..<1000 { _ = world.kernel.fork(task) }
        world.kernel.reserve(tasks: 0) { memory in
            #expect(Int(bitPattern: memory.baseAddress) == room.lowerBound)
            #expect(memory.count == room.count)
        }
    }

    @Test func refusalsAreCountedInTheOrderInWhichTheyCameFirst() throws {
        var world = World.ofPids()
        let full = world.task(in: world.cgroup(max: .limited(1)))
        let other = world.task(in: world.cgroup(max: .limited(0)))
        var counts = RefusalCounts()
        var expected: [Refusal] = []
        for task in [full, full, other, full, other] {
            guard case .refused(let refusal) = world.kernel.fork(task) else { continue }
            counts.add(refusal)
            if !expected.contains(refusal) { expected.append(refusal) }
        }
        #expect(counts.counted.map(\.refusal) == expected)
        #expect(counts.counted.map(\.count) == [3, 2])
    }
}

extension Kernel {
    /// Whether the plan for the forks of such tasks, which must have forked, is the short one.
    fileprivate func takesThePlainWay(_ task: TaskID) -> Bool {
        let place = tasks.placeOfAttributes(of: task)
        return place < forkPlans.count && forkPlans[place].isPlain && timeNamespaces.count == 1
    }
}

extension World {
    /// A world whose kernel has the pids controller alone, and knows it.
    fileprivate static func ofPids() -> World {
        var world = World()
        world.kernel = Kernel(
            configuration: KernelConfiguration(version: KernelVersion(6, 1), unified: true),
            names: NewUtsname(nodename: "start", release: "6.1")
        )
        return world
    }
}

/// Four cgroups below each other, a few users, and whatever happens to their tasks. The same for the same seed.
private struct RandomWorld {
    var kernel: Kernel
    private var state: UInt64
    private var cgroups: [CgroupID] = []
    private var users: [UserID] = [.initUser]

    init(_ version: KernelVersion, seed: UInt64) {
        state = seed
        kernel = Kernel(
            configuration: KernelConfiguration(version: version, unified: seed % 2 == 0),
            names: NewUtsname(nodename: "start", release: "\(version)")
        )
        for _ in 0..<2 { users.append(kernel.addUser(name: "user")) }
        var parent = Kernel.rootCgroup
        for level in 0..<4 {
            parent = kernel.makeCgroup(name: "c\(level)", in: parent)
            kernel.setPidsMax(parent, .limited(Int64(4 + number(12))))
            cgroups.append(parent)
        }
        for cgroup in cgroups {
            guard let task = kernel.clone(Kernel.initTask).value else { continue }
            _ = kernel.attach(task, to: cgroup)
            let nproc = UInt64(2 + number(8))
            _ = kernel.setrlimitNproc(task, RLimit(current: nproc, maximum: nproc))
            kernel.becomeUser(task, users[number(users.count)])
        }
    }

    /// A task that lives and is not the first.
    mutating func someone() -> TaskID? {
        let living = kernel.tasks.indices.map { TaskID($0) }.filter { kernel.isLiving($0) && $0 != Kernel.initTask }
        return living.isEmpty ? nil : living[number(living.count)]
    }

    mutating func change() {
        guard let task = someone() else { return }
        switch number(14) {
        case 0: kernel.setPidsMax(cgroups[number(4)], .limited(Int64(number(14))))
        case 1: _ = kernel.attach(task, to: cgroups[number(4)])
        case 2: _ = kernel.setresuid(task, users[number(users.count)])
        case 3: _ = kernel.setrlimitNproc(task, RLimit(current: UInt64(number(9)), maximum: 20))
        case 4 where number(3) == 0: kernel.limitThreads(room: UInt32(number(6)))
        case 5 where number(3) == 0: kernel.limitPids(room: UInt32(1 + number(6)))
        case 6 where number(2) == 0: _ = kernel.writeThreadsMax(nil, 4_194_304)
        case 7 where number(4) == 0: _ = kernel.unshare(task, flags: .CLONE_NEWPID)
        case 8 where number(12) == 0: _ = kernel.unshare(task, flags: .CLONE_NEWTIME)
        case 9 where number(3) == 0:
            _ = kernel.unshare(task, flags: .CLONE_NEWUSER)
            if number(2) == 0 { _ = kernel.mapIDs(of: task) }
        case 10: kernel.setChildSubreaper(task, number(2) == 0)
        case 11: _ = kernel.clone(task, flags: [[], .CLONE_FS, .CLONE_FILES, .CLONE_PARENT][number(4)])
        case 12, 13: end(task)
        default: break
        }
    }

    /// It ends, and is waited for or not.
    private mutating func end(_ task: TaskID) {
        guard kernel.living > 3, !kernel.exitWouldBlock(task) else { return }
        let parent = kernel.tasks[task.index].realParent
        kernel.exit(task, code: 0)
        if number(2) == 0, let parent, kernel.isLiving(parent), kernel.tasks[task.index].exitState == .zombie {
            _ = kernel.wait(parent, child: task)
        }
    }

    /// A number below `end`: splitmix64.
    private mutating func number(_ end: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(end))
    }
}
