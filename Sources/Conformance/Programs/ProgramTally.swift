import Scenario
import Simulation

/// What the programs of a seed came to, and what they reached.
public struct ProgramTally: Hashable, Sendable {
    /// How many programs had each verdict, by its name.
    public private(set) var verdicts: [String: Int] = [:]
    /// How many values were compared: what calls returned, counters, living processes.
    public private(set) var compared = 0
    /// How many calls of each kind were made, as ``Event/call`` spells it.
    public private(set) var calls: [String: Int] = [:]
    /// How many refusals each rule of the model explained.
    public private(set) var rules: [String: Int] = [:]
    /// How many programs have a race, whose outcome is the scheduler's to decide.
    public private(set) var races = 0
    /// With `twice`: how many programs without a race gave the same trace both times, and how many did not.
    public private(set) var sameTwice = 0
    /// See ``sameTwice``.
    public private(set) var differentTwice = 0

    /// How many programs were run.
    public var programs: Int { verdicts.values.reduce(0, +) }
    /// How many programs had a verdict.
    public func count(_ verdict: String) -> Int { verdicts[verdict] ?? 0 }

    mutating func add(_ verdict: Verdict, of program: Program, _ prediction: Prediction?, compared: Int) {
        verdicts[verdict.name, default: 0] += 1
        self.compared += compared
        if program.hasRace { races += 1 }
        for event in (prediction?.moments ?? []).lazy.flatMap(\.events) {
            calls[event.call, default: 0] += 1
            if let rule = event.decision?.rule { rules[rule, default: 0] += 1 }
        }
    }

    mutating func add(sameTwice isSame: Bool) {
        if isSame { sameTwice += 1 } else { differentTwice += 1 }
    }

    mutating func add(_ other: ProgramTally) {
        verdicts.merge(other.verdicts, uniquingKeysWith: +)
        calls.merge(other.calls, uniquingKeysWith: +)
        rules.merge(other.rules, uniquingKeysWith: +)
        compared += other.compared
        races += other.races
        sameTwice += other.sameTwice
        differentTwice += other.differentTwice
    }
}

extension Program {
    /// A step whose outcome the kernel's scheduler decides.
    var hasRace: Bool { steps.contains { if case .race = $0.action { true } else { false } } }
}
