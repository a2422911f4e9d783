import CLibclang
import IndexFacts

extension PointerFlows {
    /// Functions that make a pointer of an error, which is none.
    private static let errorMakers: Set<String> = ["ERR_PTR", "ERR_CAST", "ERR_PTR_PCPU"]

    /// Where the pointer that an expression is may come from, or the structure that it is; nothing for a constant.
    func sources(of cursor: CXCursor) -> [PointerSource] {
        switch cursor.kind {
        case CXCursor_ParenExpr, CXCursor_CStyleCastExpr:
            let inner = kernaut_last_child(cursor)
            return inner.isNull ? [] : sources(of: inner)
        case CXCursor_UnexposedExpr, CXCursor_GenericSelectionExpr:
            // A cast that the compiler adds has one child; `a ?: b` has several.
            let children = childCursors(of: cursor)
            if children.count == 1 { return sources(of: children[0]) }
            return children.filter { isPointerLike($0.type) }.flatMap { sources(of: $0) }
        case CXCursor_IntegerLiteral, CXCursor_StringLiteral, CXCursor_CharacterLiteral, CXCursor_UnaryExpr,
            CXCursor_InitListExpr:
            return []
        case CXCursor_DeclRefExpr: return sources(ofName: cursor)
        case CXCursor_MemberRefExpr:
            // What another member of a union holds is read as well.
            return [.node(member(cursor))] + (isInUnion(cursor.referenced) ? [.node(.unknown)] : [])
        case CXCursor_UnaryOperator: return sources(ofUnary: cursor)
        case CXCursor_ArraySubscriptExpr:
            let base = kernaut_first_child(cursor)
            guard !base.isNull else { return [.node(.unknown)] }
            // An element of an array is in the array's place; what a pointer to pointers leads to is not followed.
            let isElement = stripped(base).type.canonical.isArray || cursor.type.canonical.kind == CXType_Record
            return isElement ? sources(of: base) : [.node(.unknown)]
        case CXCursor_CallExpr: return sources(ofCall: cursor)
        case CXCursor_StmtExpr:
            let compound = kernaut_last_child(cursor)
            var last = compound.isNull ? compound : kernaut_last_child(compound)
            while !last.isNull, last.kind == CXCursor_LabelStmt { last = kernaut_last_child(last) }
            return !last.isNull && clang_isExpression(last.kind) != 0 ? sources(of: last) : []
        case CXCursor_ConditionalOperator:
            return Array(childCursors(of: cursor).dropFirst()).flatMap { sources(of: $0) }
        case CXCursor_BinaryOperator:
            let children = childCursors(of: cursor)
            switch clang_getCursorBinaryOperatorKind(cursor) {
            case CXBinaryOperator_Assign, CXBinaryOperator_Comma: return children.last.map { sources(of: $0) } ?? []
            case CXBinaryOperator_Add, CXBinaryOperator_Sub:
                return children.first { isPointerLike($0.type) }.map { sources(of: $0) } ?? [.node(.unknown)]
            default: return [.node(.unknown)]
            }
        default: return [.node(.unknown)]
        }
    }

    /// The place that an assignment's left side names; nil for one that is not followed.
    func destination(of cursor: CXCursor) -> PointerSource? {
        switch cursor.kind {
        case CXCursor_ParenExpr, CXCursor_UnexposedExpr:
            let inner = kernaut_last_child(cursor)
            return inner.isNull ? nil : destination(of: inner)
        case CXCursor_MemberRefExpr:
            let member = member(cursor)
            return member == .unknown ? nil : .node(member)
        case CXCursor_DeclRefExpr:
            let declaration = cursor.referenced
            guard declaration.kind == CXCursor_VarDecl || declaration.kind == CXCursor_ParmDecl else { return nil }
            if let symbol = facts.symbol(of: declaration, isInSource: isInSource) {
                return .node(.variable(symbol))
            }
            return local(declaration)
        case CXCursor_ArraySubscriptExpr:
            let base = kernaut_first_child(cursor)
            guard !base.isNull, stripped(base).type.canonical.isArray else { return nil }
            return destination(of: stripped(base))
        case CXCursor_UnaryOperator:
            // WRITE_ONCE(x, v): *(volatile typeof(x) *)&(x) = (v)
            guard clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_Deref else { return nil }
            return addressed(cursor).flatMap { destination(of: $0) }
        default: return nil
        }
    }

