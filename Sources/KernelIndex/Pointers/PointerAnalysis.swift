import IndexFacts

/// Follows pointers to functions, and to structures of such pointers, from place to place.
///
/// The analysis is field-based and looks neither at the order of statements nor at who calls: what is put into a member
/// of one object may be read from that member of any other, and what one caller hands over may be what another's call
/// does. So it finds too much rather than too little, as far as pointers are followed at all (``PointerPlace``).
///
/// Symbols of places are numbers of the index. What was found is kept for the length of a question.
final class PointerAnalysis {
    /// What may be in a place.
    struct Origins {
        /// Functions, each with the place that it is put into by its name.
        var functions: [Int64: PointerPlace] = [:]
        /// Structures: objects, and members that are structures.
        var structures: Set<PointerPlace> = []
        /// Whether something may be there that is not followed.
        var isOpen = false
    }

    private unowned let reader: FactReader
    private var known = Known()
    /// The same, by what the source states alone: for the question which functions are called through a member, where
    /// that decides about parameters and results.
    private var knownStated = Known()
    /// By structure, and by its member.
    private var knownFollowed: [Int64: Bool] = [:]
    private var knownFollowedThrough: [Int64: Bool] = [:]

    private struct Known {
        var inflows: [PointerPlace: [PointerPlace]] = [:]
        var outflows: [PointerPlace: [PointerPlace]] = [:]
        var origins: [PointerPlace: Origins] = [:]
        var places: [Int64: Set<PointerPlace>] = [:]
    }

    init(_ reader: FactReader) { self.reader = reader }

    /// What may be in a place, however it got there.
    func origins(of place: PointerPlace) throws -> Origins {
        if let found = known.origins[place] { return found }
        let found = try search(from: place, inflows: inflows(of:))
        known.origins[place] = found
        return found
    }

    private func statedOrigins(of place: PointerPlace) throws -> Origins {
        if let found = knownStated.origins[place] { return found }
        let found = try search(from: place, inflows: statedInflows(of:))
        knownStated.origins[place] = found
        return found
    }

    private func search(from place: PointerPlace, inflows: (PointerPlace) throws -> [PointerPlace]) throws -> Origins {
        var origins = Origins()
        var seen: Set<PointerPlace> = [place]
        var open = [place]
        while let at = open.popLast() {
            var isEnd = false
            switch at {
            case .unknown:
                origins.isOpen = true
                continue
            case .function(let function):
                // Only where a search starts from one: a function that is called by way of a variable.
                origins.functions[Int64(function)] = at
                continue
            case .object, .embedded:
                origins.structures.insert(at)
                isEnd = true
            default: break
            }
            let inflows = try inflows(at)
            if inflows.isEmpty, !isEnd { origins.isOpen = true }
            for inflow in inflows {
                if case .function(let function) = inflow {
                    if origins.functions[Int64(function)] == nil { origins.functions[Int64(function)] = at }
                } else if seen.insert(inflow).inserted {
                    open.append(inflow)
                }
            }
        }
        return origins
    }

    /// The places that a function may get into.
    func places(of function: Int64) throws -> Set<PointerPlace> {
        if let found = known.places[function] { return found }
        let found = try search(from: .function(Int(function)), outflows: outflows(of:))
        known.places[function] = found
        return found
    }

    private func statedPlaces(of function: Int64) throws -> Set<PointerPlace> {
        if let found = knownStated.places[function] { return found }
        let found = try reached(from: .function(Int(function)))
        knownStated.places[function] = found
        return found
    }

    /// The places that what is in a place gets into by what the source states alone.
    func reached(from place: PointerPlace) throws -> Set<PointerPlace> {
        try search(from: place, outflows: statedOutflows(of:))
    }

    /// Whether a function's name is put into some place.
    func isTaken(_ function: Int64) throws -> Bool { try !statedOutflows(of: .function(Int(function))).isEmpty }

    private func search(
        from place: PointerPlace,
        outflows: (PointerPlace) throws -> [PointerPlace]
    ) throws -> Set<PointerPlace> {
        var places: Set<PointerPlace> = []
        var open = [place]
        while let at = open.popLast() {
            for next in try outflows(at) where places.insert(next).inserted { open.append(next) }
        }
        return places
    }

