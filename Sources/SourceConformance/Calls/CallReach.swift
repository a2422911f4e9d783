import KernelIndex
import KernelTrace

/// What a function is made of in a running kernel: itself, and all that it calls without being seen to.
///
/// A function that it calls is part of it when the trace cannot show the call: the kernel has no code of that name; or
/// keeps tracing out of it; or has code of it, but the body is known where the caller is compiled, so that the compiler
/// can have put it there.
final class CallReach {
    /// A step on the way from the start.
    struct Step {
        /// The function before; nil at the start.
        let from: CallNode?
        let evidence: CallEvidence
        let presence: UnseenFunction.Presence
        /// Where an assembly call is.
        let place: String?
    }

    /// The last edge of a way out of the reach.
    struct Exit {
        let node: CallNode
        let evidence: CallEvidence
        /// Where an assembly call is.
        let place: String?
    }

    /// How each function of the reach was reached.
    private(set) var steps: [CallNode: Step] = [:]
    /// The functions, in the order of their distance.
    private(set) var order: [CallNode] = []

    private let graph: SourceCalls
    private let symbols: RunningSymbols
    /// For each, the function whose file it is compiled in.
    private var homes: [CallNode: CallNode] = [:]
    /// The edge to each function that the reach calls, seen or not: one of the start before others, by the best evidence.
    private lazy var exits: [CallNode: Exit] = {
        var exits: [CallNode: Exit] = [:]
        for node in order {
            let isInside = steps[node]?.from != nil
            for edge in graph.edges(of: node) {
                if let best = exits[edge.callee], isInside || best.evidence <= edge.evidence { continue }
                exits[edge.callee] = Exit(node: node, evidence: edge.evidence, place: edge.place)
            }
        }
        return exits
    }()

    init(from starts: [CallNode], graph: SourceCalls, symbols: RunningSymbols) {
        self.graph = graph
        self.symbols = symbols
        for start in starts where steps[start] == nil {
            steps[start] = Step(from: nil, evidence: .direct, presence: .inlined, place: nil)
            homes[start] = start
            order.append(start)
        }
        var next = 0
        while next < order.count {
            let node = order[next]
            next += 1
            for edge in graph.edges(of: node) where steps[edge.callee] == nil {
                guard let presence = presence(of: edge, from: node, home: homes[node]!) else { continue }
                steps[edge.callee] = Step(
                    from: node,
                    evidence: edge.evidence,
                    presence: presence,
                    place: edge.place
                )
                // Code of its own is compiled in its own file.
                homes[edge.callee] = presence == .hidden ? edge.callee : homes[node]!
                order.append(edge.callee)
            }
        }
    }

    /// Why a call would not be seen; nil where it would be.
    private func presence(of edge: SourceCalls.Edge, from caller: CallNode, home: CallNode) -> UnseenFunction.Presence?
    {
        if graph.isStaticCall(edge.callee) { return .hidden }
        switch graph.visibility(of: edge.callee, symbols) {
        case .hidden: return .hidden
        // What is stored in a structure or a table has code of its own, unless the compiler sees all that is done with the
        // structure: `struct rhashtable_params`, which inlined functions are handed by value. Then the kernel has no code
        // of that name, though it has the file: so it is one that the caller is compiled with. Where a function is handed
        // to one that is inlined, the compiler sees which it is, and puts it into the caller as well.
        case nil:
            let isSeen = edge.evidence == .argument || edge.evidence == .variable
            if isByName(edge) || isSeen { return .inlined }
            return graph.areInOneFile(home, edge.callee) ? .inlinedHere : nil
        // Of a structure that is handed by value the compiler knows what it holds, also where that has code besides.
        case .traced:
            if isByName(edge) { return graph.areSeenTogether(home, edge.callee) ? .inlinedHere : nil }
            let isKnown = edge.evidence == .ops && graph.callsByValue(caller, edge.callee)
            return isKnown && graph.areInOneFile(home, edge.callee) ? .inlinedHere : nil
        }
    }

    /// Whether the compiler knows what is called.
    private func isByName(_ edge: SourceCalls.Edge) -> Bool { edge.evidence == .direct || edge.evidence == .cleanup }

    /// The edge that leads to one of some functions; nil where none does. The earliest in the order of the distance, and
    /// among those of the start the one with the best evidence.
    func exit(to goals: Set<CallNode>) -> Exit? {
        let found = goals.compactMap { exits[$0] }
        let direct = found.filter { steps[$0.node]?.from == nil }.min { $0.evidence < $1.evidence }
        if let direct { return direct }
        guard found.count > 1 else { return found.first }
        return order.lazy.compactMap { node in found.first { $0.node == node } }.first
    }

    /// The unseen functions on the way to one of the reach, which is the last of them.
    func way(to node: CallNode) -> [UnseenFunction] {
        var way: [UnseenFunction] = []
        var at = node
        while let step = steps[at], let from = step.from {
            way.append(UnseenFunction(name: graph.name(of: at), presence: step.presence, evidence: step.evidence))
            at = from
        }
        return way.reversed()
    }

    /// The places of assembly on the way.
    func assembly(to node: CallNode) -> String? {
        var at = node
        while let step = steps[at], let from = step.from {
            if let place = step.place { return place }
            at = from
        }
        return nil
    }
}
