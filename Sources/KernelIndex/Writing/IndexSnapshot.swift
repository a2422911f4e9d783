public import Foundation
import GRDB

/// What an index says of itself, its units and their files: what an update builds on.
public struct IndexSnapshot: Sendable {
    /// The table `meta`.
    public let meta: [String: String]
    /// Translation units and prefixes.
    public let units: [StoredUnit]
    /// The files that units read, by number: path and digest.
    public let files: [Int64: (path: String, digest: [UInt8], stamp: String?)]

    /// Reads an index; nil when there is none, or none of this schema, or a damaged one.
    public init?(of path: String) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            self = try DatabaseQueue.readable(path, configuration).read { try IndexSnapshot($0) }
            guard meta[MetaKey.schemaVersion.rawValue] == String(Schema.version) else { return nil }
        } catch {
            return nil
        }
    }

    /// The keys of the groups that some units of an index hold in headers, 8 bytes each, the lowest first.
    ///
    /// - Parameters:
    ///   - files: the headers; nil for all.
    ///   - left: units whose groups are left out.
    public static func groups(of path: String, in files: Set<Int64>?, without left: Set<Int64>) throws -> Data {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration).read { database in
            var keys = Data()
            func add(_ rows: RowCursor) throws {
                while let row = try rows.next() {
                    if !left.contains(row[0]) { keys.append(row[1] as Data) }
                }
            }
            let all = "SELECT unit, keys FROM header_group"
            guard let files else {
                try add(Row.fetchCursor(database, sql: all))
                return keys
            }
            let statement = try database.makeStatement(sql: "\(all) WHERE file = ?")
            for file in files { try add(Row.fetchCursor(statement, arguments: [file])) }
            return keys
        }
    }

    private init(_ database: Database) throws {
        var meta: [String: String] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT key, value FROM meta") { meta[row[0]] = row[1] }
        self.meta = meta
        var files: [Int64: (path: String, digest: [UInt8], stamp: String?)] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT id, path, digest, stamp FROM file") {
            files[row[0]] = (row[1], Array(row[2] as Data), row[3])
        }
        self.files = files
        var read: [Int64: StoredNumbers] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT unit, files FROM unit_list") {
            read[row[0]] = try StoredNumbers(Array(row[1] as Data))
        }
        units = try Row.fetchAll(
            database,
            sql: """
                SELECT unit.id, file.path, unit.kind, unit.command_digest, unit.message, unit.used_prefix
                FROM unit JOIN file ON file.id = unit.file ORDER BY unit.id
                """
        ).compactMap { row in
            guard let kind = IndexedUnit.Kind(rawValue: row[2]) else { return nil }
            return StoredUnit(
                id: row[0],
                path: row[1],
                kind: kind,
                commandDigest: Array(row[3] as Data),
                message: row[4],
                usedPrefix: row[5],
                files: read[row[0]] ?? StoredNumbers()
            )
        }
    }
}
