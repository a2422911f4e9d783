import Failure
import KernelABI
import KernelModel
import Scenario

extension Run {
    /// Several processes fork at once. The prediction goes on from the observed ending where that is one of the possible
    /// ones, else from the one in which they take turns.
    mutating func race(_ names: [TaskName], _ step: Int) throws(Failure) {
        let racers = names.compactMap(living)
        guard !racers.isEmpty else { return record(step, events: []) }
        for racer in racers { try requireMoving(racer, step) }
        if let nested = racers.first(where: kernel.hasNestedPIDs) {
            throw Failure(
                .unavailable,
                "a race of \(self.names.name(of: nested)), below a nested PID namespace, is not modelled yet",
                at: locate(step)
            )
        }
        try requireNoMachineLimit(step)
        guard let race = ForkRace(kernel, racers) else {
            throw Failure(
                .unavailable,
                "a race that no limit stops, or that can go too many ways to look at all",
                at: locate(step),
                remedy: "give each process a pids.max or an nproc, and leave them little room"
            )
        }
        var ended: Kernel?
        var taken: ForkRace.Ending?
        if let seen = observedMoment(step) {
            for ending in race.endings where made(seen, racers) == ending.made {
                if let kernel = follow(ending, racers, seen.snapshot) { (ended, taken) = (kernel, ending) }
            }
        }
        let isFollowing = taken != nil
        let ending = taken ?? inTurns(race.endings)
        var kernel = kernel
        let children = kernel.apply(ending, of: racers)
        self.kernel = ended ?? kernel
        for (racer, made) in zip(racers, children) {
            for child in made { self.names.giveNext(of: racer, to: child) }
        }
        record(ending, race.endings, racers, isFollowing: isFollowing, step)
    }

    private func observedMoment(_ step: Int) -> Observation? {
        guard let observed, moments.count < observed.observations.count else { return nil }
        let seen = observed.observations[moments.count]
        return seen.step == step ? seen : nil
    }

    private func made(_ seen: Observation, _ racers: [TaskID]) -> [Int]? {
        guard seen.events.map(\.task) == racers.map({ names.name(of: $0) }) else { return nil }
        return seen.events.map { event in
            if case .forks(let made, .EAGAIN) = event.outcome { made } else { -1 }
        }
    }

    /// The kernel after an ending, if the observed files can be those of that ending.
    private func follow(_ ending: ForkRace.Ending, _ racers: [TaskID], _ seen: Snapshot) -> Kernel? {
        var after = kernel
        _ = after.apply(ending, of: racers)
        for counters in seen.cgroups {
            guard let peak = counters.peak else { continue }
            guard let id = cgroup(counters.path), let before = kernel.pidsFiles(of: id).peak,
                after.setPeakAfterRace(id, peak, racers: racers.count, before: before)
            else { return nil }
        }
        return snapshot(of: after) == seen ? after : nil
    }

    /// The ending that spreads the room most evenly; of several, always the same one.
    private func inTurns(_ endings: Set<ForkRace.Ending>) -> ForkRace.Ending {
        func key(_ ending: ForkRace.Ending) -> [Int] {
            let total = ending.made.reduce(0, +)
            return [-total, ending.made.map { $0 * $0 }.reduce(0, +)] + ending.made.map { -$0 }
        }
        guard let best = endings.min(by: { isBefore(key($0), $0, key($1), $1) }) else {
            preconditionFailure("a race ends in some way")
        }
        return best
    }

    private func isBefore(_ left: [Int], _ first: ForkRace.Ending, _ right: [Int], _ second: ForkRace.Ending) -> Bool {
        left == right
            ? first.refusals.map(\.order).lexicographicallyPrecedes(second.refusals.map(\.order))
            : left.lexicographicallyPrecedes(right)
    }

    private mutating func record(
        _ ending: ForkRace.Ending,
        _ endings: Set<ForkRace.Ending>,
        _ racers: [TaskID],
        isFollowing: Bool,
        _ step: Int
    ) {
        let events = racers.indices.map { number -> PredictedEvent in
            let others = isFollowing || observed != nil ? [] : Set(endings.map { $0.made[number] }).sorted()
            let counts = [ending.made[number]] + others.filter { $0 != ending.made[number] }
            return PredictedEvent(
                task: names.name(of: racers[number]),
                call: Action.race([]).call,
                outcomes: counts.map { .forks(made: $0, refused: .EAGAIN) },
                decision: decision(kernel.refusal(ending.refusals[number], of: racers[number]))
            )
        }
        record(
            step,
            round: nil,
            events: events,
            made: ending.made.reduce(0, +),
            refusals: events.compactMap { $0.decision.map { CountedDecision(decision: $0, count: 1) } }
        )
    }
}

extension ForkRefusal {
    fileprivate var order: UInt32 {
        switch self {
        case .rlimitNproc: 0
        case .pidsMax(let css): css.rawValue + 1
        case .laterController: .max
        }
    }
}
