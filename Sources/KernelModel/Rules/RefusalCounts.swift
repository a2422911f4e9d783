/// Refusals, counted. Those of one round of a bomb differ in few things: which rule, and where.
public struct RefusalCounts: Sendable {
    private var known: [(refusal: Refusal, count: Int)] = []
    /// Where the last one is counted: the next is like it as a rule.
    private var latest = 0
    /// How many like it have come since, and are not counted there yet.
    private var pending = 0

    /// Nothing was refused yet.
    public init() {}

    /// Counts one more.
    public mutating func add(_ refusal: Refusal) {
        if latest < known.count, known[latest].refusal == refusal {
            pending += 1
            return
        }
        settle()
        if let place = known.firstIndex(where: { $0.refusal == refusal }) {
            latest = place
        } else {
            latest = known.count
            known.append((refusal, 0))
        }
        pending = 1
    }

    /// Those that differ and how often each came, in the order in which they came first.
    public var counted: [(refusal: Refusal, count: Int)] {
        var all = self
        all.settle()
        return all.known
    }

    private mutating func settle() {
        if pending > 0 { known[latest].count += pending }
        pending = 0
    }
}
