/// The system calls from which a function can be reached.
public struct SystemCallReach: Sendable {
    /// A system call on the way to a function.
    public struct Entry: Sendable {
        /// The system call's body.
        public let systemCall: Symbol
        /// The functions from the system call down to the one that was asked about, both included: a shortest way.
        public let path: [Symbol]

        /// How many calls lie between the two.
        public var calls: Int { path.count - 1 }
    }

    /// The system calls: the nearest first, then by name.
    public let entries: [Entry]
    /// How many functions the walk has met.
    public let functions: Int
    /// How many functions were met whose callers were not looked at, since they are further away or too many. Other than
    /// 0, there may be more system calls.
    public let leftOut: Int
}

/// How far a walk towards system calls goes.
public struct ReachBound: Sendable {
    /// How many calls at most.
    public var depth: Int
    /// How many functions at most, for all goals together; each goal has 1,000 in any case.
    public var functions: Int

    /// Makes a bound.
    public init(depth: Int = 6, functions: Int = 100_000) {
        self.depth = depth
        self.functions = functions
    }

    /// What each of several goals has of it.
    func shared(by goals: Int) -> ReachBound {
        ReachBound(depth: depth, functions: max(1_000, functions / max(1, goals)))
    }
}

extension FactReader {
    /// Walks back from a function, level by level.
    func systemCalls(
        reaching function: Symbol,
        by graph: CallGraph,
        within bound: ReachBound
    ) throws -> SystemCallReach {
        let bodies = try systemCallNames().bodies
        // The function that each one leads to, one call nearer to the goal.
        var nearer: [Int64: Int64] = [:]
        var met: Set<Int64> = [function.id]
        var found: [Int64] = bodies[function.id] == nil ? [] : [function.id]
        var level = [function.id]
        var depth = 0
        var leftOut = 0
        while !level.isEmpty {
            if depth == bound.depth {
                leftOut += try level.count { try bodies[$0] == nil && !graph.predecessors(of: $0).isEmpty }
                break
            }
            var next: [Int64] = []
            for callee in level {
                guard met.count < bound.functions else {
                    leftOut += 1
                    continue
                }
                for caller in try graph.predecessors(of: callee).sorted() where met.insert(caller).inserted {
                    nearer[caller] = callee
                    next.append(caller)
                    if bodies[caller] != nil { found.append(caller) }
                }
            }
            level = next
            depth += 1
        }
        let entries = try found.map { body in
            var path = [try symbol(body)]
            var last = body
            while let next = nearer[last] {
                path.append(try symbol(next))
                last = next
            }
            return SystemCallReach.Entry(systemCall: path[0], path: path)
        }
        .sorted { ($0.calls, $0.systemCall.shownName) < ($1.calls, $1.systemCall.shownName) }
        return SystemCallReach(entries: entries, functions: met.count, leftOut: leftOut)
    }
}