    private func sources(ofName cursor: CXCursor) -> [PointerSource] {
        let declaration = cursor.referenced
        switch declaration.kind {
        case CXCursor_FunctionDecl:
            return [.node(facts.symbol(of: declaration, isInSource: isInSource).map(PointerPlace.function) ?? .unknown)]
        case CXCursor_ParmDecl: return [local(declaration)]
        case CXCursor_VarDecl:
            let type = declaration.type.canonical
            let element = type.isArray ? clang_getArrayElementType(type).canonical : type
            guard let symbol = facts.symbol(of: declaration, isInSource: isInSource) else {
                return [element.kind == CXType_Record ? .node(.unknown) : local(declaration)]
            }
            return [.node(element.kind == CXType_Record ? .object(symbol) : .variable(symbol))]
        default: return []
        }
    }

    private func member(_ cursor: CXCursor) -> PointerPlace {
        let declaration = cursor.referenced
        guard let symbol = facts.symbol(of: declaration, isInSource: isInSource) else { return .unknown }
        let type = declaration.type.canonical
        let element = type.isArray ? clang_getArrayElementType(type).canonical : type
        return element.kind == CXType_Record ? .embedded(symbol) : .member(symbol)
    }

    private func isInUnion(_ member: CXCursor) -> Bool {
        var record = clang_getCursorSemanticParent(member)
        while true {
            if record.kind == CXCursor_UnionDecl { return true }
            guard record.kind == CXCursor_StructDecl, clang_Cursor_isAnonymousRecordDecl(record) != 0 else {
                return false
            }
            record = clang_getCursorSemanticParent(record)
        }
    }

    private func sources(ofUnary cursor: CXCursor) -> [PointerSource] {
        let operand = kernaut_last_child(cursor)
        guard !operand.isNull else { return [] }
        switch clang_getCursorUnaryOperatorKind(cursor) {
        case CXUnaryOperator_AddrOf:
            let type = operand.type.canonical
            return type.kind == CXType_Record || type.isFunction || type.isArray
                ? sources(of: operand) : [.node(.unknown)]
        case CXUnaryOperator_Deref:
            if let same = addressed(cursor) { return sources(of: same) }
            let type = cursor.type.canonical
            return type.kind == CXType_Record || type.isFunction || stripped(operand).type.canonical.isArray
                ? sources(of: operand) : [.node(.unknown)]
        case CXUnaryOperator_Extension, CXUnaryOperator_PreInc, CXUnaryOperator_PreDec, CXUnaryOperator_PostInc,
            CXUnaryOperator_PostDec:
            return sources(of: operand)
        default: return []
        }
    }

    /// `x` of `*&x`, whatever casts are in between: READ_ONCE(x), rcu_dereference(x).
    private func addressed(_ dereference: CXCursor) -> CXCursor? {
        let operand = kernaut_last_child(dereference)
        guard !operand.isNull else { return nil }
        let inner = stripped(operand)
        guard inner.kind == CXCursor_UnaryOperator, clang_getCursorUnaryOperatorKind(inner) == CXUnaryOperator_AddrOf
        else { return nil }
        let same = kernaut_last_child(inner)
        return same.isNull ? nil : same
    }

    private func sources(ofCall cursor: CXCursor) -> [PointerSource] {
        let function = kernaut_first_child(cursor)
        guard !function.isNull else { return [.node(.unknown)] }
        // A copy of a structure of functions stands for the structure.
        if cursor.spelling == "kmemdup" { return sources(of: stripped(clang_Cursor_getArgument(cursor, 0))) }
        let callee = stripped(function)
        guard callee.kind == CXCursor_DeclRefExpr || callee.kind == CXCursor_MemberRefExpr,
            let symbol = facts.symbol(of: callee.referenced, isInSource: isInSource)
        else { return [.node(.unknown)] }
        switch facts.blob.symbols[symbol].kind {
        case .function:
            return PointerFlows.errorMakers.contains(facts.blob.symbols[symbol].name)
                ? [] : [.node(.result(of: symbol))]
        case .field: return [.node(.resultThrough(member: symbol))]
        default: return [.node(.unknown)]
        }
    }

    private func isPointerLike(_ type: CXType) -> Bool {
        let type = type.canonical
        return type.kind == CXType_Pointer || type.isArray || type.isFunction
    }
}
