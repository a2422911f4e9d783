import KernelABI
import KernelModel
import Testing

/// The machine of atomic steps beside the model's calls, which know nothing of each other.
@Suite struct SerialOrderTests {
    private struct Ending: Hashable {
        let made: [Int]
        let current: [Int64]
        let events: [Int64]
    }

    /// Every order of the operations, by the model's own calls.
    private static func orders(_ kernel: Kernel, _ operations: [RaceOperation], _ cgroups: [CgroupID]) -> Set<Ending> {
        var found: Set<Ending> = []
        func take(_ kernel: Kernel, _ made: [Int: Int]) {
            guard made.count < operations.count else {
                let files = cgroups.map(kernel.pidsFiles)
                found.insert(
                    Ending(
                        made: operations.indices.map { made[$0] ?? 0 },
                        current: files.map(\.current),
                        events: files.map(\.eventsMax)
                    )
                )
                return
            }
            for number in operations.indices where made[number] == nil {
                var next = kernel
                var result = 1
                switch operations[number] {
                case .fork(let task): result = next.clone(task).value == nil ? 0 : 1
                case .attach(let task, let cgroup): _ = next.attach(task, to: cgroup)
                case .writePidsMax(let cgroup, let limit): next.setPidsMax(cgroup, limit)
                case .exit(let task): next.exit(task, code: 0)
                case .forkUntilRefused, .wait: continue
                }
                take(next, made.merging([number: result]) { $1 })
            }
        }
        take(kernel, [:])
        return found
    }

    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(6, 12)])
    func operationsOneAfterTheOtherEndAsTheModelsCallsDo(_ version: KernelVersion) throws {
        for seed in 0..<60 {
            var random = SeededNumbers(state: UInt64(seed))
            var world = World(version, unified: true)
            var cgroups = [world.cgroup(max: .limited(5))]
            for _ in 0..<3 {
                let max: PidsLimit = random.next(2) == 0 ? .max : .limited(Int64(2 + random.next(4)))
                cgroups.append(world.cgroup(in: cgroups[random.next(cgroups.count)], max: max))
            }
            let alice = world.kernel.addUser(name: "alice")
            let tasks = (0..<4).map { _ in
                let task = world.task(in: cgroups[random.next(cgroups.count)])
                if random.next(2) == 0 {
                    _ = world.kernel.setrlimitNproc(task, RLimit(current: 3, maximum: 3))
                    world.kernel.becomeUser(task, alice)
                }
                return task
            }
            // Who ends takes no other step: whether it is first or last would matter to its own calls.
            let operations: [RaceOperation] =
                (0..<3).map { number in
                    switch random.next(4) {
                    case 0: .attach(tasks[random.next(3)], to: cgroups[random.next(cgroups.count)])
                    case 1: .writePidsMax(cgroups[random.next(cgroups.count)], .limited(Int64(1 + random.next(5))))
                    default: .fork(tasks[number])
                    }
                } + (random.next(2) == 0 ? [.exit(tasks[3])] : [])
            let found = try Interleavings(world.kernel, operations.map { [$0] }, observing: cgroups)
            let explored = Set(
                found.outcomes.filter { $0.kind == .serial }.map { outcome in
                    Ending(
                        made: outcome.results.map(\.made),
                        current: outcome.cgroups.map(\.current),
                        events: outcome.cgroups.map(\.eventsMax)
                    )
                }
            )
            // What nothing touches is not among the counters.
            let orders = Self.orders(world.kernel, operations, found.outcomes[0].cgroups.map(\.cgroup))
            #expect(orders.isSubset(of: explored), "seed \(seed)")
            #expect(Set(orders.map(\.made)) == Set(explored.map(\.made)), "seed \(seed)")
        }
    }

    @Test func everyPeakOfARaceIsOneThatVerificationAllows() throws {
        for limits in [(4, 4), (4, 6), (5, 4)] as [(Int64, Int64)] {
            var world = World()
            let outer = world.cgroup(max: .limited(limits.0))
            let inner = world.cgroup(in: outer, max: .limited(limits.1))
            let racers = [world.task(in: inner), world.task(in: inner)]
            let endings = try #require(ForkRace(world.kernel, racers)).endings
            let found = try Interleavings(
                world.kernel,
                racers.map { [.forkUntilRefused($0)] },
                observing: [outer, inner]
            )
            var explored: Set<[Int]> = []
            for outcome in found.outcomes {
                explored.insert(outcome.results.map(\.made))
                let refusals = outcome.results.map(\.refusal)
                let ending = try #require(
                    endings.first {
                        $0.made == outcome.results.map(\.made) && $0.refusals.map(Optional.some) == refusals
                    }
                )
                for cgroup in outcome.cgroups {
                    for peak in cgroup.peaks {
                        var after = world.kernel
                        _ = after.apply(ending, of: racers)
                        let before = try #require(world.kernel.pidsFiles(of: cgroup.cgroup).peak)
                        let isAllowed = after.setPeakAfterRace(cgroup.cgroup, peak, racers: 2, before: before)
                        #expect(isAllowed, "\(peak)")
                    }
                }
            }
            #expect(explored == Set(endings.map(\.made)))
        }
    }
}

/// The numbers of a seed.
private struct SeededNumbers {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
