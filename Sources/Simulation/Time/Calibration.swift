public import Scenario

/// What forks cost on a machine: the samples of a ``ForkSamples``, each series as its quartiles.
public struct Calibration: Hashable, Sendable {
    /// One series of samples.
    public struct Cost: Hashable, Sendable {
        /// What was measured.
        public var kind: ForkSamples.Kind
        /// How many processors forked at the same time.
        public var cpus: Int
        /// How many samples there were.
        public var samples: Int
        /// The first quartile, the median and the third quartile, in nanoseconds of one fork.
        public var nanoseconds: Estimate

        /// Makes a cost.
        public init(kind: ForkSamples.Kind, cpus: Int, samples: Int, nanoseconds: Estimate) {
            self.kind = kind
            self.cpus = cpus
            self.samples = samples
            self.nanoseconds = nanoseconds
        }
    }

    /// What `uname -r` prints there.
    public var release: String
    /// How many processors it has.
    public var cpus: Int
    /// How many forks one sample is the mean of.
    public var forks: Int
    /// The costs, in the order in which they were measured.
    public var costs: [Cost]

    /// Makes a calibration.
    public init(release: String, cpus: Int, forks: Int, costs: [Cost]) {
        self.release = release
        self.cpus = cpus
        self.forks = forks
        self.costs = costs
    }

    /// Sums samples up.
    public init(_ samples: ForkSamples) {
        self.init(
            release: samples.release,
            cpus: samples.cpus,
            forks: samples.forks,
            costs: samples.series.map { series in
                let sorted = series.nanoseconds.sorted()
                func quantile(_ quarters: Int) -> Double { Double(sorted[(sorted.count - 1) * quarters / 4]) }
                return Cost(
                    kind: series.kind,
                    cpus: series.cpus,
                    samples: sorted.count,
                    nanoseconds: Estimate(low: quantile(1), middle: quantile(2), high: quantile(3))
                )
            }
        )
    }

    /// The most processors at a time of which the costs were measured.
    public var mostCPUsMeasured: Int { costs.map(\.cpus).max() ?? 1 }

    /// What something costs when so many processors fork at the same time, in nanoseconds: as measured, on a line between two
    /// measured numbers of processors, and as at the largest beyond that. Nil where it was not measured at all.
    public func cost(_ kind: ForkSamples.Kind, cpus: Int) -> Estimate? {
        let known = costs.filter { $0.kind == kind }.sorted { $0.cpus < $1.cpus }
        guard let above = known.first(where: { $0.cpus >= cpus }) else { return known.last?.nanoseconds }
        guard let below = known.last(where: { $0.cpus <= cpus }), below.cpus < above.cpus else {
            return above.nanoseconds
        }
        let share = Double(cpus - below.cpus) / Double(above.cpus - below.cpus)
        func between(_ end: KeyPath<Estimate, Double>) -> Double {
            below.nanoseconds[keyPath: end] * (1 - share) + above.nanoseconds[keyPath: end] * share
        }
        return Estimate(low: between(\.low), middle: between(\.middle), high: between(\.high))
    }

    /// The cost of a refusal at a level, or at the highest level that was measured.
    public func refusal(_ kind: ForkSamples.Kind, cpus: Int) -> Estimate? {
        guard case .refusedByPidsMax(let level) = kind else { return cost(kind, cpus: cpus) }
        return (1...max(level, 1)).reversed().lazy.compactMap { cost(.refusedByPidsMax(level: $0), cpus: cpus) }.first
    }
}
