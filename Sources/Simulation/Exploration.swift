public import Failure
public import KernelModel
public import Scenario

/// A scenario's concurrent steps, taken in every interleaving of their atomic steps.
public struct Exploration: Sendable {
    /// The program.
    public let program: Program
    /// What it runs on.
    public let platform: Platform
    /// What happens at once, one group of steps after the other.
    public let groups: [ExploredGroup]
}

/// Steps that happen at once.
public struct ExploredGroup: Sendable {
    /// What a process or the harness does at once with others.
    public struct Operation: Hashable, Sendable {
        /// The step's index in the program, from 0.
        public let step: Int
        /// The process that acts; nil for the harness.
        public let actor: TaskName?
        /// The step; of a race, the part of this process.
        public let action: Action
    }

    /// The indexes of its steps in the program, from 0.
    public let steps: Range<Int>
    /// Its operations; ``Interleavings`` has the same numbers.
    public let operations: [Operation]
    /// How many of them are taken by others than those before: processes, and the harness once for each of its steps.
    public let threads: Int
    /// Steps that make no call, since their process does not live.
    public let silent: [Int]
    /// The state before it.
    public let before: Snapshot
    /// What was found.
    public let interleavings: Interleavings
    /// What the program calls the cgroups.
    public let paths: [CgroupID: CgroupPath]
    /// What the program calls the users whose processes are counted.
    public let users: [UcountsID: ScenarioUser]
    /// Every refusal that an outcome has, in the program's terms. The limit of a `pids.max` is the one before the group.
    public let decisions: [ForkRefusal: Decision]
}

extension Simulator {
    /// Explores what a program does at once: the given groups of steps, and each step that is a race. The steps before a group
    /// are taken in their order, and so are those of the group before the next one.
    ///
    /// - Parameters:
    ///   - concurrent: ranges of steps, each of them within the program.
    ///   - mostStates: how many states of one group may be looked at.
    ///   - locate: as for ``predict(_:on:detail:bounds:following:locate:)``.
    /// - Throws: a `Failure`: `badInput` for a program that contradicts itself, in which nothing happens at once, or with more
    ///   states; `unavailable` for what cannot be explored yet.
    public static func explore(
        _ program: Program,
        on platform: Platform,
        concurrent: [Range<Int>],
        mostStates: Int = 2_000_000,
        locate: ((Int?) -> String)? = nil
    ) throws(Failure) -> Exploration {
        let locate = locate ?? { step in step.map { "\(program.name), step \($0 + 1)" } ?? program.name }
        try ProgramCheck(program, locate).check()
        var groups = concurrent
        for (index, step) in program.steps.enumerated() {
            guard case .race = step.action, !concurrent.contains(where: { $0.contains(index) }) else { continue }
            groups.append(index..<(index + 1))
        }
        guard !groups.isEmpty else {
            throw Failure(
                .badInput,
                "nothing in the scenario happens at once",
                at: locate(nil),
                remedy: "list steps below 'concurrently', or let processes race"
            )
        }
        var run = Run(program, platform, .rounds, Bounds(), nil, locate)
        var explored: [ExploredGroup] = []
        var next = 0
        for group in groups.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            for index in next..<group.upperBound {
                if index == group.lowerBound { explored.append(try run.explore(group, mostStates)) }
                try run.take(program.steps[index].action, index)
            }
            next = group.upperBound
        }
        return Exploration(program: program, platform: platform, groups: explored)
    }
}
