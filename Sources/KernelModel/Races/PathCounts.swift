/// How many ways lead to each state, and how long the longest is.
struct PathCounts {
    /// For each state; nil where it is more than the type holds.
    let ways: [UInt128?]
    /// All ways to an end.
    let total: UInt128?
    /// The steps of the longest way.
    let longest: Int

    /// Goes through the states in an order in which none comes before one that leads to it. There is one: an operation never
    /// comes back to where it was.
    init(_ space: StateSpace) {
        var waiting = [UInt32](repeating: 0, count: space.count)
        for state in 0..<space.count {
            for next in space.next(state) where next != StateSpace.none { waiting[Int(next)] += 1 }
        }
        var ways = [UInt128?](repeating: 0, count: space.count)
        var depth = [Int](repeating: 0, count: space.count)
        ways[0] = 1
        var total: UInt128? = 0
        var open = [0]
        while let state = open.popLast() {
            var isEnd = true
            for case let next in space.next(state) where next != StateSpace.none {
                isEnd = false
                let number = Int(next)
                ways[number] = PathCounts.sum(ways[number], ways[state])
                depth[number] = max(depth[number], depth[state] + 1)
                waiting[number] -= 1
                if waiting[number] == 0 { open.append(number) }
            }
            if isEnd { total = PathCounts.sum(total, ways[state]) }
        }
        self.ways = ways
        self.total = total
        longest = depth.max() ?? 0
    }

    /// The sum, unless it is too large.
    static func sum(_ left: UInt128?, _ right: UInt128?) -> UInt128? {
        guard let left, let right else { return nil }
        let (sum, isTooLarge) = left.addingReportingOverflow(right)
        return isTooLarge ? nil : sum
    }
}
