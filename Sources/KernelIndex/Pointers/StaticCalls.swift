import IndexFacts

/// Static calls (include/linux/static_call.h): `static_call(NAME)(…)` calls the trampoline `__SCT__NAME`, which the kernel
/// patches to call what the key `__SCK__NAME` holds.
extension FactReader {
    private static let trampoline = "__SCT__"
    private static let key = "__SCK__"

    /// The functions that the static call of a trampoline is set to, with the place in the source that sets it.
    func staticCallTargets(of trampoline: Symbol) throws -> [(function: Int64, place: LocatedLine)] {
        guard trampoline.name.hasPrefix(FactReader.trampoline) else { return [] }
        if let known = knownStaticTargets[trampoline.id] { return known }
        let key = FactReader.key + trampoline.name.dropFirst(FactReader.trampoline.count)
        var found = try initialTargets(ofStaticCallKey: key)
        found += try staticCallUpdates().filter { $0.trampoline == trampoline.id }.map { ($0.function, $0.place) }
        knownStaticTargets[trampoline.id] = found
        return found
    }

    /// The calls that a direct call of a trampoline is.
    func edges(ofStaticCall call: CallEdge) throws -> [CallEdge] {
        try staticCallTargets(of: call.callee).map { function, place in
            let spot = PointerSpot(kind: .function, symbol: call.callee, position: nil)
            return CallEdge(
                caller: call.caller,
                callee: try symbol(function),
                evidence: .staticCall,
                site: call.site,
                trail: PointerTrail(
                    receiver: "static_call(\(call.callee.name.dropFirst(FactReader.trampoline.count)))",
                    called: spot,
                    put: spot,
                    taken: place
                )
            )
        }
    }

    /// The functions that static calls among some direct callees are set to.
    func staticCallees(of callees: Set<Int64>) throws -> [Int64] {
        try callees.intersection(trampolines()).flatMap { try staticCallTargets(of: symbol($0)).map(\.function) }
    }

    /// What each trampoline is set to.
    func staticCalls() throws -> [Int64: Set<Int64>] {
        var calls: [Int64: Set<Int64>] = [:]
        for trampoline in try trampolines() {
            calls[trampoline] = Set(try staticCallTargets(of: symbol(trampoline)).map(\.function))
        }
        return calls
    }

    private func trampolines() throws -> Set<Int64> {
        if let knownTrampolines { return knownTrampolines }
        let found = Set(try identifiers("SELECT id FROM symbol_row WHERE name >= '__SCT__' AND name < '__SCT_`'", []))
        knownTrampolines = found
        return found
    }

    /// The trampolines of the static calls that a function may be set to.
    func trampolines(of function: Int64) throws -> [Int64] {
        let keyed = try identifiers(
            """
            SELECT trampoline.id FROM registration JOIN symbol_row AS object ON object.id = registration.object
            JOIN symbol_row AS trampoline ON trampoline.name = '__SCT__' || substr(object.name, 8) AND trampoline.kind = 0
            WHERE registration.function = ?1 AND object.name >= '__SCK__' AND object.name < '__SCK_`'
            """,
            [function]
        )
        // To know all updates takes longer than to know that none has this function, as it is for most.
        guard try knownStaticUpdates != nil || isHandedToUpdate(function) else { return keyed }
        return keyed + (try staticCallUpdates().filter { $0.function == function }.map(\.trampoline))
    }

    private func isHandedToUpdate(_ function: Int64) throws -> Bool {
        let places = try pointers.places(of: function)
        return try !places.isEmpty
            && staticCallSetters().contains { places.contains(.parameter(of: Int($0), position: 2)) }
    }

    private func staticCallSetters() throws -> [Int64] {
        try identifiers("SELECT id FROM symbol_row WHERE name = '__static_call_update'", [])
    }

    /// What the keys of a name are initialized with.
    private func initialTargets(ofStaticCallKey name: String) throws -> [(function: Int64, place: LocatedLine)] {
        var found: [(function: Int64, place: LocatedLine)] = []
        for member in try staticCallKeyMembers() {
            // `registration_field` has the object as well.
            found += try all(
                """
                SELECT DISTINCT registration.function, file.path, registration.line, registration.column
                FROM symbol_row AS object CROSS JOIN registration
                ON registration.field = ?2 AND registration.object = object.id
                JOIN file ON file.id = registration.file
                WHERE object.name = ?1 AND object.kind = 1 ORDER BY 2, 3, 4, 1
                """,
                [name, member]
            ) { (function: try $0.identifier(0), place: try $0.place(1)) }
        }
        return found
    }

    private func staticCallKeyMembers() throws -> [Int64] {
        if let knownStaticKeyMembers { return knownStaticKeyMembers }
        let found = try identifiers(
            """
            SELECT field.symbol FROM symbol_row AS owner JOIN field ON field.record = owner.id
            WHERE owner.name = 'static_call_key' AND owner.kind = 2 ORDER BY 1
            """,
            []
        )
        knownStaticKeyMembers = found
        return found
    }

    /// `static_call_update(NAME, function)`: `__static_call_update(&__SCK__NAME, &__SCT__NAME, function)`, all in one macro.
    private func staticCallUpdates() throws -> [StaticCallUpdate] {
        if let knownStaticUpdates { return knownStaticUpdates }
        var updates: [StaticCallUpdate] = []
        for update in try staticCallSetters() {
            var trampolines: [LocatedLine: Set<Int64>] = [:]
            try each(
                """
                SELECT function, file.path, line, 0 FROM argument JOIN file ON file.id = argument.file
                WHERE callee = ? AND position = 1
                """,
                [update]
            ) { trampolines[try $0.place(1), default: []].insert(try $0.identifier(0)) }
            let given = try all(
                """
                SELECT 1, function, 0, file.path AS path, line, column FROM argument JOIN file ON file.id = argument.file
                WHERE callee = ?1 AND position = 2
                UNION SELECT from_kind, from_symbol, from_position, file.path, line, column
                FROM flow JOIN file ON file.id = flow.file
                WHERE to_symbol = ?1 AND to_kind = 6 AND to_position = 2 ORDER BY 4, 5, 6, 1, 2, 3
                """,
                [update]
            ) { (from: try $0.pointerPlace(0), place: try $0.place(3)) }
            for (from, place) in given {
                let line = LocatedLine(file: place.file, line: place.line, column: 0)
                guard let set = trampolines[line] else { continue }
                // Some are set to what a member has: `static_call_update(apic_call_eoi, *apic->eoi)`.
                for function in try pointers.origins(of: from).functions.keys.sorted() {
                    updates += set.sorted().map { StaticCallUpdate(trampoline: $0, function: function, place: place) }
                }
            }
        }
        knownStaticUpdates = updates
        return updates
    }
}

/// A place that sets a static call.
struct StaticCallUpdate {
    let trampoline: Int64
    let function: Int64
    let place: LocatedLine
}
