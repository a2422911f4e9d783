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
    public var conditions: String { ErrorOrigin.text(surroundings, condition) }

    fileprivate static func text(_ surroundings: [String], _ condition: String?) -> String {
        (surroundings + (condition.map { [$0] } ?? [])).joined(separator: "; ")
    }
}

/// The same of a function that is but a number: one of thousands, most of which nobody will see.
struct NumberedOrigin {
    let function: Int64
    /// The function's.
    let name: String
    let errno: String
    let condition: String?
    let decisionLine: Int?
    let surroundings: [String]
    let place: LocatedLine

    var conditions: String { ErrorOrigin.text(surroundings, condition) }

    func origin(in function: Symbol) -> ErrorOrigin {
        ErrorOrigin(
            function: function,
            errno: errno,
            condition: condition,
            decision: decisionLine.map { LocatedLine(file: place.file, line: $0, column: 1) },
            surroundings: surroundings,
            place: place
        )
    }
}

/// A call whose error the caller may return.
struct ErrorPassage: Hashable, Comparable {
    /// A function, or the field that is called through.
    let callee: Int64
    let isMember: Bool
    let line: Int
    let column: Int

    /// The order of the source.
    static func < (left: ErrorPassage, right: ErrorPassage) -> Bool {
        (left.line, left.column, left.callee) < (right.line, right.column, right.callee)
    }
}

extension IndexStore {
    /// The places in a function where errors start, in the order of the source.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func errorOrigins(of function: Symbol) throws -> [ErrorOrigin] {
        try read { reader in try reader.errorOrigins(of: [function.id]).map { $0.origin(in: function) } }
    }
}

extension FactReader {
    /// The places in some functions where errors start: function by function, each in the order of the source.
    ///
    /// - Parameter errno: nil for every error.
    func errorOrigins(of functions: [Int64], errno: String? = nil) throws -> [NumberedOrigin] {
        try all(
            """
            SELECT DISTINCT asked.key, file.path, line, column, decision_line, condition, surroundings, errno,
                function, symbol_row.name
            \(Self.originsOfMany) JOIN file ON file.id = errno_origin.file JOIN symbol_row ON symbol_row.id = function
            ORDER BY 1, 2, 3, 4, 5, 6, 7
            """,
            [FactReader.list(functions), errno]
        ) { row in
            NumberedOrigin(
                function: try row.identifier(8),
                name: try row.text(9),
                errno: try row.text(7),
                condition: try row.textIfPresent(5),
                decisionLine: try row.countIfPresent(4),
                surroundings: (try row.textIfPresent(6) ?? "").split(separator: "\n").map(String.init),
                place: try row.place(1)
            )
        }
    }

    /// Whether any function returns an error. No index is over errors, so all their places may have to be looked through.
    func isReturned(_ errno: String) throws -> Bool {
        try first("SELECT EXISTS (SELECT 1 FROM errno_origin WHERE errno = ?)", [errno]) { try $0.flag(0) } == true
    }

    /// How many such places there are.
    func countErrorOrigins(of functions: [Int64], errno: String?) throws -> Int {
        try first(
            """
            SELECT count(*) FROM (
                SELECT DISTINCT function, file, line, column, errno, condition, decision_line, surroundings
                \(Self.originsOfMany)
            )
            """,
            [FactReader.list(functions), errno]
        ) { try $0.count(0) } ?? 0
    }

    private static let originsOfMany = """
        FROM json_each(?1) AS asked CROSS JOIN errno_origin ON function = asked.value AND (?2 IS NULL OR errno = ?2)
        """

    /// The calls whose error each of some functions may return, in the order of the source.
    func errorPassages(of functions: [Int64]) throws -> [[ErrorPassage]] {
        var passages = [[ErrorPassage]](repeating: [], count: functions.count)
        try each(
            """
            SELECT asked.key, passage.line, passage.column, passage.callee, symbol_row.kind = 3
            FROM json_each(?) AS asked CROSS JOIN errno_passage AS passage ON passage.function = asked.value
            JOIN symbol_row ON symbol_row.id = passage.callee
            """,
            [FactReader.list(functions)]
        ) { row in
            let place = try row.count(0)
            guard passages.indices.contains(place) else { throw DamagedFact() }
            passages[place].append(
                ErrorPassage(
                    callee: try row.identifier(3),
                    isMember: try row.flag(4),
                    line: try row.count(1),
                    column: try row.count(2)
                )
            )
        }
        // Sorted here: SQLite would make a table of tens of thousands to find the few that are there twice.
        return passages.map { Set($0).sorted() }
    }
}
