/// Searches for call paths between two functions.
struct PathSearch {
    let graph: CallGraph

    /// The shortest path, as functions from `start` to `goal`; nil when there is none. Among several of the same
    /// length it is the one whose first differing call is certain rather than through a field, then earlier in the
    /// source, so that the answer does not depend on how the index was made.
    func shortest(from start: Int64, to goal: Int64) throws -> [Int64]? {
        guard let remaining = try remainingSteps(from: start, to: goal), var left = remaining[start] else { return nil }
        var path = [start]
        while left > 0 {
            left -= 1
            // The search has found a successor with fewer steps, so that one exists unless the index is damaged.
            let successors = try graph.orderedSuccessors(of: path[path.count - 1])
            guard let next = successors.first(where: { remaining[$0] == left }) else { throw DamagedFact() }
            path.append(next)
        }
        return path
    }

    /// The shortest way from `start` by way of one of some functions to `goal`; it may come by a function twice.
    ///
    /// - Parameter through: the functions; nil for whatever way.
    func shortest(from start: Int64, through: [Int64]?, to goal: Int64) throws -> [Int64]? {
        guard let through else { return try shortest(from: start, to: goal) }
        var best: [Int64]?
        for middle in through {
            guard let first = try shortest(from: start, to: middle), let second = try shortest(from: middle, to: goal)
            else { continue }
            let path = first + second.dropFirst()
            if best.map({ path.count < $0.count }) ?? true { best = path }
        }
        return best
    }

    /// For the functions on shortest paths (and some others), how many steps are left to the goal.
    ///
    /// Two searches grow towards each other, a whole level at a time and the smaller frontier first: from a system
    /// call nearly everything can be reached, and nearly everything reaches `kfree`, but seldom both ways.
    private func remainingSteps(from start: Int64, to goal: Int64) throws -> [Int64: Int]? {
        var fromStart = [start: 0]
        var toGoal = [goal: 0]
        var levels = [[start]]
        var goalFrontier = [goal]
        var goalDepth = 0
        var meeting: [Int64] = start == goal ? [start] : []
        while meeting.isEmpty {
            if levels[levels.count - 1].isEmpty || goalFrontier.isEmpty { return nil }
            var next: [Int64] = []
            if levels[levels.count - 1].count <= goalFrontier.count {
                for function in levels[levels.count - 1] {
                    for other in try graph.successors(of: function) where fromStart[other] == nil {
                        fromStart[other] = levels.count
                        next.append(other)
                    }
                }
                levels.append(next)
            } else {
                goalDepth += 1
                for function in goalFrontier {
                    for other in try graph.predecessors(of: function) where toGoal[other] == nil {
                        toGoal[other] = goalDepth
                        next.append(other)
                    }
                }
                goalFrontier = next
            }
            meeting = next.filter { fromStart[$0] != nil && toGoal[$0] != nil }
        }
        let length = meeting.map { fromStart[$0]! + toGoal[$0]! }.min()!
        // Back from where the searches met, level by level, to the functions that lead there.
        for depth in stride(from: levels.count - 2, through: 0, by: -1) {
            for function in levels[depth] where toGoal[function] == nil {
                let left = length - depth
                if try graph.successors(of: function).contains(where: { toGoal[$0] == left - 1 }) {
                    toGoal[function] = left
                }
            }
        }
        return toGoal
    }

    /// The simple paths of at most `shortest + slack` calls, shorter ones first, and within a length in the order of
    /// the source. Once `limit` paths are found, longer ones are not looked for any more.
    ///
    /// - Parameters:
    ///   - through: functions one of which each path goes through; nil for whatever paths.
    ///   - limit: how many paths to give at most.
    ///   - effort: how many calls to look at before the search gives up; what it has found by then is given.
    func all(
        from start: Int64,
        through: Set<Int64>? = nil,
        to goal: Int64,
        slack: Int,
        limit: Int,
        effort: Int = 200_000
    ) throws -> FoundPaths {
        var found = FoundPaths()
        guard let shortest = try shortest(from: start, through: through.map(Array.init), to: goal) else { return found }
        var steps = StepsToGoal(goal: goal, graph: graph)
        var effortLeft = effort
        for length in (shortest.count - 1)...(shortest.count - 1 + slack) {
            guard found.paths.count < limit else {
                found.isCut = true
                break
            }
            try steps.grow(to: length)
            found.longest = length
            var path = [start]
            var onPath: Set<Int64> = [start]
            func walk(_ left: Int) throws {
                let last = path[path.count - 1]
                if last == goal || left == 0 {
                    guard last == goal, left == 0, through.map({ !$0.isDisjoint(with: onPath) }) ?? true else { return }
                    if found.paths.count < limit { found.paths.append(path) } else { found.leftOut += 1 }
                    return
                }
                for next in try graph.orderedSuccessors(of: last) {
                    guard effortLeft > 0 else { return }
                    effortLeft -= 1
                    guard let needed = steps.least[next], needed < left, onPath.insert(next).inserted else { continue }
                    path.append(next)
                    try walk(left - 1)
                    path.removeLast()
                    onPath.remove(next)
                }
            }
            try walk(length)
        }
        if effortLeft == 0 || found.leftOut > 0 { found.isCut = true }
        return found
    }
}

/// What a search for all paths came to.
struct FoundPaths {
    /// The paths, as functions.
    var paths: [[Int64]] = []
    /// The greatest number of calls for which paths were looked for.
    var longest = 0
    /// How many more paths of `longest` calls the search has met.
    var leftOut = 0
    /// Whether there may be more paths within the bound than are here.
    var isCut = false
}

/// The least number of calls from functions to the goal, as far as it has been looked for.
private struct StepsToGoal {
    private(set) var least: [Int64: Int]
    private var frontier: [Int64]
    private var depth = 0
    private let graph: CallGraph

    init(goal: Int64, graph: CallGraph) {
        least = [goal: 0]
        frontier = [goal]
        self.graph = graph
    }

    /// Looks as far back as a path of `length` calls needs: its second function is one call nearer.
    mutating func grow(to length: Int) throws {
        while depth < length - 1, !frontier.isEmpty {
            depth += 1
            var next: [Int64] = []
            for function in frontier {
                for other in try graph.predecessors(of: function) where least[other] == nil {
                    least[other] = depth
                    next.append(other)
                }
            }
            frontier = next
        }
    }
}
