/// Puts a thread's nodes together, from its end to its start.
struct RaceThreadBuilder {
    /// A node that is not known yet: the first one of the operation at hand.
    private static let again = -1

    /// Nodes in the order in which they were made, each after those that it leads to.
    private var nodes: [RaceNode] = []
    private var starts: [Int] = []
    private var operation = 0
    /// Where the operation at hand began to be made.
    private var first = 0
    /// Where the thread goes when the operation at hand is over: nil is the end.
    private var after: Int?

    private static let end = -2

    /// Starts the operation that comes before those that were made so far.
    mutating func begin(_ number: Int) {
        operation = number
        after = starts.last
        first = nodes.count
    }

    /// Where a refused operation leads.
    func refused(_ result: Int16 = RaceEdge.undecided) -> RaceEdge {
        RaceEdge(node: after ?? RaceThreadBuilder.end, result: result)
    }

    /// Where an operation leads that is done.
    var done: RaceEdge { refused(RaceEdge.granted) }

    /// Where an operation leads that is done and comes again.
    var again: RaceEdge { RaceEdge(node: RaceThreadBuilder.again, result: RaceEdge.granted) }

    /// Adds a step, and gives the way to it.
    mutating func add(
        _ step: RaceStep,
        to next: RaceEdge,
        otherwise: RaceEdge? = nil,
        branches: [RaceEdge] = []
    ) -> RaceEdge {
        nodes.append(RaceNode(operation: operation, step: step, next: next, otherwise: otherwise, branches: branches))
        return RaceEdge(node: nodes.count - 1)
    }

    /// Adds steps that are taken one after the other, and gives the way to the first of them.
    mutating func add(_ steps: [RaceStep], to next: RaceEdge) -> RaceEdge {
        var next = next
        for step in steps.reversed() { next = add(step, to: next) }
        return next
    }

    /// Adds an operation's one step.
    mutating func start(with step: RaceStep, to next: RaceEdge) { start(at: add(step, to: next)) }

    /// Says where the operation begins.
    mutating func start(at edge: RaceEdge) {
        precondition(edge.node >= first, "an operation has at least one step of its own")
        starts.append(edge.node)
        for number in first..<nodes.count { nodes[number].redirect(from: RaceThreadBuilder.again, to: edge.node) }
    }

    /// The thread.
    func thread() -> RaceThread {
        var thread = RaceThread()
        thread.nodes = nodes
        for number in nodes.indices { thread.nodes[number].redirect(from: RaceThreadBuilder.end, to: nodes.count) }
        thread.starts = starts.reversed()
        return thread
    }
}

extension RaceNode {
    fileprivate mutating func redirect(from old: Int, to new: Int) {
        func redirected(_ edge: RaceEdge) -> RaceEdge {
            edge.node == old ? RaceEdge(node: new, result: edge.result) : edge
        }
        next = redirected(next)
        otherwise = otherwise.map(redirected)
        branches = branches.map(redirected)
    }
}