    /// Whether a structure that a function is put into, by way of one base, can be the one that another base is.
    ///
    /// What gets into a structure that is not followed is taken to be found only where a structure that is not followed
    /// is called through.
    ///
    /// - Parameter field: the member that both go through.
    func canMeet(dispatch: PointerPlace, registration: PointerPlace, field: Int64) throws -> Bool {
        if try isOpen(dispatch, field: field) { return true }
        let isRegisteredAnywhere = try registration.isPointer && !isFollowed(field)
        if isRegisteredAnywhere { return true }
        return try !origins(of: dispatch).structures.isDisjoint(with: origins(of: registration).structures)
    }

    /// Whether what a base leads to is not followed to its end, so that any structure of its type may be meant.
    ///
    /// - Parameter field: the member of the structure that is called through.
    func isOpen(_ base: PointerPlace, field: Int64) throws -> Bool {
        if try base.isPointer && !isFollowed(field) { return true }
        return try origins(of: base).isOpen
    }

    /// Whether pointers to the structure of a member are followed in source files: those whose members are pointers to
    /// functions to a third (`UnitFacts.isFollowed`).
    private func isFollowed(_ field: Int64) throws -> Bool {
        if let known = knownFollowedThrough[field] { return known }
        let found = try isFollowed(recordOf: field)
        knownFollowedThrough[field] = found
        return found
    }

    private func isFollowed(recordOf field: Int64) throws -> Bool {
        guard
            let record = try reader.first(
                "SELECT record FROM field WHERE symbol = ?",
                [field],
                { try $0.identifier(0) }
            )
        else { return false }
        if let known = knownFollowed[record] { return known }
        let found = try reader.first(
            "SELECT count(*), coalesce(sum(type LIKE '%(*)%'), 0) FROM field WHERE record = ? AND depth = 0",
            [record]
        ) { row in
            let functions = try row.count(1)
            let members = try row.count(0)
            return functions > 0 && functions * 3 >= members
        }
        knownFollowed[record] = found ?? false
        return found ?? false
    }

    /// What is put into a place directly.
    private func inflows(of place: PointerPlace) throws -> [PointerPlace] {
        if let found = known.inflows[place] { return found }
        var found = try statedInflows(of: place)
        switch place {
        case .parameter(let function, let position): found += try handedOver(to: Int64(function), position: position)
        case .resultThrough(let member):
            found += try statedOrigins(of: .member(member)).functions.keys.map { .result(of: Int($0)) }
        default: break
        }
        known.inflows[place] = found
        return found
    }

    private func statedInflows(of place: PointerPlace) throws -> [PointerPlace] {
        if let found = knownStated.inflows[place] { return found }
        var found: [PointerPlace] = []
        switch place {
        case .member(let member):
            found += try functions("SELECT function FROM registration WHERE field = ?", [Int64(member)])
        case .parameter(let symbol, let position), .parameterThrough(let symbol, let position):
            found += try functions(
                "SELECT function FROM argument WHERE callee = ? AND position = ?",
                [Int64(symbol), Int64(position)]
            )
        default: break
        }
        if case .object(let variable) = place {
            found += try flows(to: .variable(variable))
        } else if let table = try reader.relativeTable(at: place) {
            // The flows between tables and readers do not tell which is read.
            found += try flows(to: place).filter { flow in
                guard case .result = flow else { return true }
                return false
            }
            found += try reader.functions(in: table)
        } else {
            found += try flows(to: place)
        }
        knownStated.inflows[place] = found
        return found
    }

    /// What gets into a parameter of a function where it is called by pointer.
    private func handedOver(to function: Int64, position: Int) throws -> [PointerPlace] {
        try statedPlaces(of: function).compactMap { place in
            if case .member(let member) = place { return .parameterThrough(member: member, position: position) }
            // Arguments belong to functions and members; what others are called with is not kept.
            return try isCalled(place) ? .unknown : nil
        }
    }

