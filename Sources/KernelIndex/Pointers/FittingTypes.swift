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
        guard let type = function.type, try isAddressTaken(function.id) else { return [] }
        let wanted = FactReader.signature(type)
        let members = try identifiers(
            "SELECT symbol FROM field WHERE replace(replace(type, '(*)', ''), ' ', '') = ?",
            [wanted]
        )
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
        let wanted = FactReader.signature(type.replacing("(*)", with: "", maxReplacements: 1))
        if let known = knownFitting[wanted] { return known }
        let found = try identifiers(
            """
            SELECT symbol_row.id FROM symbol_row JOIN text ON text.id = symbol_row.type
            WHERE symbol_row.kind = 0 AND replace(text.value, ' ', '') = ?
            """,
            [wanted]
        ).filter(isAddressTaken)
        knownFitting[wanted] = found
        return found
    }

    private static func signature(_ type: String) -> String { type.filter { $0 != " " } }

    private func isAddressTaken(_ function: Int64) throws -> Bool {
        try first(
            """
            SELECT EXISTS (SELECT 1 FROM registration WHERE function = ?1)
                OR EXISTS (SELECT 1 FROM argument WHERE function = ?1)
                OR EXISTS (SELECT 1 FROM flow WHERE from_symbol = ?1 AND from_kind = 1)
            """,
            [function]
        ) { try $0.flag(0) } ?? false
    }
}
