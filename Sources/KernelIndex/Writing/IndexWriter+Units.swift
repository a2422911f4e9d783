import Foundation
import GRDB

/// A unit that an index holds.
public struct StoredUnit: Hashable, Sendable {
    /// Its number.
    public var id: Int64
    /// Its file as the index names it.
    public var path: String
    /// What it is.
    public var kind: IndexedUnit.Kind
    /// A digest of the command that it was parsed with.
    public var commandDigest: [UInt8]
    /// What is wrong with it; nil when nothing is.
    public var message: String?
    /// Whether it was parsed on top of a prefix.
    public var usedPrefix: Bool
    /// The numbers of the files that it read; none when libclang gave no facts at all.
    public var files: StoredNumbers
}

extension IndexWriter {
    /// Replaces the rows of the table of system calls.
    ///
    /// - Parameter file: the table's path and digest.
    public func setSystemCallEntries(_ entries: [SystemCallEntry], file: (path: String, digest: [UInt8])?) throws {
        try database.execute(sql: "DELETE FROM syscall_entry")
        guard let file else { return }
        let number = try self.file(file.path, digest: file.digest)
        for entry in entries {
            try database.execute(
                sql: "INSERT INTO syscall_entry (number, abi, name, entry, line, file) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [entry.number, entry.abi, entry.name, entry.entry, entry.line, number]
            )
        }
    }

