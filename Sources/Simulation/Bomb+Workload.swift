import Failure
import KernelModel
import Scenario

extension Run {
    /// Runs a bomb whose processes do more than fork in every round: see ``BombWorkload``.
    mutating func explode(
        _ name: TaskName,
        _ rounds: Int,
        _ workload: BombWorkload,
        _ step: Int
    ) throws(Failure) {
        var crew = BombCrew(first: living(name), next: kernel.tasks.count)
        guard rounds > 0 else { return }
        for round in 1...rounds {
            crew.events = []
            crew.made = 0
            crew.refusals = RefusalCounts()
            let forking = crew.forking(workload, in: kernel)
            try requireBounded(forking.count, step)
            for member in forking { try fork(member, round, workload, &crew, step) }
            if let lifetime = workload.lifetime {
                for (child, born) in crew.children where round - born >= lifetime && kernel.isLiving(child) {
                    try end(child, status: 0, workload, &crew, step)
                }
            }
            record(
                step,
                round: round,
                events: crew.events,
                made: crew.made,
                refusals: crew.refusals.counted.map { refusal, count in
                    CountedDecision(decision: decision(refusal), count: count)
                }
            )
        }
    }

    private mutating func fork(
        _ member: TaskID,
        _ round: Int,
        _ workload: BombWorkload,
        _ crew: inout BombCrew,
        _ step: Int
    ) throws(Failure) {
        // The end of a PID namespace's first process takes others along.
        guard kernel.isLiving(member) else { return }
        let answer = kernel.fork(member)
        if case .success(let child) = answer {
            names.giveNext(of: member, to: child)
            crew.children.append((child, round))
            crew.made += 1
            if kernel.tasks.count > bounds.processes { throw unbounded(step) }
        }
        // Names are counted out where nobody asks for them often.
        if detail == .events { crew.events.append(event(of: member, answer)) }
        guard case .refused(let refusal) = answer else { return }
        crew.refusals.add(refusal)
        switch workload.onRefusal {
        case .retry: break
        case .giveUp: crew.resigned.insert(member)
        case .exit: try end(member, status: 1, workload, &crew, step)
        }
    }

    private mutating func end(
        _ member: TaskID,
        status: Int32,
        _ workload: BombWorkload,
        _ crew: inout BombCrew,
        _ step: Int
    ) throws(Failure) {
        try requireEnd(of: member, step)
        let parent = kernel.tasks[Int(member.rawValue)].realParent
        kernel.exit(member, code: status * 256)
        if detail == .events {
            crew.events.append(
                PredictedEvent(task: names.name(of: member), call: "exit", outcomes: [.done], decision: nil)
            )
        }
        guard workload.reaps, let parent, crew.has(parent), kernel.isLiving(parent) else { return }
        let reaped = kernel.wait(parent, child: member)
        guard detail == .events else { return }
        let outcome: Outcome =
            switch reaped.answer {
            case .success: .reaped(names.name(of: member), status: "exit \(status)")
            case .refused(let refusal): .failed(refusal.errno)
            }
        crew.events.append(
            PredictedEvent(task: names.name(of: parent), call: "wait", outcomes: [outcome], decision: nil)
        )
    }
}

/// The processes of a bomb.
private struct BombCrew {
    let first: TaskID?
    /// The handle of the first child: nothing else makes processes meanwhile.
    let next: Int
    /// What came of it, and the round in which.
    var children: [(task: TaskID, born: Int)] = []
    /// Those who fork no more.
    var resigned: Set<TaskID> = []
    /// What happened in a round, where a prediction keeps events.
    var events: [PredictedEvent] = []
    var made = 0
    var refusals = RefusalCounts()

    init(first: TaskID?, next: Int) {
        self.first = first
        self.next = next
    }

    func has(_ task: TaskID) -> Bool { task == first || Int(task.rawValue) >= next }

    /// Those who fork in a round, the oldest first.
    func forking(_ workload: BombWorkload, in kernel: Kernel) -> [TaskID] {
        let members = [first].compactMap { $0 } + (workload.isLinear ? [] : children.map(\.task))
        return members.filter { kernel.isLiving($0) && !resigned.contains($0) }
    }
}
