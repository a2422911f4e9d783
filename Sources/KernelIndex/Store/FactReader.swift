import GRDB
import IndexFacts

/// Reads facts within one question, with every value checked.
///
/// Symbols are remembered for the length of the question, since edges name the same ones again and again.
final class FactReader {
    private let database: Database
    private var symbols: [Int64: Symbol] = [:]
    private var paths: [Int64: String] = [:]
    private var tableNames: SystemCallNames?
    private var knownMembers: [Int64: Bool] = [:]
    /// The calls of functions that were asked for.
    var knownCallees: [Int64: [CallEdge]] = [:]
    /// What searches have found of calls by pointers.
    var knownTargets: [FieldOfBase: [Int64: Evidence]] = [:]
    var knownFlowing: [Int64: [Int64: PointerPlace]] = [:]
    var knownDispatchers: [Int64: [FunctionOfBase]] = [:]
    var knownRegistered: [Int64: [FunctionOfBase]] = [:]
    var knownFitting: [String: [Int64]] = [:]
    var knownStaticUpdates: [StaticCallUpdate]?
    var knownStaticKeyMembers: [Int64]?
    var knownTrampolines: Set<Int64>?
    var knownStaticTargets: [Int64: [(function: Int64, place: LocatedLine)]] = [:]
    /// What is known of tables of functions at relative places.
    var knownRelativeTables: [RelativeTable]?
    var knownConsoleMarkers: Set<Int64>?
    var knownExportMarkers: Set<Int64>?
    /// What is known of functions that run later.
    var knownLateMembers: Set<Int64>?
    var knownLate: [PointerPlace: Int64?] = [:]
    /// Where pointers to functions get.
    private(set) lazy var pointers = PointerAnalysis(self)

    /// What a statement's question mark stands for. Lists of arguments are made as such: to turn an array of numbers into one
    /// asks the runtime about each of them.
    typealias Argument = (any DatabaseValueConvertible)?

    init(_ database: Database) { self.database = database }

    /// Calls `body` with every row of a statement. The statement is prepared once per question.
    func each(
        _ sql: String,
        _ arguments: [Argument] = [],
        _ body: (FactRow) throws -> Void
    ) throws {
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        while let row = try rows.next() { try body(FactRow(row: row)) }
    }

    /// The rows of a statement, each made into a value.
    func all<Value>(
        _ sql: String,
        _ arguments: [Argument] = [],
        _ make: (FactRow) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try each(sql, arguments) { values.append(try make($0)) }
        return values
    }

    /// The rows of a statement, each made into a value, none of them twice: those that come first.
    ///
    /// SQLite's `DISTINCT` makes a table each time, which takes longer than most of these statements.
    func distinct<Value: Hashable>(
        _ sql: String,
        _ arguments: [Argument] = [],
        _ make: (FactRow) throws -> Value
    ) throws -> [Value] {
        let values = try all(sql, arguments, make)
        guard values.count > 1 else { return values }
        var seen: Set<Value> = []
        return values.filter { seen.insert($0).inserted }
    }

    /// The first row of a statement, made into a value.
    func first<Value>(
        _ sql: String,
        _ arguments: [Argument] = [],
        _ make: (FactRow) throws -> Value
    ) throws -> Value? {
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        return try rows.next().map { try make(FactRow(row: $0)) }
    }

    /// The identifiers of a statement's one column.
    func identifiers(_ sql: String, _ arguments: [Argument]) throws -> [Int64] {
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Int64.fetchCursor(statement, arguments: StatementArguments(arguments))
        var found: [Int64] = []
        while let identifier = try rows.next() { found.append(identifier) }
        return found
    }

    /// What the table `meta` has of the keys of ``MetaKey``; empty when the file is a database without one.
    func meta() throws -> [String: String] {
        guard try !identifiers("SELECT 1 FROM sqlite_schema WHERE name = 'meta'", []).isEmpty else { return [:] }
        var meta: [String: String] = [:]
        // What else is there is the indexer's, and long: to look up a key is to read all of what it is compared with.
        let keys = MetaKey.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        try each("SELECT key, value FROM meta WHERE +key IN (\(keys))") { meta[try $0.text(0)] = try $0.text(1) }
        return meta
    }

