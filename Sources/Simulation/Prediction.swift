public import KernelABI
public import Scenario

/// What the model says will come of a program.
public struct Prediction: Hashable, Sendable {
    /// The program.
    public var program: Program
    /// What it runs on.
    public var platform: Platform
    /// How much of a bomb was kept.
    public var detail: Simulator.Detail
    /// The state before the first step, then one moment for each step and each round of a bomb.
    public var moments: [Moment]

    /// The trace that is predicted. The prediction must have been made with ``Simulator/Detail/events``.
    public var trace: Trace {
        precondition(detail == .events, "a prediction of rounds has no trace")
        return Trace(
            observations: moments.map { moment in
                Observation(
                    step: moment.step,
                    round: moment.round,
                    events: moment.events.map(\.event),
                    snapshot: moment.snapshot
                )
            }
        )
    }

    /// What the prediction shows to a scenario's expectations, in either detail.
    public var evidence: Evidence {
        guard let last = moments.last else { preconditionFailure("a prediction starts with the state before it") }
        var evidence = Evidence(outcomes: [:], forks: [:], final: last.snapshot)
        for moment in moments {
            guard let step = moment.step else { continue }
            guard moment.round != nil else {
                evidence.outcomes[step] = moment.events.first?.outcomes.first
                continue
            }
            evidence.forks[step, default: Evidence.Forks()].made += moment.made
            evidence.forks[step, default: Evidence.Forks()].refused += moment.refused
        }
        return evidence
    }
}

/// One moment of a prediction: a step, or one round of a bomb.
public struct Moment: Hashable, Sendable {
    /// The step's index in the program, from 0; nil for the state before the first step.
    public var step: Int?
    /// The bomb's round, from 1; nil for other steps.
    public var round: Int?
    /// The calls, in order. Those of a bomb are missing where the prediction keeps rounds alone.
    public var events: [PredictedEvent]
    /// How many children were made.
    public var made: Int
    /// The refusals, counted by what decided them, in the order in which they came up first.
    public var refusals: [CountedDecision]
    /// The state afterwards.
    public var snapshot: Snapshot
    /// Who ended, in the order in which they were made. Missing where the prediction keeps rounds alone.
    public var ended: [TaskName] = []

    /// How many calls were refused.
    public var refused: Int { refusals.reduce(0) { $0 + $1.count } }
}

/// A call and what the kernel may answer.
public struct PredictedEvent: Hashable, Sendable {
    /// Who calls; nil for the harness.
    public var task: TaskName?
    /// The call, as ``Event/call`` spells it.
    public var call: String
    /// The allowed outcomes. The first is the one that the prediction goes on from.
    public var outcomes: [Outcome]
    /// What decided, where the first outcome is a refusal.
    public var decision: Decision?

    /// The event with the outcome that the prediction goes on from.
    public var event: Event { Event(task: task, call: call, outcome: outcomes[0]) }
}

/// Why a call is refused.
public struct Decision: Hashable, Sendable {
    /// Where the reason was found.
    public enum Level: Hashable, Sendable, CustomStringConvertible {
        /// In the call's own arguments, or in the caller.
        case caller
        /// At this cgroup: the caller's own, or one above it.
        case cgroup(CgroupPath)
        /// At this user.
        case user(ScenarioUser)

        /// `/box`, `alice`, `the caller`
        public var description: String {
            switch self {
            case .caller: "the caller"
            case .cgroup(let path): path.description
            case .user(let user): user.description
            }
        }
    }

    /// The rule's name: `pids-max`.
    public var rule: String
    /// What the call returns.
    public var errno: Errno
    /// The rule in words.
    public var summary: String
    /// Where the limit is set: `pids.max`, `RLIMIT_NPROC`; nil for a rule that no limit decides.
    public var knob: String?
    /// The condition in the kernel's source.
    public var citation: SourceCitation
    /// Where the reason was found.
    public var level: Level
    /// The limit there.
    public var limit: UInt64?
    /// What the count would have become.
    public var count: UInt64?
}

/// A decision and how often it was taken.
public struct CountedDecision: Hashable, Sendable {
    /// The decision.
    public var decision: Decision
    /// How many calls it refused.
    public var count: Int

    /// Makes a counted decision.
    public init(decision: Decision, count: Int) {
        self.decision = decision
        self.count = count
    }
}
