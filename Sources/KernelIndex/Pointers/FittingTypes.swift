/// Calls through a member for which no more speaks than that the function has the type that the member points to, and that
/// its address is taken somewhere.
extension FactReader {
    /// What a function may call through the members that it calls through, as far as types go.
    func fittingCallees(of function: Symbol) throws -> [CallEdge] {
        try dispatches("dispatch.caller = ?", function.id).flatMap { dispatch in
            try functions(fitting: dispatch.field.id).map { try fitting(dispatch, symbol($0)) }
        }
    }

    /// Which functions may call a function through a member, as far as types go.
    func fittingCallers(of function: Symbol) throws -> [CallEdge] {
        guard let type = function.type, try pointers.isTaken(function.id) else { return [] }
        let wanted = FactReader.signature(type)
        let candidates = try all("SELECT symbol, type FROM field WHERE type LIKE '%(*)%'") { row in
            (member: try row.identifier(0), type: try row.text(1))
        }
        let members = candidates.filter { FactReader.signature(ofTarget: $0.type) == wanted }.map(\.member)
        return try members.flatMap { member in
            try dispatches("dispatch.field = ?", member).map { fitting($0, function) }
        }
    }

    private func fitting(_ dispatch: DispatchSite, _ callee: Symbol) -> CallEdge {
        CallEdge(
            caller: dispatch.caller,
            callee: callee,
            evidence: .type,
            site: dispatch.place,
            dispatch: dispatch,
            isWidened: true
        )
    }

    private func functions(fitting member: Int64) throws -> [Int64] {
        guard let type = try first("SELECT type FROM field WHERE symbol = ?", [member], { try $0.text(0) }),
            type.contains("(*)")
        else { return [] }
        let wanted = FactReader.signature(ofTarget: type)
        if let known = knownFitting[wanted] { return known }
        let found = try identifiers(
            """
            SELECT symbol_row.id FROM symbol_row JOIN text ON text.id = symbol_row.type
            WHERE symbol_row.kind = 0 AND replace(text.value, ' ', '') = ?
            """,
            [wanted]
        ).filter(pointers.isTaken)
        knownFitting[wanted] = found
        return found
    }

    private static func signature(_ type: String) -> String { type.filter { $0 != " " } }

    /// Of `int (*)(struct css *)`, that of what it points to. Parameters may be pointers to functions as well.
    private static func signature(ofTarget type: String) -> String {
        signature(type.replacing("(*)", with: "", maxReplacements: 1))
    }
}