    /// The symbol of an identifier that another fact names.
    ///
    /// - Throws: ``DamagedFact`` when there is none, which a whole index cannot have.
    func symbol(_ identifier: Int64) throws -> Symbol {
        if let known = symbols[identifier] { return known }
        guard let symbol = try loadSymbol(identifier) else { throw DamagedFact() }
        symbols[identifier] = symbol
        return symbol
    }

    /// Reads those of some symbols that an answer is going to name, all at once.
    func prepare(_ identifiers: some Sequence<Int64>) throws {
        let missing = Set(identifiers).filter { symbols[$0] == nil }
        guard missing.count > 1 else { return }
        symbols.merge(try loadDefinedSymbols(missing.sorted())) { known, _ in known }
    }

    /// Those of some symbols that the index has a definition of.
    func defined(among symbols: [Int64]) throws -> Set<Int64> {
        Set(
            try identifiers(
                """
                SELECT value FROM json_each(?) WHERE EXISTS (
                    SELECT 1 FROM definition WHERE symbol = value AND is_definition = 1
                )
                """,
                [FactReader.list(symbols)]
            )
        )
    }

    /// Numbers as the one argument of a statement that joins `json_each` with tables: a statement for each of them takes several
    /// times as long.
    static func list(_ identifiers: [Int64]) -> String {
        "[" + identifiers.map(String.init).joined(separator: ",") + "]"
    }

    /// Whether a symbol is a member of a structure.
    func isMember(_ identifier: Int64) throws -> Bool {
        if let known = knownMembers[identifier] { return known }
        let found = try first("SELECT kind = 3 FROM symbol_row WHERE id = ?", [identifier]) { try $0.flag(0) }
        guard let found else { throw DamagedFact() }
        knownMembers[identifier] = found
        return found
    }

    /// The path of a file.
    ///
    /// - Throws: ``DamagedFact`` when there is no file of that number.
    func path(ofFile identifier: Int64) throws -> String {
        if let known = paths[identifier] { return known }
        guard let path = try first("SELECT path FROM file WHERE id = ?", [identifier], { try $0.text(0) }) else {
            throw DamagedFact()
        }
        paths[identifier] = path
        return path
    }

    /// The names of the system calls, read once per question.
    func systemCallNames() throws -> SystemCallNames {
        if let tableNames { return tableNames }
        let names = try SystemCallNames(self)
        tableNames = names
        return names
    }
}

/// A fact that the schema does not allow; the store turns it into a failure that says that the index is damaged.
struct DamagedFact: Error {}

/// A row whose values are checked as they are read, so that a damaged index cannot trap.
struct FactRow {
    let row: Row

    /// An identifier of another row.
    func identifier(_ column: Int) throws -> Int64 { try row.decode(Int64.self, atIndex: column) }

    /// An identifier, or nil for NULL.
    func identifierIfPresent(_ column: Int) throws -> Int64? { try row.decode(Int64?.self, atIndex: column) }

    /// A count, an offset, a size, a line: not negative, and small enough that sums of them cannot overflow.
    func count(_ column: Int) throws -> Int {
        guard let value = try countIfPresent(column) else { throw DamagedFact() }
        return value
    }

    /// A count, or nil for NULL.
    func countIfPresent(_ column: Int) throws -> Int? {
        guard let value = try row.decode(Int64?.self, atIndex: column) else { return nil }
        guard (0...(1 << 40)).contains(value) else { throw DamagedFact() }
        return Int(value)
    }

    /// A truth value.
    func flag(_ column: Int) throws -> Bool { try identifier(column) != 0 }

    /// A text.
    func text(_ column: Int) throws -> String { try row.decode(String.self, atIndex: column) }

    /// A text, or nil for NULL.
    func textIfPresent(_ column: Int) throws -> String? { try row.decode(String?.self, atIndex: column) }

    /// Bytes.
    func bytes(_ column: Int) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: column) { data in data.map { [UInt8]($0) } } ?? []
    }

    /// File, line and column in three columns that follow each other.
    func place(_ column: Int) throws -> LocatedLine {
        LocatedLine(file: try text(column), line: try count(column + 1), column: try count(column + 2))
    }
}
