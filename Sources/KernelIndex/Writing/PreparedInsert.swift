import GRDB
import GRDBSQLite

/// A prepared statement whose values are bound without a detour.
///
/// An index has a million rows, and wrapping each value in GRDB's types costs more than SQLite's own work. The
/// statement stays GRDB's: it is prepared, owned and ended there.
final class PreparedInsert {
    private let statement: Statement
    private let database: Database
    private var position: CInt = 0

    /// Prepares a statement for the life of the database connection.
    init(_ database: Database, _ sql: String) throws {
        self.database = database
        statement = try database.makeStatement(sql: sql)
    }

    /// Binds the next value.
    func bind(_ value: Int64) {
        position += 1
        sqlite3_bind_int64(statement.sqliteStatement, position, value)
    }

    /// Binds the next value.
    func bind(_ value: Int) { bind(Int64(value)) }

    /// Binds the next value.
    func bind(_ value: Bool) { bind(value ? 1 as Int64 : 0) }

    /// Binds the next value or its absence.
    func bind(_ value: Int64?) {
        if let value { bind(value) } else { bindNull() }
    }

    /// Binds the next value or its absence.
    func bind(_ value: Int?) {
        if let value { bind(Int64(value)) } else { bindNull() }
    }

    /// Binds the next value; SQLite copies it.
    func bind(_ text: String) {
        position += 1
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty buffer has no address, and a text without one would be NULL.
                guard let start = characters.baseAddress else {
                    sqlite3_bind_text(statement.sqliteStatement, position, "", 0, PreparedInsert.copied)
                    return
                }
                let count = CInt(characters.count)
                sqlite3_bind_text(statement.sqliteStatement, position, start, count, PreparedInsert.copied)
            }
        }
    }

    /// Binds the next value or its absence.
    func bind(_ text: String?) {
        if let text { bind(text) } else { bindNull() }
    }

    /// Binds the next value; SQLite copies it.
    func bind(_ bytes: [UInt8]) {
        position += 1
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(statement.sqliteStatement, position, 0)
        } else {
            sqlite3_bind_blob(statement.sqliteStatement, position, bytes, CInt(bytes.count), PreparedInsert.copied)
        }
    }

    private func bindNull() {
        position += 1
        sqlite3_bind_null(statement.sqliteStatement, position)
    }

    /// Runs the statement with the values bound so far, and starts over.
    ///
    /// - Returns: whether a row changed, which an `INSERT OR IGNORE` may not do.
    @discardableResult
    func run() throws -> Bool {
        position = 0
        let code = sqlite3_step(statement.sqliteStatement)
        sqlite3_reset(statement.sqliteStatement)
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
        }
        return sqlite3_changes(database.sqliteConnection) > 0
    }

    // SQLITE_TRANSIENT, which Swift cannot import: a destructor of -1 makes SQLite copy the value at once.
    nonisolated(unsafe) private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
