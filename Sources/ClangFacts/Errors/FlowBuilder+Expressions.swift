import CLibclang

extension FlowBuilder {
    /// Hands an error over in another form: `ERR_PTR(-ENOMEM)`, `PTR_ERR(p)`.
    private static let conversions: Set<String> = [
        "ERR_PTR", "PTR_ERR", "ERR_CAST", "PTR_ERR_OR_ZERO", "ERR_PTR_PCPU", "PTR_ERR_PCPU",
    ]
    /// Macros whose error is made by assembly, or in the handler of a fault: no constant shows it.
    private static let userAccess: Set<String> = [
        "put_user", "get_user", "__put_user", "__get_user", "__put_user_error", "__get_user_error",
    ]

    /// Builds what happens in an expression, and tells which errors its value may be.
    func evaluate(_ cursor: CXCursor) -> [FlowValue] {
        switch cursor.kind {
        case CXCursor_IntegerLiteral, CXCursor_StringLiteral, CXCursor_CharacterLiteral, CXCursor_UnaryExpr,
            CXCursor_TypeRef, CXCursor_InitListExpr:
            return []
        case CXCursor_DeclRefExpr, CXCursor_MemberRefExpr:
            if cursor.kind == CXCursor_MemberRefExpr { childCursors(of: cursor).forEach { _ = evaluate($0) } }
            return place(of: cursor).map { [FlowValue(source: .variable($0), cursor: cursor)] } ?? []
        case CXCursor_ParenExpr, CXCursor_CStyleCastExpr:
            return childCursors(of: cursor).map(evaluate).last ?? []
        case CXCursor_UnexposedExpr, CXCursor_GenericSelectionExpr:
            // A cast that the compiler adds has one child; `a ?: b` has several.
            return childCursors(of: cursor).flatMap(evaluate)
        case CXCursor_UnaryOperator: return unary(cursor)
        case CXCursor_BinaryOperator: return binary(cursor)
        case CXCursor_CompoundAssignOperator:
            let children = childCursors(of: cursor)
            guard children.count == 2 else { return [] }
            let values = evaluate(children[1])
            guard let variable = place(of: children[0]) else { return [] }
            let kept = FlowValue(source: .variable(variable), cursor: cursor)
            append(.definition(variable: variable, values: values + [kept]))
            return [kept]
        case CXCursor_ConditionalOperator: return conditional(childCursors(of: cursor))
        case CXCursor_CallExpr: return call(cursor)
        case CXCursor_StmtExpr: return statementExpression(cursor)
        default:
            childCursors(of: cursor).forEach { _ = evaluate($0) }
            return []
        }
    }

    private func unary(_ cursor: CXCursor) -> [FlowValue] {
        guard let operand = childCursors(of: cursor).last else { return [] }
        switch clang_getCursorUnaryOperatorKind(cursor) {
        case CXUnaryOperator_Minus:
            guard let name = errorName(in: operand) else { break }
            return [FlowValue(source: .constant(name), cursor: cursor)]
        case CXUnaryOperator_Extension: return evaluate(operand)
        case CXUnaryOperator_Deref:
            _ = evaluate(operand)
            return place(of: cursor).map { [FlowValue(source: .variable($0), cursor: cursor)] } ?? []
        default: break
        }
        _ = evaluate(operand)
        return []
    }

    /// The name of the error that an operand of `-` is.
    private func errorName(in cursor: CXCursor) -> String? {
        let literal = stripped(cursor)
        return literal.kind == CXCursor_IntegerLiteral ? facts.errorName(of: literal) : nil
    }

    private func binary(_ cursor: CXCursor) -> [FlowValue] {
        let children = childCursors(of: cursor)
        guard children.count == 2 else { return [] }
        switch clang_getCursorBinaryOperatorKind(cursor) {
        case CXBinaryOperator_Assign:
            let values = evaluate(children[1])
            guard let variable = place(of: children[0]) else {
                _ = evaluate(children[0])
                return values
            }
            append(.definition(variable: variable, values: values))
            return [FlowValue(source: .variable(variable), cursor: cursor)]
        case CXBinaryOperator_Comma:
            _ = evaluate(children[0])
            return evaluate(children[1])
        case CXBinaryOperator_LAnd, CXBinaryOperator_LOr:
            _ = evaluate(children[0])
            optionally { _ = evaluate(children[1]) }
        default: children.forEach { _ = evaluate($0) }
        }
        return []
    }

