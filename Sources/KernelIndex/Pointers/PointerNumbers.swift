import IndexFacts

/// The same edges as in `PointerEdges.swift`, as numbers: for searches that come by thousands of functions.
extension FactReader {
    /// The functions that a function calls by pointers, with what that rests on.
    func pointedCallees(of function: Int64) throws -> [Int64: Evidence] {
        var found: [Int64: Evidence] = [:]
        try each(
            "SELECT field, base_kind, base, base_position FROM dispatch WHERE caller = ?",
            [function]
        ) { row in
            found.merge(
                try targets(ofField: try row.identifier(0), base: try row.pointerPlace(1)),
                uniquingKeysWith: min
            )
        }
        try each(
            "SELECT kind, symbol, position FROM pointer_call WHERE caller = ? AND kind <> 0",
            [function]
        ) { row in
            for (callee, put) in try pointers.origins(of: try row.pointerPlace(0)).functions {
                let evidence = try evidence(of: put)
                found[callee] = min(found[callee] ?? evidence, evidence)
            }
        }
        return found
    }

    /// The functions that a function calls through a member.
    func pointedCallees(of function: Int64, through field: Int64) throws -> [Int64: Evidence] {
        var found: [Int64: Evidence] = [:]
        try each(
            "SELECT base_kind, base, base_position FROM dispatch WHERE caller = ? AND field = ?",
            [function, field]
        ) { row in
            found.merge(try targets(ofField: field, base: try row.pointerPlace(0)), uniquingKeysWith: min)
        }
        return found
    }

    /// The functions that call a function by pointers.
    func pointingCallers(of function: Int64) throws -> Set<Int64> {
        var found = Set(
            try identifiers("SELECT caller FROM pointer_call WHERE symbol = ? AND kind = 1", [function])
        )
        let places = try pointers.places(of: function)
        // Most functions are never put anywhere.
        guard !places.isEmpty else { return found }
        for trampoline in try trampolines(of: function) {
            found.formUnion(try identifiers("SELECT caller FROM call WHERE callee = ?", [trampoline]))
        }
        try each(
            "SELECT field, base_kind, base, base_position FROM registration WHERE function = ?",
            [function]
        ) { row in
            let field = try row.identifier(0)
            let base = try row.pointerPlace(1)
            for site in try dispatchers(ofField: field) where !found.contains(site.function) {
                if try pointers.canMeet(dispatch: site.base, registration: base, field: field) {
                    found.insert(site.function)
                }
            }
        }
        for place in places {
            guard let symbol = place.symbol.map(Int64.init) else { continue }
            if case .member = place, try flowingFunctions(into: symbol)[function] != nil {
                for site in try dispatchers(ofField: symbol) { found.insert(site.function) }
            }
            found.formUnion(
                try identifiers(
                    "SELECT caller FROM pointer_call WHERE symbol = ? AND kind = ? AND position = ?",
                    [symbol, Int64(place.kind), Int64(place.position)]
                )
            )
        }
        return found
    }

    func targets(ofField field: Int64, base: PointerPlace) throws -> [Int64: Evidence] {
        let key = FieldOfBase(field: field, base: base)
        if let known = knownTargets[key] { return known }
        var found: [Int64: Evidence] = [:]
        for (function, put) in try flowingFunctions(into: field) { found[function] = try evidence(of: put) }
        for registration in try registered(inField: field) where found[registration.function] != .ops {
            if try pointers.canMeet(dispatch: base, registration: registration.base, field: field) {
                found[registration.function] = .ops
            }
        }
        knownTargets[key] = found
        return found
    }

    /// What a call rests on whose callee's name was put into a place.
    func evidence(of put: PointerPlace) throws -> Evidence {
        switch put {
        case _ where try relativeTable(at: put) != nil: return .table
        case .member: return .ops
        case .parameter, .parameterThrough: return .argument
        case .variable(let variable):
            return try symbol(Int64(variable)).type?.contains("[") == true ? .table : .variable
        default: return .variable
        }
    }

    private func dispatchers(ofField field: Int64) throws -> [FunctionOfBase] {
        let sql = "SELECT caller, base_kind, base, base_position FROM dispatch WHERE field = ?"
        return try functionsOfBases(sql, field, \.knownDispatchers)
    }

    private func registered(inField field: Int64) throws -> [FunctionOfBase] {
        let sql = "SELECT function, base_kind, base, base_position FROM registration WHERE field = ?"
        return try functionsOfBases(sql, field, \.knownRegistered)
    }

    private func functionsOfBases(
        _ sql: String,
        _ field: Int64,
        _ known: ReferenceWritableKeyPath<FactReader, [Int64: [FunctionOfBase]]>
    ) throws -> [FunctionOfBase] {
        if let found = self[keyPath: known][field] { return found }
        let found = try distinct(sql, [field]) {
            FunctionOfBase(function: try $0.identifier(0), base: try $0.pointerPlace(1))
        }
        self[keyPath: known][field] = found
        return found
    }
}

/// A member, and where the structure that has it comes from.
struct FieldOfBase: Hashable {
    var field: Int64
    var base: PointerPlace
}

/// A function that calls through a member or is stored in it, and where the structure that has the member comes from.
struct FunctionOfBase: Hashable {
    var function: Int64
    var base: PointerPlace
}
