import IndexFacts

/// A call of a pointer that is no member which the call names.
struct PointerCallSite: Hashable {
    let caller: Int64
    let through: PointerPlace
    let receiver: String
    let place: LocatedLine
}

extension FactReader {
    /// The calls through the member of a dispatch: of functions whose names are put into it, where they can meet, and of
    /// those that get into it otherwise.
    func edges(of dispatch: DispatchSite) throws -> [CallEdge] {
        var edges: [CallEdge] = []
        for registration in try registrations("registration.field = ?", dispatch.field.id) {
            if let edge = try edge(dispatch, registration) { edges.append(edge) }
        }
        let stored = Set(edges.map(\.callee.id))
        for (function, put) in try flowingFunctions(into: dispatch.field.id).sorted(by: { $0.key < $1.key })
        where !stored.contains(function) {
            edges.append(try edge(dispatch, function: function, put: put))
        }
        return edges
    }

    /// The call of a function that is put into a member by its name; nil where the structures are never the same.
    func edge(_ dispatch: DispatchSite, _ registration: Registration) throws -> CallEdge? {
        var canMeet = false
        var isWidened = false
        for called in dispatch.bases {
            isWidened = try isWidened || pointers.isOpen(called, field: dispatch.field.id)
            for base in registration.bases where !canMeet {
                canMeet = try pointers.canMeet(dispatch: called, registration: base, field: dispatch.field.id)
            }
        }
        guard canMeet else { return nil }
        return CallEdge(
            caller: dispatch.caller,
            callee: registration.function,
            evidence: .ops,
            site: dispatch.place,
            dispatch: dispatch,
            registration: registration,
            isWidened: isWidened
        )
    }

    /// The functions that get into a member other than by their names, each with the place that its name is put into.
    func flowingFunctions(into field: Int64) throws -> [Int64: PointerPlace] {
        if let known = knownFlowing[field] { return known }
        var found: [Int64: PointerPlace] = [:]
        for place in try pointers.flows(to: .member(Int(field))) {
            let origins = try pointers.origins(of: place).functions
            found.merge(origins) { first, _ in first }
        }
        knownFlowing[field] = found
        return found
    }

    /// The call through a member of a function that gets there from another place.
    func edge(_ dispatch: DispatchSite, function: Int64, put: PointerPlace) throws -> CallEdge {
        CallEdge(
            caller: dispatch.caller,
            callee: try symbol(function),
            evidence: try evidence(of: put),
            site: dispatch.place,
            dispatch: dispatch,
            trail: try trail(of: function, from: put, to: .member(Int(dispatch.field.id)), dispatch.receiver)
        )
    }

    /// The calls at a place that calls a pointer.
    func edges(of site: PointerCallSite) throws -> [CallEdge] {
        try pointers.origins(of: site.through).functions.sorted { $0.key < $1.key }.map { function, put in
            try edge(site, function: function, put: put)
        }
    }

    /// The call of a function by a pointer.
    func edge(_ site: PointerCallSite, function: Int64, put: PointerPlace) throws -> CallEdge {
        CallEdge(
            caller: try symbol(site.caller),
            callee: try symbol(function),
            evidence: try evidence(of: put),
            site: site.place,
            trail: try trail(of: function, from: put, to: site.through, site.receiver)
        )
    }

    private func trail(
        of function: Int64,
        from put: PointerPlace,
        to called: PointerPlace,
        _ receiver: String
    ) throws -> PointerTrail {
        guard let called = try spot(called), let spot = try spot(put) else { throw DamagedFact() }
        return PointerTrail(
            receiver: receiver,
            called: called,
            put: spot,
            taken: try taking(of: function, into: put)
        )
    }

    /// The calls of one function by another by pointers.
    func pointerEdges(from caller: Symbol, to callee: Symbol) throws -> [CallEdge] {
        var edges: [CallEdge] = []
        for trampoline in try trampolines(of: callee.id) {
            for call in try self.edges(from: caller, to: symbol(trampoline)) where call.evidence == .direct {
                edges += try self.edges(ofStaticCall: call).filter { $0.callee == callee }
            }
        }
        let registered = try registrations("registration.function = ?", callee.id)
        for dispatch in try dispatches("dispatch.caller = ?", caller.id) {
            let stored = try registered.filter { $0.field == dispatch.field }.compactMap { try edge(dispatch, $0) }
            edges += stored
            guard stored.isEmpty else { continue }
            if let put = try flowingFunctions(into: dispatch.field.id)[callee.id] {
                edges.append(try edge(dispatch, function: callee.id, put: put))
            }
        }
        for site in try pointerCalls("caller = ?", [caller.id]) {
            guard let put = try pointers.origins(of: site.through).functions[callee.id] else { continue }
            edges.append(try edge(site, function: callee.id, put: put))
        }
        return edges
    }

    /// The calls of pointers that a condition selects, by place.
    func pointerCalls(_ condition: String, _ arguments: [Argument]) throws -> [PointerCallSite] {
        try all(
            """
            SELECT DISTINCT caller, kind, symbol, position, receiver, file.path, line, column
            FROM pointer_call JOIN file ON file.id = pointer_call.file
            WHERE \(condition) AND kind <> 0 ORDER BY 6, 7, 8, 2, 3, 4
            """,
            arguments
        ) { row in
            PointerCallSite(
                caller: try row.identifier(0),
                through: try row.pointerPlace(1),
                receiver: try row.text(4),
                place: try row.place(5)
            )
        }
    }

    /// The calls of a function by pointers.
    func pointerCallers(of function: Symbol) throws -> [CallEdge] {
        var edges: [CallEdge] = []
        for trampoline in try trampolines(of: function.id) {
            for call in try callers(of: symbol(trampoline)) where call.evidence == .direct {
                edges += try self.edges(ofStaticCall: call).filter { $0.callee == function }
            }
        }
        for registration in try registrations("registration.function = ?", function.id) {
            for dispatch in try dispatches("dispatch.field = ?", registration.field.id) {
                if let edge = try edge(dispatch, registration) { edges.append(edge) }
            }
        }
        let stored = Set(edges.map(\.site))
        for place in try pointers.places(of: function.id).union([.function(Int(function.id))]) {
            guard let symbol = place.symbol.map(Int64.init) else { continue }
            if case .member = place, let put = try flowingFunctions(into: symbol)[function.id] {
                for dispatch in try dispatches("dispatch.field = ?", symbol) where !stored.contains(dispatch.place) {
                    edges.append(try edge(dispatch, function: function.id, put: put))
                }
            }
            let condition = "symbol = ? AND kind = ? AND position = ?"
            for site in try pointerCalls(condition, [symbol, Int64(place.kind), Int64(place.position)]) {
                guard let put = try pointers.origins(of: site.through).functions[function.id] else { continue }
                edges.append(try edge(site, function: function.id, put: put))
            }
        }
        return edges
    }
}
