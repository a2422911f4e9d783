import CLibclang
import IndexFacts

extension DeclarationWalk {
    /// Reports which pointers the node at hand moves, if it is one that does.
    func reportPointers() {
        let last = ancestors.count - 1
        let node = ancestors[last]
        switch node.kind {
        case CXCursor_VarDecl: reportInitialValue()
        case CXCursor_ReturnStmt: reportResult()
        case CXCursor_BinaryOperator: reportAssignment()
        default: break
        }
        guard last > 0 else { return }
        if let target = node.target { reportElement(target) }
        guard ancestors[last - 1].kind == CXCursor_CallExpr else { return }
        if node.index == 0 { reportCallee() } else { reportArgument() }
    }

    /// Reports what initializes the variable at hand, other than in braces.
    func reportInitialValue() {
        guard let node = ancestors.last, node.kind == CXCursor_VarDecl,
            !clang_Cursor_getVarDeclInitializer(node.cursor).isNull
        else { return }
        let value = kernaut_last_child(node.cursor)
        guard !value.isNull, value.kind != CXCursor_InitListExpr, let place = facts.place(of: node.cursor.location)
        else { return }
        if let symbol = facts.symbol(of: node.cursor, isInSource: isInSource) {
            guard facts.isFollowed(node.cursor.type, isInSource: isInSource) else { return }
            pointers.add(to: .node(.variable(symbol)), from: value, within: symbol, at: place)
        } else {
            // rcu_assign_pointer() keeps the pointer in an integer.
            let type = node.cursor.type.canonical
            let carrier = type.kind == CXType_ULong ? stripped(value).type : type
            guard facts.isFollowed(carrier, isInSource: isInSource) || carriesFunction(value, to: type) else { return }
            pointers.add(to: pointers.local(node.cursor), from: value, within: node.within, at: place)
        }
    }

    private func reportAssignment() {
        guard let node = ancestors.last, clang_getCursorBinaryOperatorKind(node.cursor) == CXBinaryOperator_Assign
        else { return }
        let type = node.cursor.type.canonical
        let isFollowed = facts.isFollowed(type, isInSource: isInSource)
        guard isFollowed || type.isUntypedPointer else { return }
        let children = childCursors(of: node.cursor)
        guard children.count == 2, isFollowed || carriesFunction(children[1], to: type),
            let destination = pointers.destination(of: children[0]),
            let place = facts.place(of: node.cursor.start)
        else { return }
        pointers.add(to: destination, from: children[1], within: node.within, at: place)
    }

    private func reportResult() {
        guard let node = ancestors.last, let function = ancestors.first, function.kind == CXCursor_FunctionDecl,
            facts.isFollowed(clang_getCursorResultType(function.cursor), isInSource: isInSource),
            let symbol = facts.symbol(of: function.cursor, isInSource: isInSource),
            let place = facts.place(of: node.cursor.start)
        else { return }
        let value = kernaut_last_child(node.cursor)
        guard !value.isNull else { return }
        pointers.add(to: .node(.result(of: symbol)), from: value, within: symbol, at: place)
    }

    private func reportElement(_ target: InitializerList.Target) {
        guard let node = ancestors.last, node.kind != CXCursor_InitListExpr else { return }
        let value = node.isDesignated ? node.value ?? node.cursor : node.cursor
        let type = target.type.canonical
        guard facts.isFollowed(type, isInSource: isInSource) || carriesFunction(value, to: type) else { return }
        guard value.kind != CXCursor_InitListExpr, let place = facts.place(of: value.location) else { return }
        if let field = target.field {
            guard let symbol = facts.symbol(of: field, isInSource: isInSource) else { return }
            let isWhole = target.type.canonical.kind == CXType_Record
            pointers.add(
                to: .node(isWhole ? .embedded(symbol) : .member(symbol)),
                from: value,
                within: node.object,
                at: place
            )
        } else if let variable = initializedVariable {
            let symbol = facts.symbol(of: variable, isInSource: isInSource)
            let destination = symbol.map { PointerSource.node(.variable($0)) } ?? pointers.local(variable)
            pointers.add(to: destination, from: value, within: node.object, at: place)
        }
    }

    /// Whether a `void *` is given a pointer to a function, as `static_call_update` hands one over, or what another member
    /// without a type has, which may be one: `cb->data = control->data`.
    private func carriesFunction(_ value: CXCursor, to type: CXType) -> Bool {
        guard type.isUntypedPointer else { return false }
        let inner = stripped(value)
        let given = inner.type.canonical
        return given.isFunction || given.isFunctionPointer
            || inner.kind == CXCursor_MemberRefExpr && given.isUntypedPointer
                && ancestors.last?.kind == CXCursor_BinaryOperator
    }

