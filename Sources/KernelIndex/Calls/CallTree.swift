/// Which way a call graph is walked.
public enum CallDirection: String, Sendable {
    /// Towards the functions that call.
    case callers
    /// Towards the functions that are called.
    case callees
}

/// The calls around a function, to a number of levels.
public struct CallTree: Sendable {
    /// An edge and how many steps it is away from the root: 1 for the root's own.
    public struct Entry: Sendable {
        /// The edge.
        public let edge: CallEdge
        /// The number of steps, from 1.
        public let depth: Int
    }

    /// The function in the middle.
    public let root: Symbol
    /// Which way the tree grows.
    public let direction: CallDirection
    /// The edges, level by level. A function's edges are here once, at its smallest depth.
    public let entries: [Entry]
    /// How many edges of the levels asked for are left out because there were too many.
    public let leftOut: Int
    /// For callers: the places that hand the root to another function as an argument.
    public let argumentUses: [ArgumentUse]
}

extension IndexStore {
    /// Collects the callers or callees of a function, and theirs, level by level.
    ///
    /// - Parameters:
    ///   - depth: how many levels, at least 1.
    ///   - limit: how many edges to give at most.
    ///   - isLoose: whether calls for which only the types speak are given, too.
    public func callTree(
        of root: Symbol,
        direction: CallDirection,
        depth: Int = 1,
        limit: Int = 2000,
        isLoose: Bool = false
    ) throws -> CallTree {
        try read { reader in
            var entries: [CallTree.Entry] = []
            var leftOut = 0
            var seen: Set<Int64> = [root.id]
            var level = [root]
            var reached = 1
            while reached <= max(1, depth), !level.isEmpty {
                var next: [Symbol] = []
                for function in level {
                    let edges = try reader.edges(of: function, direction, isLoose: isLoose)
                    for edge in edges {
                        guard entries.count < limit else {
                            leftOut += 1
                            continue
                        }
                        entries.append(CallTree.Entry(edge: edge, depth: reached))
                        let other = direction == .callers ? edge.caller : edge.callee
                        if seen.insert(other.id).inserted { next.append(other) }
                    }
                }
                // What hangs below edges that were left out is not counted: it was never looked at.
                if leftOut > 0 { break }
                level = next
                reached += 1
            }
            return CallTree(
                root: root,
                direction: direction,
                entries: entries,
                leftOut: leftOut,
                argumentUses: direction == .callers ? try reader.argumentUses(of: root) : []
            )
        }
    }
}

extension FactReader {
    /// The calls of a function or those that it makes, and where it is or what it hands over to run later, last.
    fileprivate func edges(of function: Symbol, _ direction: CallDirection, isLoose: Bool) throws -> [CallEdge] {
        switch direction {
        case .callers:
            let found = try callers(of: function)
            let loose = isLoose ? try fittingCallers(of: function).beside(found) : []
            return found + loose + (try handOvers(of: function))
        case .callees:
            let found = try callees(of: function)
            let loose = isLoose ? try fittingCallees(of: function).beside(found) : []
            return found + loose + (try handOvers(from: function))
        }
    }
}

extension [CallEdge] {
    /// Those whose call and callee are not among others already.
    fileprivate func beside(_ others: [CallEdge]) -> [CallEdge] {
        filter { edge in
            !others.contains { $0.site == edge.site && $0.caller == edge.caller && $0.callee == edge.callee }
        }
    }
}
