import KernelABI
import Scenario
import Simulation

/// The wire type of `simulate`. Keys that a kernel, a rule or a step has no value for are absent.
public struct SimulationDocument: Encodable, Sendable {
    /// What the prediction is for.
    public struct Platform: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// `v1` or `v2`: the hierarchy that carries `pids`.
        public let cgroup: String
        /// The mount option `pids_localevents`.
        public let pidsLocalevents: Bool
    }

    /// A moment: the start, a step, or a bomb's round.
    public struct Moment: Encodable, Sendable {
        /// The step, from 1; absent for the start.
        public let step: Int?
        /// The bomb's round, from 1.
        public let round: Int?
        /// The step in words.
        public let action: String?
        /// How many children were made.
        public let made: Int
        /// How many calls were refused.
        public let refused: Int
        /// By what.
        public let refusals: [Refusal]
        /// The calls, in order; absent for a bomb's round whose events were not asked for.
        public let events: [Event]?
        /// How many processes live afterwards.
        public let living: Int
        /// The counters afterwards.
        public let cgroups: [Cgroup]
    }

    /// Refusals with one reason.
    public struct Refusal: Encodable, Sendable {
        /// How many.
        public let times: Int
        /// Why.
        public let decision: Decision
    }

    /// What decided a refusal.
    public struct Decision: Encodable, Sendable {
        /// The rule's name.
        public let rule: String
        /// The rule in words.
        public let summary: String
        /// What the call returns.
        public let errno: String
        /// `pids.max`, `RLIMIT_NPROC`
        public let knob: String?
        /// The cgroup whose limit it was.
        public let cgroup: String?
        /// The user whose limit it was.
        public let user: String?
        /// The limit.
        public let limit: UInt64?
        /// What the count would have become.
        public let count: UInt64?
        /// Where the kernel decides.
        public let citation: Citation
    }

    /// A place in the kernel's source.
    public struct Citation: Encodable, Sendable {
        /// The function.
        public let function: String
        /// Its file.
        public let file: String
        /// The condition in it.
        public let condition: String?
    }

    /// A call.
    public struct Event: Encodable, Sendable {
        /// Who calls; absent for the harness.
        public let task: String?
        /// The call.
        public let call: String
        /// The allowed outcomes; the prediction goes on from the first.
        public let outcomes: [String]
        /// Why it is refused, where it is.
        public let decision: Decision?
    }

    /// What a cgroup's files say.
    public struct Cgroup: Encodable, Sendable {
        /// The cgroup.
        public let path: String
        /// `pids.current`
        public let pidsCurrent: Int64
        /// `pids.max`: `max` or a number, as text.
        public let pidsMax: String
        /// `max` in `pids.events`
        public let pidsEventsMax: Int64?
        /// `pids.peak`
        public let pidsPeak: Int64?
        /// How many more processes fit, here and above; absent where no limit is set.
        public let room: Int64?
    }

    /// An expectation of the scenario.
    public struct Expectation: Encodable, Sendable {
        /// What it is about.
        public let subject: String
        /// What the scenario says.
        public let expected: String
        /// What is predicted.
        public let predicted: String
        /// `met`, `unmet`, or `absent` where this kernel has no such file.
        public let result: String
    }

    /// The scenario's name.
    public let name: String
    /// What it is about.
    public let about: String?
    /// What the prediction is for.
    public let platform: Platform
    /// The course.
    public let moments: [Moment]
    /// All refusals, by reason.
    public let refusals: [Refusal]
    /// The scenario's expectations; empty where none were held against the prediction.
    public let expectations: [Expectation]
    /// Whether none of them is unmet.
    public let meetsExpectations: Bool

    init(_ report: SimulationReport) {
        let prediction = report.prediction
        name = prediction.program.name
        about = report.about
        platform = Platform(
            kernel: prediction.platform.version.description,
            cgroup: prediction.platform.hierarchy.rawValue,
            pidsLocalevents: prediction.platform.pidsLocalEvents
        )
        moments = prediction.moments.map { Moment($0, of: prediction) }
        refusals = RefusalSummary.of(prediction).map(Refusal.init)
        expectations = report.findings.map { finding in
            Expectation(
                subject: finding.subject,
                expected: finding.expected,
                predicted: finding.found,
                result: finding.result.rawValue
            )
        }
        meetsExpectations = report.meetsExpectations
    }
}

extension SimulationDocument.Moment {
    init(_ moment: Simulation.Moment, of prediction: Prediction) {
        step = moment.step.map { $0 + 1 }
        round = moment.round
        action = moment.step.map { StepText.action(prediction.program.steps[$0].action) }
        made = moment.made
        refused = moment.refused
        refusals = moment.refusals.map(SimulationDocument.Refusal.init)
        let isSummary = moment.round != nil && prediction.detail == .rounds
        events = isSummary ? nil : moment.events.map(SimulationDocument.Event.init)
        living = moment.snapshot.living
        cgroups = moment.snapshot.cgroups.map { counters in
            SimulationDocument.Cgroup(
                path: counters.path.description,
                pidsCurrent: counters.current,
                pidsMax: counters.max.description,
                pidsEventsMax: counters.eventsMax,
                pidsPeak: counters.peak,
                room: moment.snapshot.room(in: counters.path)
            )
        }
    }
}

extension SimulationDocument.Refusal {
    init(_ counted: CountedDecision) {
        times = counted.count
        decision = SimulationDocument.Decision(counted.decision)
    }
}

extension SimulationDocument.Event {
    init(_ event: PredictedEvent) {
        task = event.task?.description
        call = event.call
        outcomes = event.outcomes.map(\.description)
        decision = event.decision.map(SimulationDocument.Decision.init)
    }
}

extension SimulationDocument.Decision {
    init(_ decision: Simulation.Decision) {
        rule = decision.rule
        summary = decision.summary
        errno = decision.errno.description
        knob = decision.knob
        if case .cgroup(let path) = decision.level { cgroup = path.description } else { cgroup = nil }
        if case .user(let name) = decision.level { user = name.description } else { user = nil }
        limit = decision.limit
        count = decision.count
        citation = SimulationDocument.Citation(decision.citation)
    }
}

extension SimulationDocument.Citation {
    init(_ citation: SourceCitation) {
        function = citation.function
        file = citation.file
        condition = citation.condition
    }
}
