import CLinux
import KernelABI
import Scenario

/// Bombs: several forks in one step, round by round.
extension Conductor {
    /// A bomb's processes.
    private struct Crew {
        let first: Int?
        /// What came of it, and the round in which.
        var children: [(number: Int, born: Int)] = []
        /// Those who fork no more.
        var resigned: Set<Int> = []
        var events: [Event] = []

        func has(_ number: Int) -> Bool { number == first || children.contains { $0.number == number } }
    }

    /// Runs a bomb, and tells of each round.
    mutating func bomb(_ task: TaskName, rounds: Int, _ workload: BombWorkload, step: Int) throws(Stop) {
        var crew = Crew(first: stage.living(task))
        for round in 0..<rounds {
            crew.events = []
            let members = [crew.first].compactMap { $0 } + (workload.isLinear ? [] : crew.children.map(\.number))
            let forking = members.filter { stage.puppets[$0].state == .living && !crew.resigned.contains($0) }
            crew.events.reserveCapacity(forking.count)
            for member in forking { try fork(member, round, workload, &crew) }
            if let lifetime = workload.lifetime {
                for (child, born) in crew.children where born + lifetime <= round { try end(child, 0, workload, &crew) }
            }
            try tell(step: step, round: round + 1, events: crew.events + vforkReturns())
        }
    }

    private mutating func fork(
        _ member: Int,
        _ round: Int,
        _ workload: BombWorkload,
        _ crew: inout Crew
    ) throws(Stop) {
        guard stage.puppets[member].state == .living else { return }
        let (event, child) = try fork(member, .fork, stage.nextBombChild(of: member), "fork")
        crew.events.append(event)
        if let child {
            stage.countBombChild(of: member)
            crew.children.append((child, round))
            return
        }
        switch workload.onRefusal {
        case .retry: break
        case .giveUp: crew.resigned.insert(member)
        case .exit: try end(member, 1, workload, &crew)
        }
    }

    /// Ends a process of the bomb, and has its parent wait for it where that is one of the bomb's too.
    private mutating func end(
        _ member: Int,
        _ status: UInt8,
        _ workload: BombWorkload,
        _ crew: inout Crew
    ) throws(Stop) {
        guard stage.puppets[member].state == .living else { return }
        let parent = stage.puppets[member].parent
        try end(member, status: status)
        crew.events.append(Event(task: stage.puppets[member].name, call: "exit", outcome: .done))
        guard workload.reaps, let parent, crew.has(parent), stage.puppets[parent].state == .living else { return }
        let pid = pidArgument(stage.puppets[member].name, of: parent)
        let result = try lossless { () throws(PuppetStage.Lost) in try stage.call(parent, KERNAUT_WAIT, pid) }
        let outcome: Outcome
        switch result {
        case .failure(let errno): outcome = .failed(errno)
        case .success(let reaped):
            guard reaped > 0 else { throw fault("\(stage.puppets[member].name) has ended and is not to be waited for") }
            outcome = .reaped(
                stage.puppets[member].name,
                status: Conductor.describe(stage.waitStatus(parent))
            )
            stage.becomeReaped(member)
        }
        crew.events.append(Event(task: stage.puppets[parent].name, call: "wait", outcome: outcome))
    }
}
