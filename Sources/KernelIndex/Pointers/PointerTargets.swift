/// How many functions places that call a pointer take for possible. Places without any are left out.
public struct PointerTargets: Sendable {
    /// How many places there are with a target at all.
    public let sites: Int
    /// How many of them call through something that is not followed to its end.
    public let open: Int
    /// How many targets a place has on average.
    public let mean: Double
    /// How many the place in the middle has.
    public let median: Int
    /// How many the place with the most has.
    public let most: Int

    /// Counts the targets of places.
    public init(_ sites: [PointerSite]) {
        let counts = sites.map(\.targets.count).filter { $0 > 0 }.sorted()
        self.sites = counts.count
        open = sites.count { !$0.targets.isEmpty && $0.isOpen }
        mean = counts.isEmpty ? 0 : Double(counts.reduce(0, +)) / Double(counts.count)
        median = counts.isEmpty ? 0 : counts[counts.count / 2]
        most = counts.last ?? 0
    }
}
