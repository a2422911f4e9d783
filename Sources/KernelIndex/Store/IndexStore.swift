import Failure
import GRDB
import GRDBSQLite
import Glibc
import KernelABI

/// An index, opened for questions.
///
/// ```swift
/// let store = try IndexStore.open("/home/me/.cache/kernaut/indexes/linux-6.1.sqlite")
/// for edge in try store.callers(of: store.functions(named: "pids_can_fork")[0]) {
///     print(edge.caller.shownName, edge.evidence, edge.site)   // cgroup_can_fork ops kernel/cgroup/cgroup.c:6598
/// }
/// ```
///
/// The database is opened read-only and nothing in it is trusted: a value that the schema does not allow makes the
/// question fail with a ``Failure`` (status `badInput`), never the process.
public final class IndexStore: Sendable {
    /// The file that holds the index.
    public let path: String
    /// What the index says about itself.
    public let about: IndexDescription

    private let queue: DatabaseQueue

    private init(path: String, queue: DatabaseQueue, about: IndexDescription) {
        self.path = path
        self.queue = queue
        self.about = about
    }

    /// Opens the index in a file.
    ///
    /// - Throws: ``Failure``: `unavailable` when there is no such file, `badInput` when it is no index, damaged, or of
    ///   another schema version. The line names the command that makes a good one.
    public static func open(_ path: String) throws -> IndexStore {
        guard access(path, F_OK) == 0 else {
            throw Failure(.unavailable, "there is no index", at: path, remedy: "make it with '\(rebuilding)'")
        }
        guard access(path, R_OK) == 0 else {
            throw Failure(.unavailable, "the index cannot be read", at: path, remedy: "check the file's permissions")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "kernaut"
        configuration.foreignKeysEnabled = false
        // An indexing run replaces the database in one step or holds it for one transaction.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // GRDB follows which columns a statement reads, for those who observe changes: half of what it takes to
            // prepare one.
            sqlite3_set_authorizer(database.sqliteConnection, nil, nil)
            // Pages of a damaged file are checked before they are used, and never mapped: a file that another program
            // cuts short would end the process with SIGBUS.
            try database.execute(sql: "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF")
            // In KiB: a question over the whole kernel comes back to many pages. Only what is read takes memory.
            try database.execute(sql: "PRAGMA cache_size = -65536")
        }
        return try withFailures(at: path) {
            let queue = try DatabaseQueue.readable(path, configuration)
            let meta = try queue.unsafeRead { try FactReader($0).meta() }
            let found = meta[MetaKey.schemaVersion.rawValue]
            guard found == String(Schema.version) else {
                let name = meta[MetaKey.kernelName.rawValue] ?? "6.1"
                throw Failure(
                    .badInput,
                    "the index has schema \(found ?? "of unknown version"), this kernaut reads \(Schema.version)",
                    at: path,
                    remedy: "rebuild it with 'kernaut index --kernel \(name)'"
                )
            }
            let failed = try queue.unsafeRead { database in
                try FactReader(database).first("SELECT count(*) FROM unit WHERE status <> 'ok'") { try $0.count(0) }
            }
            let about = try IndexDescription(meta: meta, failedUnits: failed ?? 0, path: path)
            return IndexStore(path: path, queue: queue, about: about)
        }
    }

    private static let rebuilding = "kernaut index --kernel 6.1"

    /// Answers a question; all that it reads belongs to one state of the database.
    func read<Answer>(_ question: (FactReader) throws -> Answer) throws -> Answer {
        try IndexStore.withFailures(at: path) { try queue.read { try question(FactReader($0)) } }
    }

    /// Turns what the database throws into a failure that names the remedy.
    private static func withFailures<Answer>(at path: String, _ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw Failure(.unavailable, "the index is being written", at: path, remedy: "try again when that has ended")
        } catch let error as DatabaseError {
            let reason = error.message ?? "error \(error.resultCode.rawValue)"
            throw Failure(
                .badInput,
                "this is no usable index (\(reason))",
                at: path,
                remedy: "rebuild it with '\(rebuilding)'"
            )
        } catch {
            throw Failure(
                .badInput,
                "the index is damaged",
                at: path,
                remedy: "rebuild it with '\(rebuilding)'"
            )
        }
    }
}
