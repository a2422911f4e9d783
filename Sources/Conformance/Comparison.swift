import KernelABI
public import Scenario
public import Simulation

/// A prediction beside an observation, call by call and counter by counter.
public struct Comparison: Hashable, Sendable {
    /// One thing that was predicted or observed.
    public struct Row: Hashable, Sendable {
        /// What is compared.
        public enum Subject: Hashable, Sendable, CustomStringConvertible {
            /// What a call returned.
            case call(TaskName?, String)
            /// How many processes live.
            case living
            /// A cgroup's file: `pids.current`, `pids.max`, `pids.events max`, `pids.peak`.
            case file(CgroupPath, String)
            /// That there is a moment at all.
            case moment

            /// `bomb.1 fork`, `/box pids.current`, `living`, `moment`
            public var description: String {
                switch self {
                case .call(let task, let call): "\(task?.description ?? "host") \(call)"
                case .living: "living"
                case .file(let path, let name): "\(path) \(name)"
                case .moment: "moment"
                }
            }
        }

        /// The step's index in the program, from 0; nil before the first step.
        public var step: Int?
        /// The bomb's round, from 1.
        public var round: Int?
        /// What is compared.
        public var subject: Subject
        /// The allowed values, as text; none where nothing was predicted.
        public var predicted: [String]
        /// The observed value, as text; nil where nothing was observed.
        public var observed: String?

        /// The observed value is one of the allowed ones.
        public var agrees: Bool { observed.map(predicted.contains) ?? false }
        /// There is something on both sides.
        public var isComparison: Bool { observed != nil && !predicted.isEmpty }
    }

    /// All rows, moment by moment: the calls, the living processes, the cgroups' files.
    public var rows: [Row]

    /// The rows that do not agree.
    public var differences: [Row] { rows.filter { !$0.agrees } }
    /// How many rows have something on both sides.
    public var compared: Int { rows.count { $0.isComparison } }

    /// Compares all moments. What is missing on one side is a difference; a file that neither side has is no row.
    public init(_ prediction: Prediction, _ observed: Trace) {
        var rows: [Row] = []
        for index in 0..<max(prediction.moments.count, observed.observations.count) {
            let moment = index < prediction.moments.count ? prediction.moments[index] : nil
            let observation = index < observed.observations.count ? observed.observations[index] : nil
            rows += Comparison.rows(moment, observation)
        }
        self.rows = rows
    }

    private static func rows(_ moment: Moment?, _ observation: Observation?) -> [Row] {
        var rows: [Row] = []
        func add(_ subject: Row.Subject, _ predicted: [String], _ seen: String?) {
            guard !predicted.isEmpty || seen != nil else { return }
            rows.append(
                Row(
                    step: moment?.step ?? observation?.step,
                    round: moment?.round ?? observation?.round,
                    subject: subject,
                    predicted: predicted,
                    observed: seen
                )
            )
        }
        guard moment?.step == observation?.step, moment?.round == observation?.round,
            let moment, let observation
        else {
            add(.moment, moment.map { [place($0.step, $0.round)] } ?? [], observation.map { place($0.step, $0.round) })
            return rows
        }
        for index in 0..<max(moment.events.count, observation.events.count) {
            let event = index < moment.events.count ? moment.events[index] : nil
            let seen = index < observation.events.count ? observation.events[index] : nil
            if event?.task == seen?.task, event?.call == seen?.call, let event, let seen {
                add(.call(event.task, event.call), event.outcomes.map(\.description), seen.outcome.description)
            } else {
                // Another call, or none at all: each stands in a row of its own, and neither agrees.
                if let event { add(.call(event.task, event.call), event.outcomes.map(\.description), nil) }
                if let seen { add(.call(seen.task, seen.call), [], seen.outcome.description) }
            }
        }
        add(.living, ["\(moment.snapshot.living)"], "\(observation.snapshot.living)")
        let predicted = files(moment.snapshot)
        let seen = files(observation.snapshot)
        for (path, name) in order(predicted, seen) {
            add(
                .file(path, name),
                predicted[FileName(path: path, name: name)].map { [$0] } ?? [],
                seen[FileName(path: path, name: name)]
            )
        }
        return rows
    }

    private struct FileName: Hashable {
        let path: CgroupPath
        let name: String
    }

    private static let fileNames = ["pids.current", "pids.max", "pids.events max", "pids.peak"]

    private static func files(_ snapshot: Snapshot) -> [FileName: String] {
        var files: [FileName: String] = [:]
        for counters in snapshot.cgroups {
            let values = [
                "\(counters.current)", "\(counters.max)", counters.eventsMax.map(String.init),
                counters.peak.map(String.init),
            ]
            for (name, value) in zip(fileNames, values) {
                files[FileName(path: counters.path, name: name)] = value
            }
        }
        return files
    }

    private static func order(_ left: [FileName: String], _ right: [FileName: String]) -> [(CgroupPath, String)] {
        Set(left.keys.map(\.path)).union(right.keys.map(\.path))
            .sorted { $0.components.lexicographicallyPrecedes($1.components) }
            .flatMap { path in fileNames.map { (path, $0) } }
    }

    private static func place(_ step: Int?, _ round: Int?) -> String {
        guard let step else { return "start" }
        return round.map { "step \(step + 1) round \($0)" } ?? "step \(step + 1)"
    }
}

extension Prediction {
    /// How many values were compared where a completed run is exactly the predicted one; nil where it is not, or where
    /// nothing was compared. The short way for the many programs that agree: no row is made.
    func agreement(with record: RunRecord) -> Int? {
        guard record.ending == .completed, record.platform?.isSame(as: platform) == true, trace == record.trace else {
            return nil
        }
        let compared = moments.reduce(0) { sum, moment in
            let files = moment.snapshot.cgroups.reduce(0) {
                $0 + 2 + ($1.eventsMax == nil ? 0 : 1) + ($1.peak == nil ? 0 : 1)
            }
            return sum + moment.events.count + 1 + files
        }
        return compared > 0 ? compared : nil
    }
}
