import SourceConformance

/// What became of the pairs of a trace, as numbers under names.
struct PairCounts {
    let edges: [String: Int]
    let paths: [String: Int]
    let interruptions: Int
    let missed: [String: Int]

    init(_ comparison: CallTraceComparison) {
        edges = PairCounts.named(comparison.edges)
        paths = PairCounts.named(comparison.paths)
        interruptions = comparison.interruptions
        missed = PairCounts.named(comparison.missed)
    }

    private static func named<Key: RawRepresentable<String>>(_ counts: [Key: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.rawValue, $1) })
    }

    /// A line for each number, the greatest of a kind first.
    func lines(_ style: TextStyle) -> [String] {
        var counts = TextTable()
        func add(_ kind: String, _ numbers: [String: Int]) {
            for (name, number) in numbers.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                counts.add((kind, kind), ("\(number)", "\(number)"), (name, style.evidence(name)))
            }
        }
        add("edge", edges)
        add("path through unseen functions", paths)
        if interruptions > 0 { add("no call", ["the caller was interrupted": interruptions]) }
        add("missed", missed)
        return counts.lines(indent: 2)
    }
}