    /// The variable whose initializer the node at hand is in.
    private var initializedVariable: CXCursor? { ancestors.last { $0.kind == CXCursor_VarDecl }?.cursor }

    /// Reports a call of what the node at hand is, unless it names a function or a member.
    private func reportCallee() {
        let last = ancestors.count - 1
        let node = ancestors[last]
        let inner = stripped(node.cursor)
        if inner.kind == CXCursor_DeclRefExpr {
            let declaration = inner.referenced
            if declaration.kind == CXCursor_FunctionDecl { return }
            // `((cmp_func_t)priv)(a, b)`
            if isInSource, isUntypedParameter(declaration) { facts.calledParameters.insert(declaration.node) }
        }
        let sources = pointers.sources(of: node.cursor).filter { source in
            switch source {
            case .node(.function), .node(.member): false
            default: true
            }
        }
        guard !sources.isEmpty, let caller = node.caller,
            let place = facts.place(of: ancestors[last - 1].cursor.start)
        else { return }
        ancestors[last - 1].calleeSources = sources
        pointers.addCall(by: caller, of: sources, receiver: facts.text(of: node.cursor), at: place)
    }

    private static let copies: Set<String> = [
        "memcpy", "__memcpy", "memmove", "__builtin_memcpy", "__builtin_memmove", "__underlying_memcpy",
    ]

    /// Reports that a structure is copied: what is called through the copy is what is called through the other.
    private func reportCopy(_ call: CXCursor) {
        guard clang_Cursor_getNumArguments(call) > 1, Self.copies.contains(call.spelling) else { return }
        let target = stripped(clang_Cursor_getArgument(call, 0))
        let source = stripped(clang_Cursor_getArgument(call, 1))
        guard let node = ancestors.last, facts.isFollowed(source.type, isInSource: isInSource),
            let place = facts.place(of: call.start)
        else { return }
        for case .node(let copy) in pointers.sources(of: target) {
            switch copy {
            case .embedded: pointers.add(to: .node(copy), from: source, within: node.within, at: place)
            case .object(let variable):
                pointers.add(to: .node(.variable(variable)), from: source, within: node.within, at: place)
            default: break
            }
        }
    }

    private func reportArgument() {
        let last = ancestors.count - 1
        let node = ancestors[last]
        let call = ancestors[last - 1]
        if node.index == 2 { reportCopy(call.cursor) }
        let type = node.cursor.type.canonical
        guard
            facts.isFollowed(type, isInSource: isInSource) || carriesFunction(node.cursor, to: type)
                || isPassedOn(node.cursor, type, to: call.cursor, node.index - 1)
        else { return }
        var callees = call.calleeSources
        if let callee = call.callee {
            callees.append(
                .node(facts.blob.symbols[callee].kind == .field ? .member(callee) : .function(callee))
            )
        }
        guard !callees.isEmpty, let place = facts.place(of: node.cursor.location) else { return }
        pointers.add(
            argument: node.cursor,
            node.index - 1,
            of: callees,
            within: node.within,
            at: place
        )
    }

    /// Whether a parameter without a type is passed on to a function of the same file that calls what it is given there, as
    /// `sort_r` and `do_cmp` of lib/sort.c do. The function must be defined before the call.
    private func isPassedOn(_ argument: CXCursor, _ type: CXType, to call: CXCursor, _ position: Int) -> Bool {
        guard isInSource, type.isUntypedPointer, !facts.calledParameters.isEmpty else { return false }
        let inner = stripped(argument)
        guard inner.kind == CXCursor_DeclRefExpr, isUntypedParameter(inner.referenced) else { return false }
        let callee = clang_getCursorDefinition(call.referenced)
        guard !callee.isNull, callee.kind == CXCursor_FunctionDecl, position < clang_Cursor_getNumArguments(callee),
            facts.calledParameters.contains(clang_Cursor_getArgument(callee, UInt32(position)).node)
        else { return false }
        facts.calledParameters.insert(inner.referenced.node)
        return true
    }

    private func isUntypedParameter(_ declaration: CXCursor) -> Bool {
        declaration.kind == CXCursor_ParmDecl && declaration.type.canonical.isUntypedPointer
    }
}
