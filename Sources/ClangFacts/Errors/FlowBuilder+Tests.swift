import CLibclang

extension FlowBuilder {
    private static let pointerTests: Set<String> = ["IS_ERR", "IS_ERR_OR_NULL", "IS_ERR_PCPU"]

    /// What a condition says about variables that may hold an error.
    func test(_ condition: CXCursor) -> FlowTest {
        let cursor = stripped(condition)
        switch cursor.kind {
        case CXCursor_DeclRefExpr, CXCursor_MemberRefExpr: return place(of: cursor).map { .isError($0) } ?? .unknown
        case CXCursor_IntegerLiteral: return number(in: cursor).map { .constant($0 != 0) } ?? .unknown
        case CXCursor_UnaryOperator:
            let operand = kernaut_last_child(cursor)
            guard !operand.isNull, clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_LNot else {
                return .unknown
            }
            return .not(test(operand))
        case CXCursor_BinaryOperator: return binaryTest(cursor)
        case CXCursor_CallExpr: return callTest(cursor)
        default: return .unknown
        }
    }

    private func callTest(_ cursor: CXCursor) -> FlowTest {
        let children = childCursors(of: cursor)
        guard children.count > 1 else { return .unknown }
        let name = stripped(children[0]).spelling
        // What `likely` and `unlikely` are.
        if name == "__builtin_expect" { return test(children[1]) }
        guard FlowBuilder.pointerTests.contains(name), let variable = variable(in: children[1]) else {
            return .unknown
        }
        return .isError(variable)
    }

    private func binaryTest(_ cursor: CXCursor) -> FlowTest {
        let children = childCursors(of: cursor)
        guard children.count == 2 else { return .unknown }
        let kind = clang_getCursorBinaryOperatorKind(cursor)
        switch kind {
        case CXBinaryOperator_LAnd: return .both(test(children[0]), test(children[1]))
        case CXBinaryOperator_LOr: return .either(test(children[0]), test(children[1]))
        case CXBinaryOperator_Assign: return place(of: children[0]).map { .isError($0) } ?? .unknown
        case CXBinaryOperator_Comma: return test(children[1])
        default: break
        }
        guard let variable = variable(in: children[0]) else { return .unknown }
        let right = stripped(children[1])
        if let number = number(in: right) {
            switch kind {
            case CXBinaryOperator_LT, CXBinaryOperator_LE, CXBinaryOperator_NE: return .isError(variable)
            case CXBinaryOperator_GT, CXBinaryOperator_GE, CXBinaryOperator_EQ:
                // An unsigned type would make an error a great number; only what is compared with 0 is sure.
                return kind == CXBinaryOperator_EQ || number == 0 ? .not(.isError(variable)) : .unknown
            default: return .unknown
            }
        }
        guard right.kind == CXCursor_UnaryOperator, clang_getCursorUnaryOperatorKind(right) == CXUnaryOperator_Minus
        else { return .unknown }
        let literal = stripped(kernaut_last_child(right))
        guard literal.kind == CXCursor_IntegerLiteral else { return .unknown }
        let name = facts.errorName(of: literal)
        switch kind {
        case CXBinaryOperator_EQ: return name.map { .equals(variable, $0) } ?? .unknown
        case CXBinaryOperator_NE: return name.map { .not(.equals(variable, $0)) } ?? .unknown
        // IS_ERR_VALUE compares with -MAX_ERRNO.
        case CXBinaryOperator_GE, CXBinaryOperator_GT: return name == nil ? .isError(variable) : .unknown
        default: return .unknown
        }
    }

    /// The variable whose value an expression has, one that it sets included.
    private func variable(in cursor: CXCursor) -> Int? {
        let cursor = stripped(cursor)
        if cursor.kind == CXCursor_BinaryOperator,
            clang_getCursorBinaryOperatorKind(cursor) == CXBinaryOperator_Assign,
            let left = childCursors(of: cursor).first
        {
            return place(of: left)
        }
        return place(of: cursor)
    }

    private func number(in cursor: CXCursor) -> Int? {
        guard cursor.kind == CXCursor_IntegerLiteral, let result = clang_Cursor_Evaluate(cursor) else { return nil }
        defer { clang_EvalResult_dispose(result) }
        guard clang_EvalResult_getKind(result) == CXEval_Int else { return nil }
        return Int(clang_EvalResult_getAsLongLong(result))
    }
}
