import CLibclang
import IndexFacts

/// Walks through one top-level declaration and reports what it says.
final class DeclarationWalk {
    unowned let facts: UnitFacts
    /// From the declaration to the node at hand.
    var ancestors: [Ancestor] = []
    /// Whether the declaration lies in a `.c` file.
    var isInSource = false
    /// Which pointers get where in it.
    private(set) lazy var pointers = PointerFlows(facts, isInSource: isInSource)

    init(_ facts: UnitFacts) { self.facts = facts }

    /// Walks through a declaration.
    func walk(_ declaration: CXCursor) {
        let place = kernaut_offset_of(declaration.location)
        if let file = facts.files.number(of: place.file, names: facts.names) {
            isInSource = facts.files.files[file].isSource
        }
        ancestors = [Ancestor(cursor: declaration, kind: declaration.kind, index: 0, parent: nil)]
        reportDeclaration()
        reportInitialValue()
        clang_visitChildren(
            declaration,
            { cursor, parent, context in
                Unmanaged<DeclarationWalk>.fromOpaque(context!).takeUnretainedValue().visit(cursor, parent: parent)
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        pointers.finish()
    }

    private func visit(_ cursor: CXCursor, parent: CXCursor) -> CXChildVisitResult {
        while ancestors.count > 1, !(ancestors[ancestors.count - 1].cursor == parent) { ancestors.removeLast() }
        let above = ancestors.count - 1
        let kind = cursor.kind
        // Modules do without these, so that it would depend on the unit whether a header has them.
        if kind == CXCursor_VarDecl, !isInSource, isMarker(cursor) { return CXChildVisit_Continue }
        if kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl || kind == CXCursor_EnumDecl {
            switch ancestors[above].kind {
            case CXCursor_VarDecl, CXCursor_FieldDecl, CXCursor_TypedefDecl, CXCursor_FunctionDecl, CXCursor_ParmDecl:
                // A type defined in a declaration is visited by itself as well.
                return CXChildVisit_Continue
            default: break
            }
        }
        var node = Ancestor(cursor: cursor, kind: kind, index: ancestors[above].children, parent: ancestors[above])
        ancestors[above].children += 1
        if !node.isUnevaluated, clang_isExpression(kind) != 0 {
            node.isUnevaluated = startsUnevaluated(node, in: above)
        }
        if let list = ancestors[above].list { place(&node, in: list) }
        ancestors.append(node)
        if !node.isUnevaluated { reportPointers() }
        switch kind {
        case CXCursor_DeclRefExpr: reportName()
        case CXCursor_MemberRefExpr: reportMember()
        case CXCursor_TypeRef: reportReference(to: cursor.referenced, role: .type)
        case CXCursor_MemberRef:
            reportReference(to: cursor.referenced, role: ancestors[above].isDesignated ? .write : .type)
        case CXCursor_InitListExpr: startList()
        case CXCursor_FunctionDecl, CXCursor_VarDecl, CXCursor_StructDecl, CXCursor_UnionDecl, CXCursor_EnumDecl,
            CXCursor_FieldDecl, CXCursor_EnumConstantDecl, CXCursor_TypedefDecl:
            reportDeclaration()
        default: break
        }
        return CXChildVisit_Recurse
    }

    /// Whether a variable only keeps the compiler from removing what it names (`__ADDRESSABLE`).
    private func isMarker(_ variable: CXCursor) -> Bool {
        let name = variable.spelling
        return name.hasPrefix("__UNIQUE_ID___addressable_") || name.hasPrefix("__UNIQUE_ID_addressable_")
    }

    /// Whether an expression is an operand that its parent only takes the type of.
    private func startsUnevaluated(_ node: Ancestor, in above: Int) -> Bool {
        switch ancestors[above].kind {
        case CXCursor_UnaryExpr, CXCursor_FunctionDecl, CXCursor_ParmDecl, CXCursor_TypedefDecl: return true
        case CXCursor_CStyleCastExpr:
            // `(typeof(a))b`: the operand comes last.
            if ancestors[above].value == nil { ancestors[above].value = kernaut_last_child(ancestors[above].cursor) }
            return !ancestors[above].value!.isSameStatement(as: node.cursor)
        case CXCursor_VarDecl:
            // `typeof(a) name = b`: all but the initializer, which comes last. libclang's own answer to what it is names
            // another form of a braced one than the form that is visited.
            if ancestors[above].value == nil {
                let hasInitializer = !clang_Cursor_getVarDeclInitializer(ancestors[above].cursor).isNull
                ancestors[above].value =
                    hasInitializer ? kernaut_last_child(ancestors[above].cursor) : clang_getNullCursor()
            }
            return !ancestors[above].value!.isSameStatement(as: node.cursor)
        default: return false
        }
    }

    /// Finds out which member an element of a braced initializer sets.
    private func place(_ node: inout Ancestor, in list: InitializerList) {
        if node.kind == CXCursor_UnexposedExpr {
            let children = childCursors(of: node.cursor)
            if children.count > 1 {
                node.isDesignated = true
                node.value = children.last
                node.target = list.designated(children)
                return
            }
        }
        let isWhole = node.kind == CXCursor_InitListExpr || node.kind == CXCursor_StringLiteral
        node.target = list.next(type: node.cursor.type, isWhole: isWhole)
    }

    private func startList() {
        let above = ancestors[ancestors.count - 2]
        let target: InitializerList.Target? =
            switch above.kind {
            case CXCursor_VarDecl, CXCursor_CompoundLiteralExpr:
                InitializerList.Target(field: nil, type: above.cursor.type)
            case CXCursor_InitListExpr: ancestors[ancestors.count - 1].target
            case CXCursor_UnexposedExpr where above.isDesignated: above.target
            default: nil
            }
        guard let target else { return }
        ancestors[ancestors.count - 1].list = InitializerList(target, facts: facts)
    }

    /// Reports that the node at hand names something.
    func reportReference(to declaration: CXCursor, role: ReferenceRole) {
        guard let symbol = facts.symbol(of: declaration, isInSource: isInSource), let node = ancestors.last,
            let place = facts.place(of: node.cursor.location)
        else { return }
        facts.report(.reference(symbol: symbol, place: place, role: role, within: node.within))
    }
}
