import CLibclang

/// How control leaves a node.
enum FlowAnswer {
    /// Whatever happens.
    case always
    /// The condition holds.
    case yes
    /// The condition does not hold.
    case no
    /// The value of a switch is that of this `case` statement.
    case label(CXCursor)
    /// The value of a switch is that of no `case`.
    case other
}

/// A value that may be an error.
struct FlowValue {
    enum Source {
        /// An error constant, by name.
        case constant(String)
        /// What a function, or the member that it is called through, returned.
        case call(Int)
        /// What a variable holds.
        case variable(Int)
    }

    /// Where the value comes from.
    var source: Source
    /// The expression that names it.
    var cursor: CXCursor
    /// The condition of the conditional operator around it, and whether it has to hold.
    var choice: (condition: CXCursor, holds: Bool)?
}

/// A step of a function, as far as errors are concerned.
struct FlowNode {
    enum Kind {
        /// A place where ways meet.
        case junction
        /// A variable is set to one of these values, or to what is none of them.
        case definition(variable: Int, values: [FlowValue])
        /// The function returns one of these values, or what is none of them.
        case result([FlowValue])
        /// The way that is taken depends on a condition.
        case branch(FlowTest)
        /// The way that is taken depends on the value of a switch.
        case selection
    }

    var kind: Kind
    /// Of a branch or selection: the condition.
    var condition: CXCursor?
    /// Of a branch: whether it belongs to a loop.
    var isLoop = false
    /// The innermost guard around it; nil for none.
    var guardian: Int?
    var edges: [(target: Int, answer: FlowAnswer)] = []
}

/// The part of a function that runs on one answer of an `if` or `switch`.
struct FlowGuard {
    var outer: Int?
    var branch: Int
    var answer: FlowAnswer
}

/// The ways that control and errors can take through one function. Node 0 is where it starts.
struct FlowGraph {
    var nodes: [FlowNode] = [FlowNode(kind: .junction)]
    var guards: [FlowGuard] = []

    /// The nodes before each node.
    var predecessors: [[Int]] {
        var lists = Array(repeating: [Int](), count: nodes.count)
        for (number, node) in nodes.enumerated() { for edge in node.edges { lists[edge.target].append(number) } }
        return lists
    }

    /// Which nodes can be reached from the start.
    var reachable: [Bool] {
        var found = Array(repeating: false, count: nodes.count)
        found[0] = true
        var open = [0]
        while let next = open.popLast() {
            for edge in nodes[next].edges where !found[edge.target] {
                found[edge.target] = true
                open.append(edge.target)
            }
        }
        return found
    }
}
