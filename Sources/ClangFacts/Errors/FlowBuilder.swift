import CLibclang

/// Builds the flow graph of one function's body out of libclang's statements.
final class FlowBuilder {
    unowned let facts: UnitFacts
    let isInSource: Bool
    private(set) var graph = FlowGraph()

    /// The ways that lead on to the next node.
    private var ends: [(node: Int, answer: FlowAnswer)] = [(0, .always)]
    private var guardian: Int?
    private var labels: [UInt: Int] = [:]
    private var breaks: [[(node: Int, answer: FlowAnswer)]] = []
    private var continues: [[(node: Int, answer: FlowAnswer)]] = []
    private var selections: [Selection] = []
    /// Variables and members of them, numbered as they come.
    var variables: [String: Int] = [:]

    private struct Selection {
        var branch: Int
        var outer: Int?
        var hasDefault = false
    }

    init(_ facts: UnitFacts, isInSource: Bool) {
        self.facts = facts
        self.isInSource = isInSource
    }

    /// How many nodes there are.
    var count: Int { graph.nodes.count }

    /// Adds a node behind all that has come so far.
    @discardableResult
    func append(_ kind: FlowNode.Kind, condition: CXCursor? = nil, isLoop: Bool = false) -> Int {
        let number = graph.nodes.count
        graph.nodes.append(FlowNode(kind: kind, condition: condition, isLoop: isLoop, guardian: guardian))
        connect(ends, to: number)
        ends = [(number, .always)]
        return number
    }

    private func connect(_ ends: [(node: Int, answer: FlowAnswer)], to target: Int) {
        for end in ends { graph.nodes[end.node].edges.append((target, end.answer)) }
    }

    /// Builds what may run or not, such as the right side of `&&`; nothing is added where nothing happens in it.
    func optionally<Result>(_ build: () -> Result) -> Result {
        let before = ends
        let count = self.count
        let result = build()
        if self.count > count { ends += before }
        return result
    }

    /// Builds a statement.
    func statement(_ cursor: CXCursor) {
        switch cursor.kind {
        case CXCursor_CompoundStmt, CXCursor_UnexposedStmt: childCursors(of: cursor).forEach(statement)
        case CXCursor_DeclStmt: childCursors(of: cursor).forEach(declaration)
        case CXCursor_IfStmt: ifStatement(childCursors(of: cursor))
        case CXCursor_WhileStmt: whileStatement(childCursors(of: cursor))
        case CXCursor_DoStmt: doStatement(childCursors(of: cursor))
        case CXCursor_ForStmt: forStatement(childCursors(of: cursor))
        case CXCursor_SwitchStmt: switchStatement(childCursors(of: cursor))
        case CXCursor_CaseStmt, CXCursor_DefaultStmt: caseStatement(cursor)
        case CXCursor_LabelStmt:
            label(cursor)
            childCursors(of: cursor).forEach(statement)
        case CXCursor_GotoStmt:
            if let label = childCursors(of: cursor).first(where: { $0.kind == CXCursor_LabelRef }) {
                connect(ends, to: node(ofLabel: label.referenced))
            }
            ends = []
        case CXCursor_ReturnStmt:
            let values = childCursors(of: cursor).last.map(evaluate) ?? []
            append(.result(values))
            ends = []
        case CXCursor_BreakStmt: leave(\.breaks)
        case CXCursor_ContinueStmt: leave(\.continues)
        case CXCursor_GCCAsmStmt: assembly(cursor)
        default: _ = evaluate(cursor)
        }
    }

    /// Enters a label, from here and from wherever else jumps to it.
    func label(_ cursor: CXCursor) {
        let number = node(ofLabel: cursor)
        connect(ends, to: number)
        graph.nodes[number].guardian = guardian
        ends = [(number, .always)]
    }

    private func node(ofLabel label: CXCursor) -> Int {
        let key = UInt(bitPattern: label.data.1)
        if let known = labels[key] { return known }
        graph.nodes.append(FlowNode(kind: .junction))
        labels[key] = graph.nodes.count - 1
        return graph.nodes.count - 1
    }

    private func leave(_ list: ReferenceWritableKeyPath<FlowBuilder, [[(node: Int, answer: FlowAnswer)]]>) {
        if !self[keyPath: list].isEmpty { self[keyPath: list][self[keyPath: list].count - 1] += ends }
        ends = []
    }

    private func declaration(_ cursor: CXCursor) {
        guard cursor.kind == CXCursor_VarDecl, !clang_Cursor_getVarDeclInitializer(cursor).isNull else { return }
        let values = evaluate(kernaut_last_child(cursor))
        append(.definition(variable: variable(of: cursor), values: values))
    }

