import KernelABI

/// Reads outcomes, peaks and properties off a space of states.
struct SpaceReading {
    /// Results and counters of an ending, as they are in records.
    struct Key: Hashable {
        let results: [Int16]
        let counters: [Int16]
    }

    let kernel: Kernel
    let space: StateSpace
    let operations: [RaceOperation]
    /// The levels that are observed, in the order in which they were asked for.
    let observed: [(cgroup: CgroupID, level: Int, seen: RaceMachine.Seen)]
    /// The states in which everything is over.
    let ends: [Int]

    var machine: RaceMachine { space.machine }

    init(_ kernel: Kernel, _ space: StateSpace, _ operations: [RaceOperation], _ cgroups: [CgroupID]) {
        self.kernel = kernel
        self.space = space
        self.operations = operations
        ends = (0..<space.count).filter(space.isComplete)
        observed = cgroups.compactMap { cgroup in
            let css = kernel.cgroups[cgroup.index].subsys[kernel.pidsSubsystem]
            guard let level = space.machine.levels.firstIndex(where: { $0.css == css }),
                let seen = space.machine.levels[level].seen
            else { return nil }
            return (cgroup, level, seen)
        }
    }

    /// What became of the operations.
    func results(_ state: Int) -> [Int16] {
        machine.results.flatMap { [space.value($0.made, state), space.value($0.refusal, state)] }
    }

    private func key(_ state: Int) -> Key {
        let counters = observed.flatMap { item -> [Int16] in
            let level = machine.levels[item.level]
            return [
                space.value(level.counter, state), level.limit.map { space.value($0, state) } ?? 0,
                space.value(item.seen.events, state),
            ]
        }
        return Key(results: results(state), counters: counters)
    }

    /// The endings that differ in results or counters, each with its states, the nearest first.
    var outcomes: [(key: Key, states: [Int])] {
        var order: [Key] = []
        var states: [Key: [Int]] = [:]
        for end in ends {
            let key = key(end)
            if states[key] == nil { order.append(key) }
            states[key, default: []].append(end)
        }
        return order.map { ($0, states[$0] ?? []) }
    }

    // MARK: - Outcomes

    func outcomes(_ paths: PathCounts, _ serial: Set<[Int16]>) -> [Interleavings.Outcome] {
        outcomes.map { key, states in
            Interleavings.Outcome(
                results: stride(from: 0, to: key.results.count, by: 2).map { number in
                    Interleavings.Result(
                        made: Int(key.results[number]),
                        refusal: machine.refusal(key.results[number + 1])
                    )
                },
                cgroups: observed.map { read($0.cgroup, $0.level, $0.seen, states) },
                interleavings: states.reduce(0) { PathCounts.sum($0, paths.ways[$1]) },
                schedule: schedule(to: states[0]),
                kind: kind(key.results, serial)
            )
        }.sorted { left, right in
            let (first, second) = (left.kind == .serial, right.kind == .serial)
            return first == second
                ? (left.interleavings ?? .max) > (right.interleavings ?? .max) : first
        }
    }

    private func read(
        _ cgroup: CgroupID,
        _ number: Int,
        _ seen: RaceMachine.Seen,
        _ states: [Int]
    ) -> Interleavings.Observed {
        let level = machine.levels[number]
        let limit = level.limits[level.limit.map { Int(space.value($0, states[0])) } ?? 0]
        let before = kernel.pidsFiles(of: cgroup).eventsMax
        return Interleavings.Observed(
            cgroup: cgroup,
            current: level.before + Int64(space.value(level.counter, states[0])),
            max: limit >= PidsCgroup.unlimited ? .max : .limited(limit),
            eventsMax: before + Int64(space.value(seen.events, states[0])),
            peaks: Set(states.compactMap { peak(level, seen, $0) }).sorted()
        )
    }

    func peak(_ level: RaceMachine.Level, _ seen: RaceMachine.Seen, _ state: Int) -> Int64? {
        seen.watermark.map { level.watermarkBefore + Int64(space.value($0, state)) }
    }

    private func kind(_ results: [Int16], _ serial: Set<[Int16]>) -> Interleavings.Kind {
        if serial.contains(results) { return .serial }
        func made(_ results: [Int16]) -> [Int16] { stride(from: 0, to: results.count, by: 2).map { results[$0] } }
        func isWithin(_ left: [Int16], _ right: [Int16]) -> Bool { zip(left, right).allSatisfy { $0 <= $1 } }
        let mine = made(results)
        let others = serial.map(made)
        if others.contains(mine) { return .otherLimit }
        if others.contains(where: { isWithin(mine, $0) }) { return .refusedDespiteRoom }
        if others.contains(where: { isWithin($0, mine) }) { return .grantedBeyondRoom }
        return .otherwise
    }

    // MARK: - Peaks

    func peakAnomalies(_ serial: SpaceReading) -> [Interleavings.PeakAnomaly] {
        observed.enumerated().flatMap { number, item -> [Interleavings.PeakAnomaly] in
            let level = machine.levels[item.level]
            var farthest: [Bool: (distance: Int64, state: Int, peak: Int64, most: Int64)] = [:]
            for end in ends {
                guard let peak = peak(level, item.seen, end) else { continue }
                let most = most(level, item.seen, end)
                let distance = abs(peak - most)
                if distance > farthest[peak > most]?.distance ?? 0 {
                    farthest[peak > most] = (distance, end, peak, most)
                }
            }
            return [true, false].compactMap { isAbove in
                guard let found = farthest[isAbove] else { return nil }
                return Interleavings.PeakAnomaly(
                    cgroup: item.cgroup,
                    peak: found.peak,
                    most: found.most,
                    isSerial: serial.ends.contains { end in
                        serial.peak(level, item.seen, end) == found.peak
                            && serial.most(level, item.seen, end) == found.most
                    },
                    schedule: schedule(to: found.state)
                )
            }
        }
    }

    /// The most processes that were there so far, or what the file read before.
    private func most(_ level: RaceMachine.Level, _ seen: RaceMachine.Seen, _ state: Int) -> Int64 {
        max(level.watermarkBefore, level.before + Int64(space.value(seen.mostPresent, state)))
    }

    /// The highest `pids.current` in any state.
    func highest() -> [CgroupID: Int64] {
        var highest: [CgroupID: Int64] = [:]
        for item in observed {
            let level = machine.levels[item.level]
            let values = (0..<space.count).map { space.value(level.counter, $0) }
            highest[item.cgroup] = level.before + Int64(values.max() ?? 0)
        }
        return highest
    }
}
