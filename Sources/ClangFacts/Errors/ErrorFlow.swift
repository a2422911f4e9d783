/// Follows an error from the node that sets it to the places where the function returns it.
struct ErrorFlow {
    /// A way out of a node whose condition decides that the error is returned.
    struct Decision: Hashable {
        var node: Int
        var edge: Int
    }

    let graph: FlowGraph
    private let reachable: [Bool]
    private let predecessors: [[Int]]

    init(_ graph: FlowGraph) {
        self.graph = graph
        reachable = graph.reachable
        predecessors = graph.predecessors
    }

    /// The node that sets an error may run at all.
    func isReachable(_ node: Int) -> Bool { reachable[node] }

    /// What decides that the error that `variable` has behind a node is returned: nil when it never is; empty when it
    /// always is.
    ///
    /// - Parameter errno: the error's name; nil when it may be any.
    func decisions(from node: Int, variable: Int, errno: String?) -> [Decision]? {
        var states = States(graph: graph, errno: errno)
        let starts = graph.nodes[node].edges.map { states.number(node: $0.target, variable: variable) }
        states.explore()
        let may = states.reachingResult()
        guard starts.contains(where: { may[$0] }) else { return nil }
        let must = states.certain(among: may)
        if starts.allSatisfy({ must[$0] }) { return [] }
        var decisions: [Decision] = []
        for (number, state) in states.list.enumerated() where may[number] && !must[number] {
            for way in state.ways where way.next.contains(where: { must[$0] }) {
                let decision = Decision(node: state.node, edge: way.edge)
                if !decisions.contains(decision) { decisions.append(decision) }
            }
        }
        return decisions
    }

    /// What decides that a node runs: the answers from which on it always does. Empty when it runs whatever happens.
    func decisions(before node: Int) -> [Decision] {
        var may = Array(repeating: false, count: graph.nodes.count)
        may[node] = true
        var open = [node]
        while let next = open.popLast() {
            for previous in predecessors[next] where reachable[previous] && !may[previous] {
                may[previous] = true
                open.append(previous)
            }
        }
        var must = may
        // Of the nodes that may lead there, those with a way that does not are taken out, and what hangs on them.
        open = graph.nodes.indices.filter { may[$0] && $0 != node && !leadsOnly(to: must, $0) }
        open.forEach { must[$0] = false }
        while let next = open.popLast() {
            for previous in predecessors[next] where must[previous] && previous != node {
                must[previous] = false
                open.append(previous)
            }
        }
        var decisions: [Decision] = []
        for number in graph.nodes.indices where may[number] && !must[number] {
            for (edge, way) in graph.nodes[number].edges.enumerated() where must[way.target] {
                decisions.append(Decision(node: number, edge: edge))
            }
        }
        return decisions
    }

    private func leadsOnly(to wanted: [Bool], _ node: Int) -> Bool {
        let edges = graph.nodes[node].edges
        return !edges.isEmpty && edges.allSatisfy { wanted[$0.target] }
    }
}

/// The nodes of a function, each with a variable that holds the error there.
private struct States {
    struct State {
        var node: Int
        var variable: Int
        /// Where control may go on; the error may be in one of several variables then.
        var ways: [(edge: Int, next: [Int])] = []
        /// Whether the error is returned here.
        var isResult = false
    }

    let graph: FlowGraph
    let errno: String?
    private(set) var list: [State] = []
    private var numbers: [Key: Int] = [:]

    private struct Key: Hashable {
        var node: Int
        var variable: Int
    }

    init(graph: FlowGraph, errno: String?) {
        self.graph = graph
        self.errno = errno
    }

    mutating func number(node: Int, variable: Int) -> Int {
        let key = Key(node: node, variable: variable)
        if let known = numbers[key] { return known }
        numbers[key] = list.count
        list.append(State(node: node, variable: variable))
        return list.count - 1
    }

    mutating func explore() {
        var next = 0
        while next < list.count {
            expand(next)
            next += 1
        }
    }

    private mutating func expand(_ number: Int) {
        let node = graph.nodes[list[number].node]
        let variable = list[number].variable
        var carriers = [variable]
        switch node.kind {
        case .result(let values):
            list[number].isResult = hold(values, variable)
            return
        case .definition(let target, let values):
            let holds = hold(values, variable)
            if target == variable {
                guard holds else { return }
            } else if holds {
                carriers.append(target)
            }
        case .junction, .branch, .selection: break
        }
        for (edge, way) in node.edges.enumerated() {
            if case .branch(let test) = node.kind, let answer = test.answer(variable, holds: errno) {
                if case .yes = way.answer, !answer { continue }
                if case .no = way.answer, answer { continue }
            }
            let next = carriers.map { self.number(node: way.target, variable: $0) }
            list[number].ways.append((edge, next))
        }
    }

    private func hold(_ values: [FlowValue], _ variable: Int) -> Bool {
        values.contains { if case .variable(let held) = $0.source { held == variable } else { false } }
    }

    /// The states from which the error may be returned.
    func reachingResult() -> [Bool] {
        var before = Array(repeating: [Int](), count: list.count)
        for (number, state) in list.enumerated() {
            for way in state.ways { for next in way.next { before[next].append(number) } }
        }
        var found = list.map(\.isResult)
        var open = list.indices.filter { found[$0] }
        while let next = open.popLast() {
            for previous in before[next] where !found[previous] {
                found[previous] = true
                open.append(previous)
            }
        }
        return found
    }

    /// The states from which the error is returned on every way.
    func certain(among may: [Bool]) -> [Bool] {
        var must = may
        var changed = true
        while changed {
            changed = false
            for number in list.indices.reversed() where must[number] && !list[number].isResult {
                if list[number].ways.contains(where: { way in !way.next.contains { must[$0] } }) {
                    must[number] = false
                    changed = true
                }
            }
        }
        return must
    }
}