    /// Builds a branch and leaves on its answer `yes`; the node's number, or nil when the answer is always yes.
    private func branch(_ condition: CXCursor, isLoop: Bool = false) -> (node: Int, test: FlowTest) {
        _ = evaluate(condition)
        let test = self.test(condition)
        let node = append(.branch(test), condition: condition, isLoop: isLoop)
        ends = test.fixed == false ? [] : [(node, .yes)]
        return (node, test)
    }

    private func guarded(by branch: Int, _ answer: FlowAnswer, _ build: () -> Void) {
        graph.guards.append(FlowGuard(outer: guardian, branch: branch, answer: answer))
        let outer = guardian
        guardian = graph.guards.count - 1
        build()
        guardian = outer
    }

    private func ifStatement(_ children: [CXCursor]) {
        guard children.count >= 2 else { return }
        let (node, test) = branch(children[0])
        guarded(by: node, .yes) { statement(children[1]) }
        let after = ends
        ends = test.fixed == true ? [] : [(node, .no)]
        if children.count > 2 { guarded(by: node, .no) { statement(children[2]) } }
        ends += after
    }

    private func loop(_ body: CXCursor) {
        breaks.append([])
        continues.append([])
        statement(body)
        ends += continues.removeLast()
    }

    private func whileStatement(_ children: [CXCursor]) {
        guard children.count == 2 else { return }
        let head = append(.junction)
        let (node, test) = branch(children[0], isLoop: true)
        loop(children[1])
        connect(ends, to: head)
        ends = (test.fixed == true ? [] : [(node, .no)]) + breaks.removeLast()
    }

    private func doStatement(_ children: [CXCursor]) {
        guard children.count == 2 else { return }
        let head = append(.junction)
        loop(children[0])
        append(.junction)
        let test = self.test(children[1])
        if test.fixed == false {
            ends += breaks.removeLast()
            return
        }
        let (node, _) = branch(children[1], isLoop: true)
        connect(ends, to: head)
        ends = (test.fixed == true ? [] : [(node, .no)]) + breaks.removeLast()
    }

    /// libclang leaves out the parts of a `for` that are not there, and does not tell which.
    private func forStatement(_ children: [CXCursor]) {
        guard let body = children.last else { return }
        var header = children.dropLast()
        if header.count == 3 || header.first.map(setsSomething) == true { header.popFirst().map(statement) }
        let condition = header.first.flatMap { setsSomething($0) ? nil : header.popFirst() }
        let head = append(.junction)
        var exits: [(node: Int, answer: FlowAnswer)] = []
        if let condition {
            let (node, test) = branch(condition, isLoop: true)
            if test.fixed != true { exits = [(node, .no)] }
        }
        loop(body)
        append(.junction)
        header.forEach(statement)
        connect(ends, to: head)
        ends = exits + breaks.removeLast()
    }

    private func setsSomething(_ cursor: CXCursor) -> Bool {
        switch cursor.kind {
        case CXCursor_DeclStmt, CXCursor_CompoundAssignOperator: true
        case CXCursor_BinaryOperator:
            [CXBinaryOperator_Assign, CXBinaryOperator_Comma].contains(clang_getCursorBinaryOperatorKind(cursor))
        case CXCursor_UnaryOperator:
            [
                CXUnaryOperator_PostInc, CXUnaryOperator_PostDec, CXUnaryOperator_PreInc, CXUnaryOperator_PreDec,
            ].contains(clang_getCursorUnaryOperatorKind(cursor))
        default: false
        }
    }

    private func switchStatement(_ children: [CXCursor]) {
        guard children.count >= 2, let body = children.last else { return }
        _ = evaluate(children[0])
        let node = append(.selection, condition: children[0])
        ends = []
        breaks.append([])
        selections.append(Selection(branch: node, outer: guardian))
        statement(body)
        let selection = selections.removeLast()
        guardian = selection.outer
        ends += breaks.removeLast()
        if !selection.hasDefault { ends.append((node, .other)) }
    }

    private func caseStatement(_ cursor: CXCursor) {
        guard let selection = selections.last else { return }
        let isDefault = cursor.kind == CXCursor_DefaultStmt
        if isDefault { selections[selections.count - 1].hasDefault = true }
        let answer: FlowAnswer = isDefault ? .other : .label(cursor)
        graph.guards.append(FlowGuard(outer: selection.outer, branch: selection.branch, answer: answer))
        guardian = graph.guards.count - 1
        ends.append((selection.branch, answer))
        append(.junction)
        if let inner = childCursors(of: cursor).last { statement(inner) }
    }

    /// `asm goto` may go on at any of its labels.
    private func assembly(_ cursor: CXCursor) {
        let node = append(.junction)
        func visit(_ cursor: CXCursor) {
            for child in childCursors(of: cursor) {
                if child.kind == CXCursor_LabelRef {
                    connect([(node, .always)], to: self.node(ofLabel: child.referenced))
                } else {
                    visit(child)
                }
            }
        }
        visit(cursor)
    }
}
