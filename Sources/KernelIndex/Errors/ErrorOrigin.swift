/// A place where an error starts its way out of a function.
public struct ErrorOrigin: Hashable, Sendable {
    /// The function whose caller gets the error.
    public let function: Symbol
    /// The error's name: `EAGAIN`.
    public let errno: String
    /// The condition that decides, in the source's words; nil when nothing stands between the function's start and
    /// the error.
    public let condition: String?
    /// Where the condition starts.
    public let decision: LocatedLine?
    /// The conditions of the `if` and `switch` statements around the decision, the outermost first.
    public let surroundings: [String]
    /// Where the error's constant stands.
    public let place: LocatedLine

    /// All conditions in one text, the outermost first, with `; ` between them.
    public var conditions: String { (surroundings + (condition.map { [$0] } ?? [])).joined(separator: "; ") }
}

/// A call whose error the caller may return.
struct ErrorPassage {
    /// A function, or the field that is called through.
    let callee: Int64
    let isMember: Bool
    let line: Int
}

extension IndexStore {
    /// The places in a function where errors start, in the order of the source.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func errorOrigins(of function: Symbol) throws -> [ErrorOrigin] {
        try read { try $0.errorOrigins(of: function) }
    }
}

extension FactReader {
    func errorOrigins(of function: Symbol, errno: String? = nil) throws -> [ErrorOrigin] {
        try all(
            """
            SELECT DISTINCT file.path, line, column, errno, condition, decision_line, surroundings FROM errno_origin
            JOIN file ON file.id = errno_origin.file WHERE function = ? AND (?2 IS NULL OR errno = ?2)
            ORDER BY 1, 2, 3, 6, 5, 7
            """,
            [function.id, errno]
        ) { row in
            let place = try row.place(0)
            return ErrorOrigin(
                function: function,
                errno: try row.text(3),
                condition: try row.textIfPresent(4),
                decision: try row.countIfPresent(5).map { LocatedLine(file: place.file, line: $0, column: 1) },
                surroundings: (try row.textIfPresent(6) ?? "").split(separator: "\n").map(String.init),
                place: place
            )
        }
    }

    /// The calls whose error each of some functions may return, in the order of the source.
    func errorPassages(of functions: [Int64]) throws -> [[ErrorPassage]] {
        var passages = [[ErrorPassage]](repeating: [], count: functions.count)
        try each(
            """
            SELECT DISTINCT asked.key, passage.line, passage.column, passage.callee, symbol_row.kind = 3
            FROM json_each(?) AS asked CROSS JOIN errno_passage AS passage ON passage.function = asked.value
            JOIN symbol_row ON symbol_row.id = passage.callee ORDER BY 1, 2, 3, 4
            """,
            [FactReader.list(functions)]
        ) { row in
            let place = try row.count(0)
            guard passages.indices.contains(place) else { throw DamagedFact() }
            passages[place].append(
                ErrorPassage(callee: try row.identifier(3), isMember: try row.flag(4), line: try row.count(1))
            )
        }
        return passages
    }
}
