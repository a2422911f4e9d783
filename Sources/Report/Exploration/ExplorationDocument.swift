import KernelABI
import KernelModel
import Scenario
import Simulation

/// The wire type of `simulate --explore`.
public struct ExplorationDocument: Encodable, Sendable {
    /// Steps that happen at once.
    public struct Group: Encodable, Sendable {
        /// Its operations, in the order that results go by.
        public let operations: [Operation]
        /// What the result is good for.
        public let bound: Bound
        /// What the operations can come to.
        public let outcomes: [Outcome]
        /// Values of `pids.peak` that are not the most that was there.
        public let peaks: [Peak]
        /// What was looked at in every state.
        public let invariants: [Invariant]
    }

    /// An operation.
    public struct Operation: Encodable, Sendable {
        /// Its step, from 1.
        public let step: Int
        /// Who acts; absent for the harness.
        public let task: String?
        /// The step in words.
        public let action: String
    }

    /// How far an exploration goes.
    public struct Bound: Encodable, Sendable {
        /// Processes that act, and the harness once for each of its steps.
        public let callers: Int
        /// The cgroups whose counters are in a state.
        public let levels: [String]
        /// How many states there are.
        public let states: Int
        /// How many interleavings, as a decimal number; absent where 128 bits do not hold it.
        public let interleavings: String?
        /// The steps of the longest of them.
        public let longestSteps: Int
        /// The kinds of atomic steps.
        public let atomicSteps: [AtomicStepKind]
        /// What is not looked at.
        public let leftOut: String
    }

    /// A kind of atomic steps and where the kernel has it.
    public struct AtomicStepKind: Encodable, Sendable {
        /// Its name.
        public let kind: String
        /// What it does.
        public let meaning: String
        /// Where.
        public let citation: SimulationDocument.Citation
    }

    /// What the operations can come to.
    public struct Outcome: Encodable, Sendable {
        /// `serial`, `otherLimit`, `refusedDespiteRoom`, `grantedBeyondRoom` or `otherwise`.
        public let kind: String
        /// What became of each operation.
        public let results: [Result]
        /// The counters afterwards.
        public let cgroups: [Cgroup]
        /// How many interleavings end so; absent where 128 bits do not hold it.
        public let interleavings: String?
        /// A shortest one.
        public let schedule: [Step]
    }

    /// What became of an operation.
    public struct Result: Encodable, Sendable {
        /// How many children it made; for what is no fork, 1.
        public let made: Int
        /// What it was refused with.
        public let errno: String?
        /// The knob that refused: `pids.max`, `RLIMIT_NPROC`.
        public let knob: String?
        /// The cgroup whose limit it was.
        public let cgroup: String?
        /// The user whose limit it was.
        public let user: String?
    }

    /// What a cgroup's files say afterwards.
    public struct Cgroup: Encodable, Sendable {
        /// The cgroup.
        public let path: String
        /// `pids.current`
        public let pidsCurrent: Int64
        /// `pids.max`
        public let pidsMax: String
        /// `max` in `pids.events`
        public let pidsEventsMax: Int64
        /// Every value that `pids.peak` can have.
        public let pidsPeak: [Int64]
    }

    /// A step of a schedule.
    public struct Step: Encodable, Sendable {
        /// The operation, by its place in ``Group/operations``, from 1.
        public let operation: Int
        /// The kind of the step.
        public let kind: String
        /// The step in words.
        public let text: String
        /// The function.
        public let function: String
        /// Its file.
        public let file: String
    }

    /// A peak that is not the most that was there.
    public struct Peak: Encodable, Sendable {
        /// The cgroup.
        public let path: String
        /// What the file reads.
        public let pidsPeak: Int64
        /// The most processes that were there, or what the file read before.
        public let most: Int64
        /// Whether some order of whole operations comes to the same.
        public let isSerial: Bool
        /// A shortest schedule.
        public let schedule: [Step]
    }

    /// A property of all states.
    public struct Invariant: Encodable, Sendable {
        /// Its name.
        public let property: String
        /// In words.
        public let text: String
        /// Whether all states have it.
        public let holds: Bool
        /// The cgroup where it fails.
        public let cgroup: String?
        /// A shortest schedule to a state without it.
        public let counterexample: [Step]?
    }

