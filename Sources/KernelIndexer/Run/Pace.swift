/// Tells from the pace of the units so far how long the rest will take.
struct Pace {
    private let isKept: (Int) -> Bool
    private var done = 0.0
    private var open = 0.0
    private let start = MonotonicClock.seconds

    /// - Parameter isKept: whether an earlier run has done a job.
    init(jobs: [Job], isKept: @escaping (Int) -> Bool) {
        self.isKept = isKept
        for (number, job) in jobs.enumerated() where !isKept(number) {
            if case .unit(_, let unit) = job.subject { open += Pace.weight(of: unit) }
        }
    }

    /// Takes note of a unit that is done.
    mutating func finish(_ unit: PlannedUnit, _ number: Int) {
        guard !isKept(number) else { return }
        done += Pace.weight(of: unit)
        open -= Pace.weight(of: unit)
    }

    /// Seconds; nil before enough is done to tell: the first units wait for the prefixes.
    var secondsLeft: Double? { done * 50 > open ? (MonotonicClock.seconds - start) / done * open : nil }

    /// The greatest files come first. Each costs its headers as well, as much as some 40 KB of its own text.
    private static func weight(of unit: PlannedUnit) -> Double { Double(unit.size + 40_000) }
}
