public import Conformance
public import Scenario
public import Simulation

/// What `verify host --time` shows: a bomb's predicted time beside that of a real one, and its counters, which alone decide.
public struct BombTimeComparison: QueryReport {
    private let time: BombTime
    private let platform: Platform
    private let counts: FreeBombCounts
    private let check: FreeBombCheck

    /// A report of a bomb that ran.
    public init(_ time: BombTime, on platform: Platform, _ counts: FreeBombCounts, _ check: FreeBombCheck) {
        self.time = time
        self.platform = platform
        self.counts = counts
        self.check = check
    }

    /// Whether the counters are as they must be.
    public var conforms: Bool { check.conforms }

    /// One figure, as predicted and as observed.
    private struct Row {
        let what: String
        let key: WritableKeyPath<Document, Document.Figure?>
        let predicted: Estimate
        let observed: Double?
        let isRate: Bool

        var ratio: Double? { observed.flatMap { $0 > 0 ? predicted.middle / $0 : nil } }
    }

    private var rows: [Row] {
        let seconds = Double(counts.window_ns) / 1e9
        let rate = seconds > 0 ? Double(counts.windowRefused) / seconds : nil
        let cost = counts.windowRefused > 0 ? Double(counts.windowCPU_ns) / Double(counts.windowRefused) : nil
        return [
            Row(
                what: "first refusal after",
                key: \.firstRefusalNs,
                predicted: time.firstRefusal_ns,
                observed: counts.firstRefusal_ns.map(Double.init),
                isRate: false
            ),
            Row(
                what: "  in processor time",
                key: \.cpuNs,
                predicted: time.cpu_ns,
                observed: counts.firstRefusal_ns.map { _ in Double(counts.cpuByFirstRefusal_ns) },
                isRate: false
            ),
            Row(
                what: "refused forks a second",
                key: \.refusalsPerSecond,
                predicted: time.refusalsPerSecond,
                observed: rate,
                isRate: true
            ),
            Row(
                what: "  processor time of one",
                key: \.refusedNs,
                predicted: time.refused,
                observed: cost,
                isRate: false
            ),
        ]
    }

    /// How many processors the bomb had on average while it was watched, and before that.
    private var processors: (before: Double?, after: Double?) {
        let before = counts.firstRefusal_ns.map { Double(counts.cpuByFirstRefusal_ns) / Double(max($0, 1)) }
        return (before, counts.window_ns > 0 ? Double(counts.windowCPU_ns) / Double(counts.window_ns) : nil)
    }

    /// The times, the processors that there were, and the counters.
    public func text(_ style: TextStyle) -> String {
        let program = time.bomb.program.name
        var lines = [
            style.name(program)
                + style.aside(
                    "  kernel \(platform.version), pids on cgroup \(platform.hierarchy.rawValue), "
                        + "\(time.bomb.task) forking freely on \(CalibrationReport.cpus(time.cpus))"
                )
        ]
        var table = TextTable()
        let head = ["", "predicted", "observed", "predicted / observed"]
        table.add(row: head.map { ($0, style.aside($0)) })
        for row in rows {
            let predicted = row.isRate ? TimeText.rate(row.predicted) : TimeText.duration(row.predicted)
            let observed =
                row.observed.map { row.isRate ? TimeText.rate($0) : TimeText.duration($0) } ?? "none was refused"
            let cells = [row.what, predicted, observed, row.ratio.map(TimeText.ratio) ?? ""]
            table.add(row: cells.map { ($0, $0) })
        }
        lines += table.lines(indent: 2)
        let had = processors
        if let before = had.before, let after = had.after {
            lines.append(
                style.aside(
                    "  it had \(TimeText.ratio(before)) processors up to the first refusal and \(TimeText.ratio(after)) "
                        + "afterwards: the prediction is for \(time.cpus) that do nothing else"
                )
            )
        }
        let agreeing = check.rows.count { $0.agrees }
        lines += ["", style.name("Counters") + style.aside("  \(agreeing) of \(check.rows.count) agree")]
        var counters = TextTable()
        counters.add(row: ["", "predicted", "observed"].map { ($0, style.aside($0)) })
        for row in check.rows {
            let observed = row.agrees ? row.observed : style.warning(row.observed)
            counters.add((row.what, row.what), (row.predicted, row.predicted), (row.observed, observed))
        }
        lines += counters.lines(indent: 2)
        lines += ["", "\(program): \(check.conforms ? "conforms" : "diverges")"]
        return lines.joined(separator: "\n")
    }

    /// The wire type: times and costs in nanoseconds.
    public struct Document: Encodable, Sendable {
        /// One figure; `observed` and `ratio` are absent where nothing was refused.
        public struct Figure: Encodable, Sendable {
            /// What was predicted.
            public let predicted: BombTimeDocument.Figure
            /// What was observed.
            public let observed: Double?
            /// Predicted over observed.
            public let ratio: Double?
        }

        /// A counter.
        public struct Counter: Encodable, Sendable {
            /// Which.
            public let what: String
            /// As predicted.
            public let predicted: String
            /// As observed.
            public let observed: String
            /// Whether that is the same, or allowed.
            public let agrees: Bool
        }

        /// What is predicted, and from what.
        public let prediction: BombTimeDocument
        /// `conforms` or `diverges`, by the counters alone.
        public let verdict: String
        /// From the beginning to the first refused fork.
        public var firstRefusalNs: Figure?
        /// The processor time up to then.
        public var cpuNs: Figure?
        /// Refused forks in a second afterwards.
        public var refusalsPerSecond: Figure?
        /// The processor time of a refused fork.
        public var refusedNs: Figure?
        /// How many processors the bomb had up to the first refusal, on average.
        public let cpusBeforeRefusal: Double?
        /// The same afterwards.
        public let cpusAfterRefusal: Double?
        /// How many of its processes had had a processor by the first refusal.
        public let startedByFirstRefusal: Int
        /// How many forks were refused in all.
        public let refused: Int
        /// The counters.
        public let counters: [Counter]
    }

    /// What `--json` prints.
    public var document: Document {
        let had = processors
        var document = Document(
            prediction: BombTimeDocument(time, on: platform),
            verdict: check.conforms ? "conforms" : "diverges",
            cpusBeforeRefusal: had.before,
            cpusAfterRefusal: had.after,
            startedByFirstRefusal: counts.startedByFirstRefusal,
            refused: counts.refused,
            counters: check.rows.map {
                Document.Counter(what: $0.what, predicted: $0.predicted, observed: $0.observed, agrees: $0.agrees)
            }
        )
        for row in rows {
            document[keyPath: row.key] = Document.Figure(
                predicted: BombTimeDocument.Figure(row.predicted),
                observed: row.observed,
                ratio: row.ratio
            )
        }
        return document
    }
}
