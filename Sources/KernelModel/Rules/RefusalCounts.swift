/// Refusals, counted. Those of one round of a bomb differ in few things: which rule, and where.
public struct RefusalCounts: Sendable {
    private var known: [(refusal: Refusal, count: Int)] = []
    /// The last one: the next is like it as a rule.
    private var latest: Refusal?
    /// How many like it have come in a row, and are not among ``known`` yet.
    private var pending = 0

    /// Nothing was refused yet.
    public init() {}

    /// Counts one more.
    public mutating func add(_ refusal: Refusal) {
        if let latest, latest == refusal {
            pending += 1
            return
        }
        settle()
        latest = refusal
        pending = 1
    }

    /// Those that differ and how often each came, in the order in which they came first.
    public var counted: [(refusal: Refusal, count: Int)] {
        var all = self
        all.settle()
        return all.known
    }

    private mutating func settle() {
        guard let latest else { return }
        if let place = known.firstIndex(where: { $0.refusal == latest }) {
            known[place].count += pending
        } else {
            known.append((latest, pending))
        }
        pending = 0
    }
}
