import GRDB

extension DatabaseQueue {
    /// Opens an index for reading.
    ///
    /// A run that was killed while it committed leaves a journal that no reader can undo. It is undone first.
    ///
    /// - Throws: what the database throws; ``Failure`` `unavailable` when there is such a journal and the index cannot be
    ///   written.
    static func readable(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.unsafeRead { try Int.fetchOne($0, sql: "SELECT 1 FROM sqlite_schema LIMIT 1") }
            return queue
        } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
            try IndexWriter.recover(path)
            return try DatabaseQueue(path: path, configuration: configuration)
        }
    }
}
