import CLibclang
import IndexFacts

/// What happens to the value, or to the place in memory, that an expression names.
struct NodeUse {
    /// In the words of the index.
    var role: ReferenceRole = .read
    /// Whether only a part of what the expression names is used so: `x` in `x.member = 1`.
    var isPartial = false
    /// The call that calls through the expression, as a number among the ancestors.
    var call: Int?
    /// The call that the expression is an argument of, and which one.
    var argument: (call: Int, position: Int)?
    /// The assignment whose left side the expression is.
    var assignment: Int?
    /// The assembly that the expression is an operand of.
    var assembly: Int?
    /// The members that the expression's value is put into, whether an initializer does it, and the structure that has
    /// the member.
    var destinations: [(field: Int, isInitializer: Bool, base: [PointerSource])] = []
}

extension DeclarationWalk {
    /// Follows the value of the node at hand outwards, as far as it stays the same value or place.
    ///
    /// - Parameter isFunction: whether the node names a function, whose value is its address.
    func useOfNode(isFunction: Bool) -> NodeUse {
        var use = NodeUse()
        guard let node = ancestors.last else { return use }
        if node.isUnevaluated {
            use.role = .type
            return use
        }
        // The type of the part at hand; how often its address was taken, less how often a pointer was followed.
        var type = isFunction ? node.cursor.type : node.cursor.type.canonical
        var level = 0
        var number = ancestors.count - 1
        outwards: while number > 0 {
            let child = number
            number -= 1
            let parent = ancestors[number]
            let index = ancestors[child].index
            switch parent.kind {
            case CXCursor_ParenExpr, CXCursor_CStyleCastExpr, CXCursor_StmtExpr, CXCursor_GenericSelectionExpr:
                continue
            case CXCursor_UnexposedExpr:
                guard parent.isDesignated else { continue }
                if let value = parent.value, value.isSameStatement(as: ancestors[child].cursor) {
                    addDestination(parent.target, to: &use)
                }
                break outwards
            case CXCursor_MemberRefExpr:
                if ancestors[child].cursor.type.canonical.kind == CXType_Pointer {
                    // `array->member` is the first element's, `(&x)->member` is x's.
                    guard level == 1 || (level == 0 && type.isArray) else { break outwards }
                    level = 0
                } else if level != 0 {
                    break outwards
                }
                use.isPartial = true
                type = parent.cursor.type.canonical
            case CXCursor_ArraySubscriptExpr:
                guard index == 0 else { return use }
                if type.isArray { type = clang_getArrayElementType(type).canonical } else { level -= 1 }
            case CXCursor_UnaryOperator:
                switch clang_getCursorUnaryOperatorKind(parent.cursor) {
                case CXUnaryOperator_AddrOf: level += 1
                case CXUnaryOperator_Deref:
                    if level == 0, type.isArray { type = clang_getArrayElementType(type).canonical } else { level -= 1 }
                case CXUnaryOperator_PreInc, CXUnaryOperator_PreDec, CXUnaryOperator_PostInc, CXUnaryOperator_PostDec:
                    if level == 0 { use.role = .write }
                    return use
                default: break outwards
                }
            case CXCursor_CallExpr:
                if index == 0 {
                    if use.isPartial { return use }
                    use.call = number
                    use.role = .call
                    return use
                }
                use.argument = (number, index - 1)
                break outwards
            case CXCursor_BinaryOperator:
                switch clang_getCursorBinaryOperatorKind(parent.cursor) {
                case CXBinaryOperator_Assign:
                    if index == 0 {
                        guard level == 0 else { return use }
                        use.role = .write
                        if !use.isPartial { use.assignment = number }
                        return use
                    }
                    if let field = parent.assignedField { use.destinations.append((field, false, parent.assignedBase)) }
                    // `a->f = b->f = function` sets both.
                    guard isFunction else { break outwards }
                case CXBinaryOperator_Comma:
                    guard index == 1 else { break outwards }
                default: break outwards
                }
            case CXCursor_CompoundAssignOperator:
                if index == 0, level == 0 { use.role = .write }
                return use
            case CXCursor_ConditionalOperator:
                guard index > 0 else { break outwards }
            case CXCursor_CompoundStmt:
                guard ancestors[number - 1].kind == CXCursor_StmtExpr, isValue(child, of: number) else {
                    break outwards
                }
            case CXCursor_InitListExpr:
                addDestination(ancestors[child].target, to: &use)
                break outwards
            case CXCursor_AsmStmt:
                use.assembly = number
                break outwards
            default:
                break outwards
            }
        }
        if isFunction || level > 0 || (level == 0 && type.isArray) { use.role = .address }
        return use
    }

    private func addDestination(_ target: InitializerList.Target?, to use: inout NodeUse) {
        guard let target, let field = target.field, let symbol = facts.symbol(of: field, isInSource: isInSource) else {
            return
        }
        use.destinations.append((symbol, true, [.node(initialized(target))]))
    }

    /// The structure that has the member which an element of an initializer sets.
    private func initialized(_ target: InitializerList.Target) -> PointerPlace {
        if let owner = target.owner {
            return facts.symbol(of: owner, isInSource: isInSource).map(PointerPlace.embedded) ?? .unknown
        }
        guard let object = ancestors.last?.object, facts.blob.symbols[object].kind == .variable else { return .unknown }
        return .object(object)
    }

    /// Whether a child is the last one of its parent, and so its value.
    private func isValue(_ child: Int, of parent: Int) -> Bool {
        if ancestors[parent].value == nil { ancestors[parent].value = kernaut_last_child(ancestors[parent].cursor) }
        return ancestors[parent].value!.isSameStatement(as: ancestors[child].cursor)
    }
}
