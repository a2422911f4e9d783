import Failure
import KernelModel
import Scenario

extension Run {
    /// Runs a bomb: in each round every process of it that lived when the round began forks once, oldest first.
    mutating func explode(_ name: TaskName, _ rounds: Int, _ step: Int) throws(Failure) {
        var members = living(name).map { [$0] } ?? []
        guard rounds > 0 else { return }
        for round in 1...rounds {
            try requireBounded(members.count, step)
            let result = try explodeOnce(&members, step)
            record(step, round: round, events: result.events, made: result.made, refusals: result.refusals)
        }
    }

    private struct Round {
        var events: [PredictedEvent] = []
        var made = 0
        var refusals: [CountedDecision] = []
    }

    private mutating func explodeOnce(_ members: inout [TaskID], _ step: Int) throws(Failure) -> Round {
        var round = Round()
        // Refusals of one round differ in few things: which rule, and where. The counts are kept by those.
        var counted: [(refusal: Refusal, count: Int)] = []
        for position in members.indices {
            let member = members[position]
            let transition = kernel.clone(member)
            switch transition.answer {
            case .success(let child):
                members.append(child)
                names.giveNext(of: member, to: child)
                round.made += 1
                if kernel.tasks.count > bounds.processes { throw unbounded(step) }
            case .refused(let refusal):
                if let known = counted.firstIndex(where: { $0.refusal == refusal }) {
                    counted[known].count += 1
                } else {
                    counted.append((refusal, 1))
                }
            }
            if detail == .events { round.events.append(event(of: member, transition)) }
        }
        round.refusals = counted.map { CountedDecision(decision: decision($0.refusal), count: $0.count) }
        return round
    }

    private func event(of member: TaskID, _ transition: Transition<TaskID>) -> PredictedEvent {
        PredictedEvent(
            task: names.name(of: member),
            call: "fork",
            outcomes: transition.allowed.map { answer in
                switch answer {
                case .success(let child): .child(names.name(of: child))
                case .refused(let refusal): .failed(refusal.errno)
                }
            },
            decision: transition.refusal.map(decision)
        )
    }

    private mutating func requireBounded(_ forks: Int, _ step: Int) throws(Failure) {
        bombForks += forks
        guard bombForks <= bounds.forks else {
            throw Failure(
                .badInput,
                "the program's bombs try more than \(bounds.forks) forks",
                at: locate(step),
                remedy: "take fewer rounds"
            )
        }
    }

    private func unbounded(_ step: Int) -> Failure {
        Failure(
            .badInput,
            "the program makes more than \(bounds.processes) processes",
            at: locate(step),
            remedy: "set a pids.max, or take fewer rounds"
        )
    }
}