    private func isCalled(_ place: PointerPlace) throws -> Bool {
        guard let symbol = place.symbol else { return false }
        return try reader.first(
            "SELECT 1 FROM pointer_call WHERE symbol = ? AND kind = ? AND position = ? LIMIT 1",
            [Int64(symbol), Int64(place.kind), Int64(place.position)]
        ) { try $0.flag(0) } ?? false
    }

    /// Where what is in a place gets directly.
    private func outflows(of place: PointerPlace) throws -> [PointerPlace] {
        if let found = known.outflows[place] { return found }
        var found = try statedOutflows(of: place)
        switch place {
        case .parameterThrough(let member, let position):
            for function in try statedOrigins(of: .member(member)).functions.keys {
                found.append(.parameter(of: Int(function), position: position))
            }
        case .result(let function):
            for case .member(let member) in try statedPlaces(of: Int64(function)) {
                found.append(.resultThrough(member: member))
            }
        default: break
        }
        known.outflows[place] = found
        return found
    }

    private func statedOutflows(of place: PointerPlace) throws -> [PointerPlace] {
        if let found = knownStated.outflows[place] { return found }
        guard let symbol = place.symbol.map(Int64.init) else { return [] }
        var found: [PointerPlace] = []
        if case .function = place {
            // One statement, since most functions have none of these. -2 is a variable that marks what stands in a table
            // of relative places, or is exported (RelativeTables.swift).
            var isMarked = false
            try reader.each(
                """
                SELECT 3, field, 0 FROM registration WHERE function = ?1
                UNION SELECT -1, callee, position FROM argument WHERE function = ?1
                UNION SELECT to_kind, to_symbol, to_position FROM flow WHERE from_symbol = ?1 AND from_kind = 1
                UNION SELECT -2, 0, 0 FROM symbol_row AS own CROSS JOIN symbol_row AS marker ON marker.name IN (
                    '__UNIQUE_ID___addressable_' || rtrim(own.name, '0123456789'),
                    '__UNIQUE_ID_addressable_' || own.name || '_'
                ) WHERE own.id = ?1
                """,
                [symbol]
            ) { row in
                if try row.identifier(0) == -2 { return isMarked = true }
                guard try row.identifier(0) == -1 else { return found.append(try row.pointerPlace(0)) }
                let callee = try row.identifier(1)
                let position = try row.count(2)
                found.append(
                    try reader.isMember(callee)
                        ? .parameterThrough(member: Int(callee), position: position)
                        : .parameter(of: Int(callee), position: position)
                )
            }
            if isMarked { found += try reader.relativePlaces(of: symbol) }
            knownStated.outflows[place] = found
            return found
        }
        found = try reader.distinct(
            """
            SELECT to_kind, to_symbol, to_position FROM flow
            WHERE from_symbol = ? AND from_kind = ? AND from_position = ?
            """,
            [symbol, Int64(place.kind), Int64(place.position)]
        ) { try $0.pointerPlace(0) }
        knownStated.outflows[place] = found
        return found
    }

    private func functions(_ sql: String, _ arguments: [FactReader.Argument]) throws -> [PointerPlace] {
        try reader.distinct(sql, arguments) { .function(Int(try $0.identifier(0))) }
    }

    /// The places that flow into a place, without registrations and arguments.
    func flows(to place: PointerPlace) throws -> [PointerPlace] {
        guard let symbol = place.symbol else { return [] }
        return try reader.distinct(
            """
            SELECT from_kind, from_symbol, from_position FROM flow
            WHERE to_symbol = ? AND to_kind = ? AND to_position = ?
            """,
            [Int64(symbol), Int64(place.kind), Int64(place.position)]
        ) { try $0.pointerPlace(0) }
    }
}

extension FactRow {
    /// A place in three columns that follow each other: kind, symbol, position.
    func pointerPlace(_ column: Int) throws -> PointerPlace {
        guard
            let place = PointerPlace(
                kind: try count(column),
                symbol: Int(try identifier(column + 1)),
                position: try count(column + 2)
            )
        else { throw DamagedFact() }
        return place
    }
}

extension PointerPlace {
    /// Whether what is there is a pointer, which is followed or not, rather than a structure.
    fileprivate var isPointer: Bool {
        switch self {
        case .object, .embedded: false
        default: true
        }
    }
}