    private func conditional(_ children: [CXCursor]) -> [FlowValue] {
        guard children.count == 3 else { return children.flatMap(evaluate) }
        _ = evaluate(children[0])
        let fixed = test(children[0]).fixed
        var values: [FlowValue] = []
        for (child, holds) in [(children[1], true), (children[2], false)] where fixed != !holds {
            let found = optionally { evaluate(child) }
            values += found.map { value in
                var value = value
                if value.choice == nil { value.choice = (children[0], holds) }
                return value
            }
        }
        return values
    }

    private func call(_ cursor: CXCursor) -> [FlowValue] {
        let children = childCursors(of: cursor)
        guard let function = children.first else { return [] }
        if function.kind != CXCursor_UnexposedExpr || stripped(function).kind != CXCursor_DeclRefExpr {
            _ = evaluate(function)
        }
        let arguments = children.dropFirst().map(evaluate)
        guard let callee = callee(in: function) else { return [] }
        let name = callee.spelling
        if FlowBuilder.conversions.contains(name) { return arguments.first ?? [] }
        guard callee.kind == CXCursor_FunctionDecl || callee.kind == CXCursor_FieldDecl,
            let symbol = facts.symbol(of: callee, isInSource: isInSource)
        else { return [] }
        return [FlowValue(source: .call(symbol), cursor: cursor)]
    }

    /// The function or member that an expression calls; nil for what is neither.
    private func callee(in function: CXCursor) -> CXCursor? {
        var cursor = function
        while true {
            switch cursor.kind {
            case CXCursor_DeclRefExpr, CXCursor_MemberRefExpr: return cursor.referenced
            case CXCursor_ArraySubscriptExpr:
                guard let array = childCursors(of: cursor).first else { return nil }
                cursor = array
            case CXCursor_ParenExpr, CXCursor_UnexposedExpr, CXCursor_CStyleCastExpr, CXCursor_UnaryOperator,
                CXCursor_StmtExpr, CXCursor_CompoundStmt:
                cursor = kernaut_last_child(cursor)
                if cursor.isNull { return nil }
            default: return nil
            }
        }
    }

    private func statementExpression(_ cursor: CXCursor) -> [FlowValue] {
        if !kernaut_is_spelled_in_file(cursor.start), FlowBuilder.userAccess.contains(facts.word(at: cursor.start)) {
            return [FlowValue(source: .constant("EFAULT"), cursor: cursor, choice: (cursor, true))]
        }
        let compound = kernaut_last_child(cursor)
        let statements = compound.isNull ? [] : childCursors(of: compound)
        statements.dropLast().forEach(statement)
        guard var last = statements.last else { return [] }
        while last.kind == CXCursor_LabelStmt {
            label(last)
            last = kernaut_last_child(last)
            if last.isNull { return [] }
        }
        if clang_isExpression(last.kind) != 0 { return evaluate(last) }
        statement(last)
        return []
    }

    /// The number of the variable, or of the member of a variable, that an expression names; nil for another place.
    func place(of cursor: CXCursor) -> Int? {
        name(of: cursor).map { variable(named: $0) }
    }

    /// The number of a declared variable.
    func variable(of declaration: CXCursor) -> Int { variable(named: "\(declaration.node)") }

    private func variable(named name: String) -> Int {
        if let known = variables[name] { return known }
        variables[name] = variables.count
        return variables.count - 1
    }

    private func name(of cursor: CXCursor) -> String? {
        switch cursor.kind {
        case CXCursor_ParenExpr, CXCursor_UnexposedExpr, CXCursor_CStyleCastExpr:
            let inner = kernaut_last_child(cursor)
            return inner.isNull ? nil : name(of: inner)
        case CXCursor_DeclRefExpr:
            let declaration = cursor.referenced
            let isVariable = declaration.kind == CXCursor_VarDecl || declaration.kind == CXCursor_ParmDecl
            return isVariable ? "\(declaration.node)" : nil
        case CXCursor_MemberRefExpr:
            let base = kernaut_last_child(cursor)
            guard !base.isNull, let owner = name(of: base) else { return nil }
            return "\(owner).\(cursor.spelling)"
        case CXCursor_UnaryOperator where clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_Deref:
            let inner = kernaut_last_child(cursor)
            return inner.isNull ? nil : name(of: inner).map { "*\($0)" }
        default: return nil
        }
    }
}
