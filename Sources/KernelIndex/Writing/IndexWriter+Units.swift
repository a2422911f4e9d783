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
    /// The numbers of the files that it read; none when libclang gave no facts at all.
    public var files: [Int64]
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

    /// Whether some unit of the index holds a group.
    public func holds(_ key: UInt64) -> Bool { groups.contains(key) }

    /// Removes units with all that they brought.
    public func remove(_ units: [Int64]) throws {
        guard !units.isEmpty else { return }
        let list = units.map(String.init).joined(separator: ", ")
        try database.execute(
            sql: "CREATE TEMP TABLE homeless AS SELECT DISTINCT symbol FROM definition WHERE unit IN (\(list))"
        )
        for table in IndexWriter.tablesOfFacts + ["unit_file", "header_group"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE unit IN (\(list))")
        }
        try database.execute(sql: "DELETE FROM unit WHERE id IN (\(list))")
        // Where no declaration is left, the type may be about to change.
        try database.execute(
            sql: """
                UPDATE symbol SET type = NULL
                WHERE id IN (SELECT symbol FROM homeless) AND id NOT IN (SELECT symbol FROM definition);
                DROP TABLE homeless
                """
        )
        try load()
    }

    /// Whether a prefix has facts about a header that no unit includes.
    public func hasForeignPrefixFiles() throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (
                    SELECT unit_file.file FROM unit_file JOIN unit ON unit.id = unit_file.unit
                    WHERE unit.kind = 'prefix'
                    EXCEPT SELECT unit_file.file FROM unit_file JOIN unit ON unit.id = unit_file.unit
                    WHERE unit.kind = 'unit'
                )
                """
        ) ?? false
    }

    /// Removes symbols and files that nothing names any more.
    public func sweep() throws {
        let uses = [
            ("definition", ["symbol"]), ("reference", ["symbol", "within"]), ("call", ["caller", "callee"]),
            ("dispatch", ["caller", "field"]), ("registration", ["field", "function", "object"]),
            ("argument", ["function", "callee", "within"]), ("record", ["symbol"]),
            ("field", ["symbol", "record", "target"]), ("syscall_definition", ["function"]),
            ("errno_origin", ["function"]), ("errno_passage", ["function", "callee"]),
        ]
        let used = uses.flatMap { table, columns in
            columns.map { "SELECT \($0) FROM \(table) WHERE \($0) IS NOT NULL" }
        }.joined(separator: " UNION ")
        try database.execute(sql: "DELETE FROM symbol WHERE id NOT IN (\(used))")
        let places = IndexWriter.tablesOfPlaces.map { "SELECT file FROM \($0)" }.joined(separator: " UNION ")
        try database.execute(sql: "DELETE FROM file WHERE id NOT IN (\(places))")
    }

    private static let tablesOfFacts = [
        "definition", "reference", "call", "dispatch", "registration", "argument", "record", "field",
        "syscall_definition", "errno_origin", "errno_passage",
    ]
    private static let tablesOfPlaces = [
        "definition", "reference", "call", "dispatch", "registration", "argument", "syscall_definition",
        "errno_origin", "errno_passage", "syscall_entry", "unit", "unit_file", "header_group",
    ]
}
