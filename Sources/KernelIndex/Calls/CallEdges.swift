import IndexFacts

extension IndexStore {
    /// The calls of a function, direct and through fields.
    ///
    /// `__x64_sys_NAME` and the like, which only hand over to a system call's body, are not given as its callers.
    public func callers(of function: Symbol) throws -> [CallEdge] {
        try read { try $0.callers(of: function) }
    }

    /// The calls that a function makes, direct and through fields.
    public func callees(of function: Symbol) throws -> [CallEdge] {
        try read { try $0.callees(of: function) }
    }

    /// The places where a function is handed to another as an argument. They are no calls: whether, when and by whom
    /// the function is then called, the index does not know.
    public func argumentUses(of function: Symbol) throws -> [ArgumentUse] {
        try read { try $0.argumentUses(of: function) }
    }
}

/// A place where a function is handed to another as an argument: `kthread_create(kthreadd, …)`.
public struct ArgumentUse: Hashable, Sendable {
    /// The function that receives it.
    public let callee: Symbol
    /// Which argument, from 0.
    public let position: Int
    /// The function around the place.
    public let within: Symbol?
    /// Where.
    public let place: LocatedLine
}

extension FactReader {
    func callers(of function: Symbol) throws -> [CallEdge] {
        if function.systemCall != nil { return [] }
        let direct = try directCalls("call.caller", "call.callee = ?", function).map { other, site in
            CallEdge(caller: try symbol(other), callee: function, evidence: .direct, site: site)
        }
        return CallEdge.inShownOrder(direct + (try pointerCallers(of: function)))
    }

    func callees(of function: Symbol) throws -> [CallEdge] {
        if let known = knownCallees[function.id] { return known }
        let direct = try directCalls("call.callee", "call.caller = ?", function).map { other, site in
            CallEdge(caller: function, callee: try symbol(other), evidence: .direct, site: site)
        }
        var edges = direct
        for call in direct { edges += try self.edges(ofStaticCall: call) }
        for dispatch in try dispatches("dispatch.caller = ?", function.id) { edges += try self.edges(of: dispatch) }
        for site in try pointerCalls("caller = ?", [function.id]) { edges += try self.edges(of: site) }
        edges = CallEdge.inShownOrder(edges)
        knownCallees[function.id] = edges
        return edges
    }

    /// The direct calls that a condition on one function selects, with the other one, whose symbol is read.
    private func directCalls(
        _ other: String,
        _ condition: String,
        _ function: Symbol
    ) throws -> [(other: Int64, site: LocatedLine)] {
        let found = try all(
            """
            SELECT DISTINCT \(other), file.path, call.line, call.column FROM call JOIN file ON file.id = call.file
            WHERE \(condition)
            """,
            [function.id]
        ) { (other: try $0.identifier(0), site: try $0.place(1)) }
        try prepare(found.lazy.map(\.other))
        return found
    }

    /// All edges from one function to another.
    func edges(from caller: Symbol, to callee: Symbol) throws -> [CallEdge] {
        if let known = knownCallees[caller.id] { return known.filter { $0.callee == callee } }
        var edges = try all(
            """
            SELECT DISTINCT file.path, call.line, call.column FROM call JOIN file ON file.id = call.file
            WHERE call.caller = ? AND call.callee = ?
            """,
            [caller.id, callee.id]
        ) { CallEdge(caller: caller, callee: callee, evidence: .direct, site: try $0.place(0)) }
        edges += try pointerEdges(from: caller, to: callee)
        return CallEdge.inShownOrder(edges)
    }

    func argumentUses(of function: Symbol) throws -> [ArgumentUse] {
        try all(
            """
            SELECT DISTINCT argument.callee, argument.position, argument.within, file.path, argument.line,
                argument.column
            FROM argument JOIN file ON file.id = argument.file WHERE argument.function = ? ORDER BY 4, 5, 6
            """,
            [function.id]
        ) { row in
            ArgumentUse(
                callee: try symbol(try row.identifier(0)),
                position: try row.count(1),
                within: try row.identifierIfPresent(2).map(symbol),
                place: try row.place(3)
            )
        }
    }

    /// The dispatch sites that a condition selects, by place.
    func dispatches(_ condition: String, _ identifier: Int64) throws -> [DispatchSite] {
        var sites: [DispatchSite] = []
        try each(
            """
            SELECT DISTINCT dispatch.caller, dispatch.field, dispatch.receiver, file.path, dispatch.line,
                dispatch.column, base_kind, base, base_position
            FROM dispatch JOIN file ON file.id = dispatch.file WHERE \(condition) ORDER BY 4, 5, 6, 1, 2, 3, 7, 8, 9
            """,
            [identifier]
        ) { row in
            sites.add(
                DispatchSite(
                    caller: try symbol(try row.identifier(0)),
                    field: try symbol(try row.identifier(1)),
                    receiver: try row.text(2),
                    place: try row.place(3),
                    bases: [try row.pointerPlace(6)]
                )
            )
        }
        return sites
    }

    /// The registrations that a condition selects, by place.
    func registrations(_ condition: String, _ identifier: Int64) throws -> [Registration] {
        var found: [Registration] = []
        try each(
            """
            SELECT DISTINCT registration.field, registration.function, registration.object, registration.how,
                file.path, registration.line, registration.column, base_kind, base, base_position
            FROM registration JOIN file ON file.id = registration.file WHERE \(condition)
            ORDER BY 5, 6, 7, 1, 2, 3, 4, 8, 9, 10
            """,
            [identifier]
        ) { row in
            found.add(
                Registration(
                    field: try symbol(try row.identifier(0)),
                    function: try symbol(try row.identifier(1)),
                    object: try row.identifierIfPresent(2).map(symbol),
                    how: try row.text(3),
                    place: try row.place(4),
                    bases: [try row.pointerPlace(7)]
                )
            )
        }
        return found
    }
}

/// What has a row for each place that its structure comes from.
private protocol HavingBases: Equatable {
    var bases: [PointerPlace] { get set }
}

extension DispatchSite: HavingBases {}
extension Registration: HavingBases {}

extension Array where Element: HavingBases {
    /// Adds what the next row says: a further base where all else is as in the row before.
    fileprivate mutating func add(_ next: Element) {
        guard var last, let index = indices.last else { return append(next) }
        let bases = last.bases
        last.bases = next.bases
        if last == next { self[index].bases = bases + next.bases } else { append(next) }
    }
}
