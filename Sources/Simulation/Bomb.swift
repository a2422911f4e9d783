import Failure
import KernelModel
import Scenario

extension Run {
    /// Runs a bomb: in each round every process of it that lived when the round began forks once, oldest first.
    mutating func explode(_ name: TaskName, _ rounds: Int, _ step: Int) throws(Failure) {
        let members = living(name).map { BombMembers(first: $0, next: UInt32(kernel.tasks.count)) }
        guard rounds > 0 else { return }
        if let members { reserve(members.first, rounds) }
        for round in 1...rounds {
            let forking = members?.count(of: kernel) ?? 0
            try requireBounded(forking, step)
            let result = try explodeOnce(members, forking, step)
            record(step, round: round, events: result.events, made: result.made, refusals: result.refusals)
        }
    }

    /// Makes room for the processes that a bomb may come to have: growing by and by leaves holes in memory.
    private mutating func reserve(_ first: TaskID, _ rounds: Int) {
        let doubled = rounds < Int.bitWidth - 2 ? 1 << rounds : Int.max
        let room = min(doubled, kernel.room(forChildrenOf: first), bounds.processes)
        kernel.reserve(tasks: room, LargePages.advise)
        names.reserve(room, LargePages.advise)
    }

    /// A bomb's processes: the first one and all that were made since, since nothing else makes any meanwhile.
    private struct BombMembers {
        let first: TaskID
        /// The handle of the first child.
        let next: UInt32

        func count(of kernel: Kernel) -> Int { 1 + kernel.tasks.count - Int(next) }

        func member(at position: Int) -> TaskID {
            position == 0 ? first : TaskID(rawValue: next + UInt32(position - 1))
        }
    }

    private struct Round {
        var events: [PredictedEvent] = []
        var made = 0
        var refusals: [CountedDecision] = []
    }

    private mutating func explodeOnce(
        _ members: BombMembers?,
        _ forking: Int,
        _ step: Int
    ) throws(Failure) -> Round {
        var round = Round()
        var refusals = RefusalCounts()
        guard let members else { return round }
        let most = bounds.processes - kernel.tasks.count
        for position in 0..<forking {
            let member = members.member(at: position)
            let answer = kernel.fork(member)
            switch answer {
            case .success(let child):
                names.giveNext(of: member, to: child)
                round.made += 1
                if round.made > most { throw unbounded(step) }
            case .refused(let refusal): refusals.add(refusal)
            }
            if detail == .events { round.events.append(event(of: member, answer)) }
        }
        round.refusals = refusals.counted.map { CountedDecision(decision: decision($0.refusal), count: $0.count) }
        return round
    }

    func event(of member: TaskID, _ answer: Answer<TaskID>) -> PredictedEvent {
        switch answer {
        case .success(let child):
            PredictedEvent(
                task: names.name(of: member),
                call: "fork",
                outcomes: [.child(names.name(of: child))],
                decision: nil
            )
        case .refused(let refusal): refused(names.name(of: member), call: "fork", refusal)
        }
    }

    mutating func requireBounded(_ forks: Int, _ step: Int) throws(Failure) {
        bombForks += forks
        if detail == .events, bombForks > bounds.events {
            throw Failure(
                .badInput,
                "the program's bombs try more than \(bounds.events) forks, too many to show each",
                at: locate(step),
                remedy: "take fewer rounds, or do without --events and --trace"
            )
        }
        guard bombForks <= bounds.forks else {
            throw Failure(
                .badInput,
                "the program's bombs try more than \(bounds.forks) forks",
                at: locate(step),
                remedy: "take fewer rounds"
            )
        }
    }

    func unbounded(_ step: Int) -> Failure {
        Failure(
            .badInput,
            "the program makes more than \(bounds.processes) processes",
            at: locate(step),
            remedy: "set a pids.max, or take fewer rounds"
        )
    }
}