    /// The units that have errors, by path.
    public func failedUnits() throws -> [(path: String, message: String)] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT file.path, coalesce(unit.message, '') FROM unit JOIN file ON file.id = unit.file
                WHERE unit.status <> 'ok' ORDER BY file.path, unit.command_digest
                """
        )
        return rows.map { ($0[0], $0[1]) }
    }

    /// Which groups each of the units owns, by header.
    public func ownedGroups(of units: [Int64]) throws -> [(unit: Int64, file: Int64, keys: [UInt64])] {
        try units.flatMap { unit in
            try Row.fetchAll(database, sql: "SELECT file, keys FROM header_group WHERE unit = ?", arguments: [unit])
                .map { (unit, $0[0] as Int64, HeaderKeys.decoded($0[1])) }
        }
    }

    /// The numbers of the units that this writer has added.
    public func newUnits() throws -> [Int64] {
        try Int64.fetchAll(database, sql: "SELECT id FROM unit WHERE id > ?", arguments: [lastUnitBefore])
    }

    /// Removes units with all that they brought.
    public func remove(_ units: [Int64]) throws {
        guard !units.isEmpty else { return }
        for unit in units {
            let list = try Data.fetchOne(
                database,
                sql: "SELECT symbols FROM unit_list WHERE unit = ?",
                arguments: [unit]
            )
            let symbols = try NumberList.decoded(Array(list ?? Data()))
            named.formUnion(symbols)
            for (table, column) in IndexWriter.owningColumns {
                let statement = try database.cachedStatement(
                    sql: "DELETE FROM \(table) WHERE \(column) = ? AND unit = ?"
                )
                for symbol in symbols { try statement.execute(arguments: [symbol, unit]) }
            }
            for row in try Row.fetchAll(
                database,
                sql: "SELECT file, keys FROM header_group WHERE unit = ?",
                arguments: [unit]
            ) { forget(HeaderKeys.decoded(row[1]), in: row[0]) }
            for (table, column) in [("header_group", "unit"), ("unit_list", "unit"), ("unit", "id")] {
                try database.execute(sql: "DELETE FROM \(table) WHERE \(column) = ?", arguments: [unit])
            }
            // Where no declaration is left, the type may be about to change.
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE symbol_row SET type = NULL
                    WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM definition WHERE symbol = ?1)
                    """
            )
            for symbol in symbols { try statement.execute(arguments: [symbol]) }
        }
        forgetSymbols()
    }

    /// By which column, with an index over it, the rows of a unit's symbol are found.
    private static let owningColumns = [
        ("definition", "symbol"), ("reference", "symbol"), ("call", "caller"), ("dispatch", "caller"),
        ("registration", "field"), ("argument", "function"), ("flow", "to_symbol"), ("pointer_call", "caller"),
        ("record", "symbol"), ("field", "symbol"),
        ("syscall_definition", "function"), ("errno_origin", "function"), ("errno_passage", "function"),
        ("weak_definition", "function"),
    ]

    /// Whether a prefix has facts about a header that no unit includes.
    public func hasForeignPrefixFiles() throws -> Bool {
        var open = try files(ofUnits: "prefix").reduce(into: Set<Int64>()) { $0.formUnion($1) }
        for files in try files(ofUnits: "unit") {
            if open.isEmpty { break }
            open.subtract(files)
        }
        return !open.isEmpty
    }

    private func files(ofUnits kind: String) throws -> [StoredNumbers] {
        try Data.fetchAll(
            database,
            sql: "SELECT files FROM unit_list JOIN unit ON unit.id = unit_list.unit WHERE unit.kind = ?",
            arguments: [kind]
        ).map { try StoredNumbers(Array($0)) }
    }

    /// Removes symbols that units have named which are gone, where nothing names them any more, and those of some files
    /// that no unit has read since.
    ///
    /// - Parameter candidates: numbers of files that no unit reads which was there before.
    public func sweep(files candidates: Set<Int64>) throws {
        let byIndex =
            IndexWriter.owningColumns + [
                ("call", "callee"), ("dispatch", "field"), ("registration", "function"), ("argument", "callee"),
                ("argument", "within"), ("flow", "from_symbol"),
                ("pointer_call", "symbol"), ("field", "record"), ("field", "target"),
            ]
        let isNamed = byIndex.map { "EXISTS (SELECT 1 FROM \($0) WHERE \($1) = ?1)" }.joined(separator: " OR ")
        let statement = try database.cachedStatement(sql: "SELECT \(isNamed)")
        var lonely: [Int64] = []
        for symbol in named.sorted() where try Bool.fetchOne(statement, arguments: [symbol]) != true {
            lonely.append(symbol)
        }
        // No index is over these columns; few symbols are named there alone.
        let others = [
            ("registration", "object"), ("registration", "base"), ("dispatch", "base"), ("flow", "within"),
            ("errno_passage", "callee"),
        ]
        var used: Set<Int64> = []
        if !lonely.isEmpty {
            let list = lonely.map(String.init).joined(separator: ", ")
            for (table, column) in others {
                let sql = "SELECT DISTINCT \(column) FROM \(table) WHERE \(column) IN (\(list))"
                used.formUnion(try Int64.fetchAll(database, sql: sql))
            }
        }
        for symbol in lonely where !used.contains(symbol) {
            try database.execute(sql: "DELETE FROM symbol_row WHERE id = ?", arguments: [symbol])
        }
        named = []
        forgetSymbols()
        guard !candidates.isEmpty else { return }
        var unread = candidates
        unread.subtract(try Int64.fetchAll(database, sql: "SELECT file FROM unit UNION SELECT file FROM syscall_entry"))
        for list in try Data.fetchAll(
            database,
            sql: "SELECT files FROM unit_list WHERE unit > ?",
            arguments: [lastUnitBefore]
        ) { unread.subtract(try StoredNumbers(Array(list))) }
        for file in unread { try database.execute(sql: "DELETE FROM file WHERE id = ?", arguments: [file]) }
    }

    /// States what the file system says of files that are new, or of which it says something else now, so that the next
    /// run need not read them.
    public func setStamps(touched: Set<Int64> = [], _ stamp: (_ path: String) -> String?) throws {
        let sql = "SELECT id, path, stamp FROM file WHERE length(digest) > 0"
        let new = try Row.fetchAll(database, sql: "\(sql) AND stamp IS NULL")
        let old = try touched.sorted().flatMap {
            try Row.fetchAll(database, sql: "\(sql) AND stamp IS NOT NULL AND id = ?", arguments: [$0])
        }
        for row in new + old {
            let found = stamp(row[1])
            guard found != row[2] as String? else { continue }
            try database.execute(sql: "UPDATE file SET stamp = ? WHERE id = ?", arguments: [found, row[0] as Int64])
        }
    }
}
