import KernelABI
public import Scenario
public import Simulation

/// Whether a bomb that forked freely came to what its limits allow. Only counters are looked at, and no time.
public struct FreeBombCheck: Sendable {
    /// A counter, as it must be and as it is.
    public struct Row: Hashable, Sendable {
        /// `children made`, `/box pids.current`
        public let what: String
        /// What is predicted.
        public let predicted: String
        /// What was observed.
        public let observed: String
        /// Whether that is the same, or allowed.
        public let agrees: Bool
    }

    /// The counters.
    public let rows: [Row]

    /// Whether all are as they must be.
    public var conforms: Bool { rows.allSatisfy(\.agrees) }

    /// Holds what was observed against what the model says of the same bomb.
    ///
    /// - Parameters:
    ///   - snapshot: the counters when all of the bomb's processes had stopped.
    public init(_ bomb: TimedBomb, _ counts: FreeBombCounts, _ snapshot: Snapshot) {
        var rows = [
            FreeBombCheck.row("children made", bomb.made, counts.made),
            FreeBombCheck.row("processes at the end", bomb.after.living, snapshot.living),
        ]
        // At limits that are full at the same time, it depends on who comes first which one refuses.
        let isAlone = bomb.limits.filter { $0.room <= bomb.made + counts.cpus }.count <= 1
        for (expected, before) in zip(bomb.after.cgroups, bomb.before.cgroups) {
            guard let found = snapshot.cgroups.first(where: { $0.path == expected.path }) else { continue }
            rows.append(FreeBombCheck.row("\(expected.path) pids.current", expected.current, found.current))
            if case .limited(let limit) = found.max, let peak = found.peak, let known = expected.peak {
                // A fork charges one level after the other, and takes that back where a later one is full.
                rows.append(
                    Row(
                        what: "\(expected.path) pids.peak",
                        predicted: known == limit ? "\(known)" : "\(known) to \(limit)",
                        observed: "\(peak)",
                        agrees: (known...max(known, limit)).contains(peak)
                    )
                )
            }
            if let events = expected.eventsMax, let seen = found.eventsMax, let old = before.eventsMax, isAlone {
                // Either all of the bomb's refusals are counted here, or none is.
                let counted = events - old == bomb.refused ? Int64(counts.refused) : events - old
                rows.append(FreeBombCheck.row("\(expected.path) pids.events max", old + counted, seen))
            }
        }
        self.rows = rows
    }

    private static func row<Number: Equatable>(_ what: String, _ predicted: Number, _ observed: Number) -> Row {
        Row(what: what, predicted: "\(predicted)", observed: "\(observed)", agrees: predicted == observed)
    }
}
