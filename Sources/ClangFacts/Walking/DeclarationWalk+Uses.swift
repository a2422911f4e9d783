import CLibclang
import IndexFacts

extension DeclarationWalk {
    /// Reports the use of a function, variable or enumerator by its name.
    func reportName() {
        guard let node = ancestors.last else { return }
        let declaration = node.cursor.referenced
        guard let symbol = facts.symbol(of: declaration, isInSource: isInSource) else { return }
        guard declaration.kind == CXCursor_FunctionDecl else {
            let role = declaration.kind == CXCursor_VarDecl ? useOfNode(isFunction: false).role : .read
            reportReference(to: declaration, role: role)
            return
        }
        let use = useOfNode(isFunction: true)
        guard let place = facts.place(of: node.cursor.location) else { return }
        facts.report(.reference(symbol: symbol, place: place, role: use.role, within: node.within))
        if let call = use.call {
            ancestors[call].callee = symbol
            if let caller = node.caller, let start = facts.place(of: ancestors[call].cursor.start) {
                facts.report(.call(caller: caller, callee: symbol, place: start))
            }
        }
        if use.role == .address, let caller = node.caller, use.assembly != nil {
            // call %c[function]: what assembly is given by name, it calls.
            pointers.addCall(by: caller, of: [.node(.function(symbol))], receiver: "asm", at: place)
        }
        for destination in use.destinations {
            pointers.addRegistration(
                field: destination.field,
                function: symbol,
                object: destination.isInitializer ? node.object : node.caller,
                isInitializer: destination.isInitializer,
                base: destination.base,
                at: place
            )
        }
        if let argument = use.argument, let callee = ancestors[argument.call].callee {
            facts.report(
                .argument(
                    function: symbol,
                    callee: callee,
                    position: argument.position,
                    within: node.within,
                    place: place
                )
            )
        }
    }

    /// Reports the use of a member.
    func reportMember() {
        guard let node = ancestors.last else { return }
        let declaration = node.cursor.referenced
        guard let symbol = facts.symbol(of: declaration, isInSource: isInSource) else { return }
        let use = useOfNode(isFunction: false)
        reportReference(to: declaration, role: use.role)
        // call *%[operand]: what assembly is given of pointers to functions, it calls.
        let assembly = use.isPartial || !node.cursor.type.isFunctionPointer ? nil : use.assembly
        let isCall = use.call != nil || assembly != nil
        let base = use.assignment != nil || isCall ? kernaut_last_child(node.cursor) : clang_getNullCursor()
        let sources = base.isNull ? [] : pointers.sources(of: base)
        if let assignment = use.assignment {
            ancestors[assignment].assignedField = symbol
            ancestors[assignment].assignedBase = sources
        }
        if let call = use.call ?? assembly {
            ancestors[call].callee = symbol
            if let caller = node.caller, let start = facts.place(of: ancestors[call].cursor.start) {
                let receiver = facts.text(of: node.cursor)
                pointers.addDispatch(by: caller, field: symbol, receiver: receiver, base: sources, at: start)
            }
        }
    }
}
