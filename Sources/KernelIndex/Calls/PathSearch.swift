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

    /// All simple paths of at most `shortest + slack` calls, shorter ones first, and within a length in the order of
    /// the source.
    ///
    /// - Parameters:
    ///   - limit: how many paths to give at most.
    ///   - effort: how many calls to look at before the search gives up; what it has found by then is given.
    func all(
        from start: Int64,
        to goal: Int64,
        slack: Int,
        limit: Int,
        effort: Int = 200_000
    ) throws -> (paths: [[Int64]], longest: Int, leftOut: Int, gaveUp: Bool) {
        guard let shortest = try shortest(from: start, to: goal) else { return ([], 0, 0, false) }
        let longest = shortest.count - 1 + slack
        let remaining = try stepsToGoal(goal, atMost: longest)
        var found: [[Int64]] = []
        var leftOut = 0
        var stepsLeft = effort
        for length in (shortest.count - 1)...longest {
            var path = [start]
            var onPath: Set<Int64> = [start]
            func walk(_ left: Int) throws {
                let last = path[path.count - 1]
                if left == 0 {
                    guard last == goal else { return }
                    if found.count < limit { found.append(path) } else { leftOut += 1 }
                    return
                }
                guard last != goal else { return }
                for next in try graph.orderedSuccessors(of: last) {
                    guard stepsLeft > 0 else { return }
                    stepsLeft -= 1
                    guard let needed = remaining[next], needed < left, onPath.insert(next).inserted else { continue }
                    path.append(next)
                    try walk(left - 1)
                    path.removeLast()
                    onPath.remove(next)
                }
            }
            try walk(length)
        }
        return (found, longest, leftOut, stepsLeft == 0)
    }

    private func stepsToGoal(_ goal: Int64, atMost longest: Int) throws -> [Int64: Int] {
        var steps = [goal: 0]
        var frontier = [goal]
        for depth in 1..<(longest + 2) {
            var next: [Int64] = []
            for function in frontier {
                for other in try graph.predecessors(of: function) where steps[other] == nil {
                    steps[other] = depth
                    next.append(other)
                }
            }
            frontier = next
        }
        return steps
    }
}