    /// The scenario's name.
    public let name: String
    /// What it is about.
    public let about: String?
    /// What it was explored for.
    public let platform: SimulationDocument.Platform
    /// What happens at once, in the order of the scenario.
    public let groups: [Group]

    init(_ report: ExplorationReport) {
        let exploration = report.exploration
        name = exploration.program.name
        about = report.about
        platform = SimulationDocument.Platform(
            kernel: exploration.platform.version.description,
            cgroup: exploration.platform.hierarchy.rawValue,
            pidsLocalevents: exploration.platform.pidsLocalEvents
        )
        groups = exploration.groups.map { Group($0, exploration.platform.version) }
    }
}

extension ExplorationDocument.Group {
    init(_ group: ExploredGroup, _ version: KernelVersion) {
        let found = group.interleavings
        let steps = AtomicStepText(group: group, version: version)
        func path(_ cgroup: CgroupID) -> String { group.paths[cgroup]?.description ?? "/" }
        func schedule(_ schedule: [Interleavings.ScheduledStep]) -> [ExplorationDocument.Step] {
            schedule.map { scheduled in
                let citation = scheduled.step.kind.citation(in: version)
                return ExplorationDocument.Step(
                    operation: scheduled.operation + 1,
                    kind: scheduled.step.kind.rawValue,
                    text: steps.text(scheduled),
                    function: citation.function,
                    file: citation.file
                )
            }
        }
        operations = group.operations.map { operation in
            ExplorationDocument.Operation(
                step: operation.step + 1,
                task: operation.actor?.description,
                action: StepText.action(operation.action)
            )
        }
        bound = ExplorationDocument.Bound(
            callers: group.threads,
            levels: found.levels.map(path),
            states: found.states,
            interleavings: found.interleavings.map { "\($0)" },
            longestSteps: found.longest,
            atomicSteps: found.steps.map { kind in
                ExplorationDocument.AtomicStepKind(
                    kind: kind.rawValue,
                    meaning: AtomicStepText.meaning(kind),
                    citation: SimulationDocument.Citation(kind.citation(in: version))
                )
            },
            leftOut: BoundText.leftOut.joined(separator: " ")
        )
        outcomes = found.outcomes.map { outcome in
            ExplorationDocument.Outcome(
                kind: outcome.kind.rawValue,
                results: outcome.results.map { ExplorationDocument.Result($0, group) },
                cgroups: outcome.cgroups.map { cgroup in
                    ExplorationDocument.Cgroup(
                        path: path(cgroup.cgroup),
                        pidsCurrent: cgroup.current,
                        pidsMax: cgroup.max.description,
                        pidsEventsMax: cgroup.eventsMax,
                        pidsPeak: cgroup.peaks
                    )
                },
                interleavings: outcome.interleavings.map { "\($0)" },
                schedule: schedule(outcome.schedule)
            )
        }
        peaks = found.peakAnomalies.map { anomaly in
            ExplorationDocument.Peak(
                path: path(anomaly.cgroup),
                pidsPeak: anomaly.peak,
                most: anomaly.most,
                isSerial: anomaly.isSerial,
                schedule: schedule(anomaly.schedule)
            )
        }
        invariants = found.invariants.map { invariant in
            ExplorationDocument.Invariant(
                property: invariant.property.rawValue,
                text: FindingText.property(invariant.property),
                holds: invariant.counterexample == nil,
                cgroup: invariant.cgroup.map(path),
                counterexample: invariant.counterexample.map(schedule)
            )
        }
    }
}

extension ExplorationDocument.Result {
    init(_ result: Interleavings.Result, _ group: ExploredGroup) {
        let decision = result.refusal.flatMap { group.decisions[$0] }
        made = result.made
        errno = decision?.errno.description
        knob = decision?.knob
        if case .cgroup(let path)? = decision?.level { cgroup = path.description } else { cgroup = nil }
        if case .user(let name)? = decision?.level { user = name.description } else { user = nil }
    }
}
