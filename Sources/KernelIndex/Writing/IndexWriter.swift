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
    private var texts: [String: Int64] = [:]
    private var lastText: Int64 = 0
    /// Whether the index was there before, with symbols, texts and groups that are looked up as they come: there are a
    /// million, and an update names some thousands.
    private let isUpdate: Bool
    /// The symbols that units have named which were removed.
    var named: Set<Int64> = []
    private var lastSymbol: Int64 = 0
    private var lastFile: Int64 = 0
    private var lastUnit: Int64 = 0
    /// The greatest number of a unit that was there before the writer.
    private(set) var lastUnitBefore: Int64 = 0
    /// The groups that the index holds, of the headers that were asked for.
    private var groups: [Int64: Set<UInt64>] = [:]
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
                // The file is nobody's index until it is complete: a journal would protect nothing. Questions over the
                // whole kernel read many pages: those of 8 KiB took a tenth less of the processor than SQLite's of 4.
                try database.execute(
                    sql: """
                        PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                        PRAGMA cache_size = -200000
                        """
                )
                try database.inTransaction {
                    for statement in Schema.all where !statement.hasPrefix("CREATE INDEX") {
                        try database.execute(sql: statement)
                    }
                    let writer = try IndexWriter(database, isUpdate: false)
                    try body(writer)
                    for statement in Schema.all where statement.hasPrefix("CREATE INDEX") {
                        try database.execute(sql: statement)
                    }
                    try writer.settleWeakDefinitions()
                    try NameParts.add(symbolsFrom: 0, to: database)
                    return .commit
                }
            }
            try queue.close()
            try FileSync.sync(path)
        }
    }

    /// Changes an index in one transaction. Readers see what was there before until it ends, and so they do when it
    /// fails or is killed: SQLite's journal undoes it.
    ///
    /// - Parameter body: tells whether the changes are to stay.
    /// - Throws: ``Failure`` when the file is no index of this schema, or cannot be written.
    public static func update(_ path: String, _ body: (IndexWriter) throws -> Bool) throws -> Bool {
        try withFailures(at: path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            var isComplete = false
            try queue.writeWithoutTransaction { database in
                // Without spilling, nothing is locked and nothing is written before everything is known.
                try database.execute(
                    sql: """
                        PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF;
                        PRAGMA cache_size = -200000
                        """
                )
                try database.inTransaction(.immediate) {
                    let writer = try IndexWriter(database, isUpdate: true)
                    try writer.load()
                    let last = writer.lastSymbol
                    isComplete = try body(writer)
                    if isComplete { try writer.settleWeakDefinitions() }
                    if isComplete, writer.lastSymbol > last {
                        try NameParts.add(symbolsFrom: last + 1, to: database)
                    }
                    return isComplete ? .commit : .rollback
                }
            }
            try queue.close()
            return isComplete
        }
    }

    /// Undoes what a run that was killed has left in an index.
    ///
    /// - Throws: ``Failure`` `unavailable` when the index cannot be written.
    static func recover(_ path: String) throws {
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.write { try Int.fetchOne($0, sql: "SELECT count(*) FROM meta") }
            try queue.close()
        } catch {
            throw Failure(
                .unavailable,
                "an indexing run was killed, and what it left can only be undone where the index can be written",
                at: path,
                remedy: "make the file and its folder writable, or index again elsewhere"
            )
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

    private init(_ database: Database, isUpdate: Bool) throws {
        self.database = database
        self.isUpdate = isUpdate
        inserts = try FactInserts(database)
    }

    /// Reads what an index knows of files, and goes on with its numbers.
    private func load() throws {
        lastSymbol = try Int64.fetchOne(database, sql: "SELECT max(id) FROM symbol_row") ?? 0
        lastText = try Int64.fetchOne(database, sql: "SELECT max(id) FROM text") ?? 0
        let fileRows = try Row.fetchCursor(database, sql: "SELECT id, path, digest FROM file")
        while let row = try fileRows.next() {
            let id: Int64 = row[0]
            files[row[1]] = (id, Array(row[2] as Data))
            lastFile = max(lastFile, id)
        }
        lastUnit = try Int64.fetchOne(database, sql: "SELECT max(id) FROM unit") ?? 0
        lastUnitBefore = lastUnit
    }

    /// Forgets what is known of symbols, which a removal may have changed.
    func forgetSymbols() { symbols = [:] }

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
        if let known = try symbols[symbol.identity] ?? older(symbol) {
            if let type = symbol.type, known.type.map({ $0 < type }) ?? true {
                symbols[symbol.identity]!.type = type
                try database.execute(
                    sql: "UPDATE symbol_row SET type = ? WHERE id = ?",
                    arguments: [try text(type), known.id]
                )
            }
            return known.id
        }
        lastSymbol += 1
        symbols[symbol.identity] = StoredSymbol(id: lastSymbol, type: symbol.type)
        try inserts.symbol(
            lastSymbol,
            symbol,
            qualifier: try text(symbol.qualifier),
            type: try symbol.type.map(text)
        )
        counts.symbols += 1
        return lastSymbol
    }

    /// A symbol of the index that is updated.
    private func older(_ symbol: SymbolFact) throws -> StoredSymbol? {
        guard isUpdate, let qualifier = try known(symbol.qualifier) else { return nil }
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT id, (SELECT value FROM text WHERE text.id = symbol_row.type) FROM symbol_row
                    WHERE name = ? AND qualifier = ?
                    """
            ),
            arguments: [symbol.name, qualifier]
        )
        guard let row else { return nil }
        let known = StoredSymbol(id: row[0], type: row[1])
        symbols[symbol.identity] = known
        return known
    }

    private func text(_ value: String) throws -> Int64 {
        if let known = try known(value) { return known }
        lastText += 1
        texts[value] = lastText
        try inserts.text(lastText, value)
        return lastText
    }

    /// The number of a text that is there.
    private func known(_ value: String) throws -> Int64? {
        if let known = texts[value] { return known }
        guard isUpdate else { return nil }
        // Without the sign, SQLite would put the text itself into the first comparison, and find no index for that.
        let statement = try database.cachedStatement(
            sql: "SELECT id FROM text WHERE substr(value, -12) = substr(?1, -12) AND +value = ?1"
        )
        let found = try Int64.fetchOne(statement, arguments: [value])
        if let found { texts[value] = found }
        return found
    }

    /// Claims a group of a header for a unit; false when an earlier unit has it.
    func claim(_ key: UInt64, in file: Int64) throws -> Bool {
        _ = try groups(in: file)
        return groups[file]!.insert(key).inserted
    }

    /// The groups of a header that units of the index hold.
    public func groups(in file: Int64) throws -> Set<UInt64> {
        if let known = groups[file] { return known }
        var keys: Set<UInt64> = []
        if isUpdate {
            let statement = try database.cachedStatement(sql: "SELECT keys FROM header_group WHERE file = ?")
            for list in try Data.fetchAll(statement, arguments: [file]) { keys.formUnion(HeaderKeys.decoded(list)) }
        }
        groups[file] = keys
        return keys
    }

    /// Takes note that nobody holds groups of a header any more.
    func forget(_ keys: [UInt64], in file: Int64) { groups[file]?.subtract(keys) }

    /// Counts a fact that was written, or so many.
    func count(_ fact: WritableKeyPath<FactCounts, Int>, _ number: Int = 1) { counts[keyPath: fact] += number }

    private static func withFailures<Result>(at path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            let ofTheDisk: [ResultCode] = [.SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_READONLY]
            throw Failure(
                ofTheDisk.contains(error.resultCode) ? .unavailable : .badInput,
                "the index cannot be written: \(error.message ?? "SQLite error \(error.resultCode.rawValue)")",
                at: path,
                remedy: "check the disk's space, or remove the file and index again"
            )
        }
    }
}

extension SymbolFact {
    /// The identity with a line feed where the name first stands in it.
    var qualifier: String {
        let bytes = Array(identity.utf8)
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return identity }
        for start in 0...(bytes.count - wanted.count) where bytes[start...].starts(with: wanted) {
            return String(decoding: bytes[..<start] + [0x0a] + bytes[(start + wanted.count)...], as: UTF8.self)
        }
        return identity
    }
}
