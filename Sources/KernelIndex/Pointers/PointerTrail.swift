import IndexFacts

/// How a function comes to be called by a pointer that its name was not put into where the call looks: it was handed over
/// as an argument, kept in a variable, or taken out of a table.
public struct PointerTrail: Hashable, Sendable {
    /// The called expression as the source spells it: `fn`, `worker->current_func`.
    public let receiver: String
    /// What is called: `parameter 1 of call_timer_fn`.
    public let called: PointerSpot
    /// What the function's name was put into: `parameter 0 of kthread_create_on_node`.
    public let put: PointerSpot
    /// Where the function's name was put there; nil where the call itself names it.
    public let taken: LocatedLine?
}

/// A place that a pointer can be in, for people.
public struct PointerSpot: Hashable, Sendable {
    /// What a place can be.
    public enum Kind: String, Sendable {
        /// A function by its name.
        case function
        /// A variable whose address is taken.
        case object
        /// A member.
        case member
        /// The structure that a member is.
        case embedded
        /// A variable or an array of pointers.
        case variable
        /// A parameter.
        case parameter
        /// What a function returns.
        case result
        /// A parameter of what is called through a member.
        case parameterThrough = "parameter through"
        /// What is returned by what is called through a member.
        case resultThrough = "result through"
    }

    /// What it is.
    public let kind: Kind
    /// The function, variable or member.
    public let symbol: Symbol
    /// Of a parameter: which one, from 0.
    public let position: Int?

    /// `parameter 0 of kthread_create_on_node`, `work_struct.func`, `what choose returns`.
    public var inWords: String {
        switch kind {
        case .function, .object, .member, .embedded, .variable: symbol.shownName
        case .parameter, .parameterThrough: "parameter \(position ?? 0) of \(symbol.shownName)"
        case .result, .resultThrough: "what \(symbol.shownName) returns"
        }
    }
}

extension FactReader {
    /// A place for people; nil for one that is not followed.
    func spot(_ place: PointerPlace) throws -> PointerSpot? {
        guard let number = place.symbol else { return nil }
        let symbol = try symbol(Int64(number))
        let kind: PointerSpot.Kind
        var position: Int?
        switch place {
        case .unknown: return nil
        case .function: kind = .function
        case .object: kind = .object
        case .member: kind = .member
        case .embedded: kind = .embedded
        case .variable: kind = .variable
        case .result: kind = .result
        case .resultThrough: kind = .resultThrough
        case .parameter(_, let number): (kind, position) = (.parameter, number)
        case .parameterThrough(_, let number): (kind, position) = (.parameterThrough, number)
        }
        return PointerSpot(kind: kind, symbol: symbol, position: position)
    }

    /// The first place in the source where a function's name is put into a place.
    func taking(of function: Int64, into place: PointerPlace) throws -> LocatedLine? {
        guard let symbol = place.symbol.map(Int64.init) else { return nil }
        if let table = try relativeTable(at: place), let found = try relativePlace(of: function, in: table) {
            return found
        }
        switch place {
        case .function: return nil
        case .member:
            if let found = try located("registration", "field = ?1 AND function = ?2", [symbol, function]) {
                return found
            }
        case .parameter(_, let position), .parameterThrough(_, let position):
            let condition = "callee = ?1 AND function = ?2 AND position = ?3"
            if let found = try located("argument", condition, [symbol, function, Int64(position)]) { return found }
        default: break
        }
        return try located(
            "flow",
            "to_symbol = ?1 AND from_symbol = ?2 AND from_kind = 1 AND to_kind = ?3",
            [symbol, function, Int64(place.kind)]
        )
    }

    private func located(_ table: String, _ condition: String, _ arguments: [Int64]) throws -> LocatedLine? {
        try first(
            """
            SELECT file.path, \(table).line, \(table).column FROM \(table) JOIN file ON file.id = \(table).file
            WHERE \(condition) ORDER BY 1, 2, 3 LIMIT 1
            """,
            arguments
        ) { try $0.place(0) }
    }
}
