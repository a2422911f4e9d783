import CLibclang
import IndexFacts

/// Reports where the errors of one function start, and whose errors it hands on.
///
/// The analysis stays inside of the function and follows variables and members of variables by their names. It does not
/// follow what is stored through another name, and takes a loop that never ends for one that does.
struct ErrorOrigins {
    private let facts: UnitFacts
    private let function: Int
    private let flow: ErrorFlow

    /// Looks for errors in a function's definition; functions that return no number and no pointer have none.
    static func report(_ definition: CXCursor, function: Int, isInSource: Bool, in facts: UnitFacts) {
        guard mayReturnError(clang_getCursorResultType(definition).canonical.kind) else { return }
        let body = kernaut_last_child(definition)
        guard !body.isNull, body.kind == CXCursor_CompoundStmt else { return }
        let builder = FlowBuilder(facts, isInSource: isInSource)
        builder.statement(body)
        ErrorOrigins(facts: facts, function: function, flow: ErrorFlow(builder.graph)).report()
    }

    private static func mayReturnError(_ kind: CXTypeKind) -> Bool {
        switch kind {
        case CXType_Int, CXType_Long, CXType_LongLong, CXType_ULong, CXType_Pointer: true
        default: false
        }
    }

    private func report() {
        for (number, node) in flow.graph.nodes.enumerated() where flow.isReachable(number) {
            switch node.kind {
            case .result(let values):
                for value in values { report(value, at: number, returned: []) }
            case .definition(let variable, let values):
                for value in values {
                    if case .variable = value.source { continue }
                    var errno: String?
                    if case .constant(let name) = value.source { errno = name }
                    guard let decisions = flow.decisions(from: number, variable: variable, errno: errno) else {
                        continue
                    }
                    report(value, at: number, returned: decisions)
                }
            case .junction, .branch, .selection: break
            }
        }
    }

    /// - Parameter returned: what decides behind the node that its error is returned; empty when it always is.
    private func report(_ value: FlowValue, at node: Int, returned: [ErrorFlow.Decision]) {
        guard let place = facts.place(of: value.cursor.start) else { return }
        switch value.source {
        case .variable: break
        case .call(let callee): facts.report(.errorPassage(function: function, callee: callee, place: place))
        case .constant(let errno):
            let decisions = returned.isEmpty ? flow.decisions(before: node) : returned
            var conditions = decisions.map(condition)
            if conditions.isEmpty { conditions = [Condition(text: nil, line: nil, around: [])] }
            for var condition in conditions {
                if let choice = value.choice {
                    if let text = condition.text { condition.around.append(text) }
                    let words = facts.words(of: choice.condition)
                    condition.text = choice.holds ? words : opposite(of: choice.condition, words)
                    condition.line = line(of: choice.condition)
                }
                facts.report(
                    .errorOrigin(
                        ErrorOriginFact(
                            function: function,
                            errno: errno,
                            condition: condition.text,
                            decisionLine: condition.line,
                            surroundings: condition.around.isEmpty
                                ? nil : condition.around.joined(separator: "\n"),
                            place: place
                        )
                    )
                )
            }
        }
    }

    private struct Condition {
        var text: String?
        var line: Int?
        var around: [String]
    }

    private func condition(_ decision: ErrorFlow.Decision) -> Condition {
        let node = flow.graph.nodes[decision.node]
        var around: [String] = []
        var outer = node.guardian
        while let number = outer {
            let guardian = flow.graph.guards[number]
            if let text = words(guardian.branch, guardian.answer) { around.append(text) }
            outer = guardian.outer
        }
        return Condition(
            text: words(decision.node, node.edges[decision.edge].answer),
            line: node.condition.map(line),
            around: around.reversed()
        )
    }

    /// A condition with its answer, in the source's words; nil for a constant one.
    private func words(_ number: Int, _ answer: FlowAnswer) -> String? {
        let node = flow.graph.nodes[number]
        guard let condition = node.condition else { return nil }
        if case .branch(let test) = node.kind, test.fixed != nil { return nil }
        let words = facts.words(of: condition)
        switch answer {
        case .always: return nil
        case .yes: return words
        case .no: return opposite(of: condition, words)
        case .other: return "switch (\(words)) default"
        case .label(let label):
            let value = childCursors(of: label).first.map(facts.words) ?? "…"
            return "switch (\(words)) case \(value)"
        }
    }

    /// The opposite of a condition: what stands behind its `!`, or a `!` around it.
    private func opposite(of condition: CXCursor, _ words: String) -> String {
        if condition.kind == CXCursor_UnaryOperator,
            clang_getCursorUnaryOperatorKind(condition) == CXUnaryOperator_LNot, words.hasPrefix("!")
        {
            return String(words.dropFirst())
        }
        return "!(\(words))"
    }

    private func line(of cursor: CXCursor) -> Int { Int(kernaut_place_of(cursor.start).line) }
}
