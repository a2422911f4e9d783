import Failure
import Foundation
import GRDB
public import IndexFacts

/// Writes facts into an index.
///
/// Blobs have to come in the order of their units: where several units report the same group of a header, the first
/// one's facts are kept, so the result does not depend on which worker was faster.
public final class IndexWriter {
    let database: Database
    private let inserts: FactInserts
    private var symbols: [String: StoredSymbol] = [:]
    private var files: [String: (id: Int64, digest: [UInt8])] = [:]
    private var lastSymbol: Int64 = 0
    private var lastFile: Int64 = 0
    private var lastUnit: Int64 = 0
    /// The groups of headers that the index holds.
    private(set) var groups: Set<UInt64> = []
    /// What this writer has written.
    public private(set) var counts = FactCounts()

    private struct StoredSymbol {
        var id: Int64
        var type: String?
    }

    /// Writes a new index to a file that does not exist yet; the file is complete and on the disk on return.
    ///
    /// - Throws: ``Failure`` when the file cannot be written.
    public static func create(_ path: String, _ body: (IndexWriter) throws -> Void) throws {
        try withFailures(at: path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                // The file is nobody's index until it is complete: a journal would protect nothing.
                try database.execute(
                    sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000"
                )
                try database.inTransaction {
                    for statement in Schema.all where !statement.hasPrefix("CREATE INDEX") {
                        try database.execute(sql: statement)
                    }
                    let writer = try IndexWriter(database)
                    try body(writer)
                    for statement in Schema.all where statement.hasPrefix("CREATE INDEX") {
                        try database.execute(sql: statement)
                    }
                    return .commit
                }
            }
            try queue.close()
            try FileSync.sync(path)
        }
    }

    /// Changes a copy of an index, which is complete and on the disk on return.
    ///
    /// The index itself is never changed where it lies: a reader would have to wait, and a run that is killed would
    /// leave a journal that only a writer can undo.
    ///
    /// - Throws: ``Failure`` when the file is no index of this schema, or cannot be written.
    public static func update<Result>(copy path: String, _ body: (IndexWriter) throws -> Result) throws -> Result {
        try withFailures(at: path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            var result: Result?
            try queue.writeWithoutTransaction { database in
                try database.execute(
                    sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000"
                )
                try database.inTransaction {
                    let writer = try IndexWriter(database)
                    try writer.load()
                    result = try body(writer)
                    return .commit
                }
            }
            try queue.close()
            try FileSync.sync(path)
            return result!
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "kernaut-index"
        configuration.busyMode = .timeout(10)
        // References are checked as the facts come in; letting SQLite do it again takes longer than writing.
        configuration.foreignKeysEnabled = false
        return configuration
    }

    private init(_ database: Database) throws {
        self.database = database
        inserts = try FactInserts(database)
    }

    /// Reads what an index knows of symbols, files and groups.
    func load() throws {
        symbols = [:]
        files = [:]
        let symbolRows = try Row.fetchCursor(database, sql: "SELECT id, identity, type FROM symbol")
        while let row = try symbolRows.next() {
            let id: Int64 = row[0]
            symbols[row[1]] = StoredSymbol(id: id, type: row[2])
            lastSymbol = max(lastSymbol, id)
        }
        let fileRows = try Row.fetchCursor(database, sql: "SELECT id, path, digest FROM file")
        while let row = try fileRows.next() {
            let id: Int64 = row[0]
            files[row[1]] = (id, Array(row[2] as Data))
            lastFile = max(lastFile, id)
        }
        lastUnit = try Int64.fetchOne(database, sql: "SELECT max(id) FROM unit") ?? 0
        groups = []
        let groupRows = try Row.fetchCursor(database, sql: "SELECT keys FROM header_group")
        while let row = try groupRows.next() { groups.formUnion(HeaderKeys.decoded(row[0])) }
    }

    /// States something about the index as a whole.
    public func set(_ key: String, to value: String) throws {
        try database.execute(sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", arguments: [key, value])
    }

    /// Adds a unit and its facts.
    ///
    /// - Parameters:
    ///   - unit: what was parsed, and how that went.
    ///   - blob: its facts; nil when there are none.
    public func add(_ unit: IndexedUnit, _ blob: FactBlob?) throws {
        lastUnit += 1
        let id = lastUnit
        let file = try self.file(unit.path)
        try inserts.unit(id, file: file, unit)
        guard let blob else { return }
        try FactIngest(writer: self, inserts: inserts, unit: id, blob: blob).run()
    }

    /// The number of a file, made when it is new; a digest that is known is written.
    func file(_ path: String, digest: [UInt8] = []) throws -> Int64 {
        if let known = files[path] {
            if !digest.isEmpty, known.digest != digest {
                files[path]!.digest = digest
                try database.execute(
                    sql: "UPDATE file SET digest = ? WHERE id = ?",
                    arguments: [digest.data, known.id]
                )
            }
            return known.id
        }
        lastFile += 1
        files[path] = (lastFile, digest)
        try inserts.file(lastFile, path: path, digest: digest)
        return lastFile
    }

    /// The number of a symbol, made when it is new.
    ///
    /// Units may see different types for one symbol (`extern char x[]` and `char x[10]`); the greater text is kept, so
    /// that the order of units does not matter.
    func symbol(_ symbol: SymbolFact) throws -> Int64 {
        if let known = symbols[symbol.identity] {
            if let type = symbol.type, known.type.map({ $0 < type }) ?? true {
                symbols[symbol.identity]!.type = type
                try database.execute(sql: "UPDATE symbol SET type = ? WHERE id = ?", arguments: [type, known.id])
            }
            return known.id
        }
        lastSymbol += 1
        symbols[symbol.identity] = StoredSymbol(id: lastSymbol, type: symbol.type)
        try inserts.symbol(lastSymbol, symbol)
        counts.symbols += 1
        return lastSymbol
    }

    /// Claims a group of a header for a unit; false when an earlier unit has it.
    func claim(_ key: UInt64) -> Bool { groups.insert(key).inserted }

    /// Counts a fact that was written.
    func count(_ fact: WritableKeyPath<FactCounts, Int>) { counts[keyPath: fact] += 1 }

    private static func withFailures<Result>(at path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw Failure(
                error.resultCode == .SQLITE_FULL || error.resultCode == .SQLITE_CANTOPEN ? .unavailable : .badInput,
                "the index cannot be written: \(error.message ?? "SQLite error \(error.resultCode.rawValue)")",
                at: path,
                remedy: "check the disk's space, or remove the file and index again"
            )
        }
    }
}
