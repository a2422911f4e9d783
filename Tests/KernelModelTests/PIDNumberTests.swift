import KernelABI
import KernelModel
import Testing

/// Which numbers `alloc_pid` gives in PID namespaces that a program made.
struct PIDNumberTests {
    private static let versions = [
        KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(6, 12), KernelVersion(7, 3),
    ]

    /// A process outside, and the first one of a PID namespace in a cgroup without a limit.
    private func container(_ version: KernelVersion) throws -> (World, CgroupID, host: TaskID, first: TaskID) {
        var world = World(version, unified: true)
        let box = world.cgroup(max: .max)
        let host = world.task(in: box)
        let first = try #require(world.kernel.clone(host, flags: .CLONE_NEWPID).value)
        return (world, box, host, first)
    }

    private func numbersOfChild(of maker: TaskID, _ world: inout World) throws -> [Int32?] {
        let child = try #require(world.kernel.clone(maker).value)
        return world.kernel.pids(of: child)
    }

    @Test(arguments: versions)
    func numbersCountOnWhoeverHasGone(_ version: KernelVersion) throws {
        var (world, _, host, first) = try container(version)
        #expect(world.kernel.pids(of: host) == [])
        #expect(world.kernel.pids(of: first) == [1])
        let second = try #require(world.kernel.clone(first).value)
        world.kernel.exit(second, code: 0)
        #expect(world.kernel.wait(first, child: second).value == second)
        let third = try #require(world.kernel.clone(first).value)
        #expect(world.kernel.pids(of: third) == [3])
        let nested = try #require(world.kernel.clone(third, flags: .CLONE_NEWPID).value)
        #expect(world.kernel.pids(of: nested) == [4, 1])
    }

    @Test(arguments: versions)
    func aForkThatIsRefusedLateLeavesHolesAtEveryLevel(_ version: KernelVersion) throws {
        var (world, box, _, first) = try container(version)
        let nested = try #require(world.kernel.clone(first, flags: .CLONE_NEWPID).value)
        world.kernel.setPidsMax(box, .limited(3))
        for _ in 0..<4 { #expect(world.kernel.clone(nested).refusal?.rule == .pidsMax) }
        // The namespace that would have been made is gone, and nothing of it is seen but the hole above.
        #expect(world.kernel.clone(first, flags: .CLONE_NEWPID).refusal?.rule == .pidsMax)
        world.kernel.setPidsMax(box, .max)
        let late = try #require(world.kernel.clone(nested).value)
        #expect(world.kernel.pids(of: late) == [8, 6])
        // What is refused before it has a number costs none.
        #expect(world.kernel.clone(first, flags: [.CLONE_THREAD]).refusal?.errno == .EINVAL)
        #expect(try numbersOfChild(of: first, &world) == [9])
    }

    @Test(arguments: versions)
    func aForkIntoANamespaceThatHasEndedCostsANumberAbove(_ version: KernelVersion) throws {
        var (world, _, _, first) = try container(version)
        let maker = try #require(world.kernel.clone(first).value)
        _ = world.kernel.unshare(maker, flags: .CLONE_NEWPID)
        let inner = try #require(world.kernel.clone(maker).value)
        #expect(world.kernel.pids(of: inner) == [3, 1])
        world.kernel.exit(inner, code: 0)
        #expect(world.kernel.clone(maker).refusal?.rule == .pidNSEnded)
        #expect(world.kernel.clone(maker).refusal?.rule == .pidNSEnded)
        #expect(try numbersOfChild(of: first, &world) == [6])
    }

    @Test(arguments: versions)
    func aChosenNumberIsTakenOnceAndMovesNothingOn(_ version: KernelVersion) throws {
        var (world, _, host, first) = try container(version)
        func chosen(_ maker: TaskID, _ numbers: Int32...) -> Transition<TaskID> {
            world.kernel.clone3(maker, CloneArgs(setTID: .pids(numbers.map { .number($0) })), into: .none)
        }
        let third = try #require(chosen(first, 3).value)
        #expect(world.kernel.pids(of: third) == [3])
        #expect(chosen(first, 3).refusal?.rule == .setTIDTaken)
        #expect(try numbersOfChild(of: first, &world) == [2])
        // 3 is passed over.
        #expect(try numbersOfChild(of: first, &world) == [4])
        world.kernel.exit(third, code: 0)
        #expect(chosen(first, 3).refusal?.rule == .setTIDTaken)
        _ = world.kernel.wait(first, child: third)
        #expect(chosen(first, 3).refusal == nil)
        // In a namespace that is made for the child, and the one above it.
        let args = CloneArgs(flags: .CLONE_NEWPID, setTID: .pids([.number(1), .number(77)]))
        let restored = try #require(world.kernel.clone3(first, args, into: .none).value)
        #expect(world.kernel.pids(of: restored) == [77, 1])
        #expect(try numbersOfChild(of: restored, &world) == [5, 2])
        #expect(world.kernel.clone3NotModelled(first, args) == nil)
        #expect(world.kernel.clone3NotModelled(host, args) != nil)
    }

    @Test func afterThreeHundredNumbersTheFirstOnesAreNotGivenAgain() throws {
        var (world, _, _, first) = try container(KernelVersion(6, 12))
        var last: TaskID?
        for number in Int32(2)...301 {
            let child = try #require(world.kernel.clone(first).value)
            #expect(world.kernel.pids(of: child) == [number])
            if let last {
                world.kernel.exit(last, code: 0)
                _ = world.kernel.wait(first, child: last)
            }
            last = child
        }
        #expect(try numbersOfChild(of: first, &world) == [302])
    }

    @Test func aNamespaceWhoseFirstForkFailedBeginsAnewSince7_3() throws {
        var world = World(KernelVersion(7, 3), unified: true)
        let box = world.cgroup(max: .limited(1))
        let host = world.task(in: box)
        _ = world.kernel.unshare(host, flags: .CLONE_NEWPID)
        #expect(world.kernel.clone(host).refusal?.rule == .pidsMax)
        world.kernel.setPidsMax(box, .max)
        #expect(try numbersOfChild(of: host, &world) == [1])
    }
}
