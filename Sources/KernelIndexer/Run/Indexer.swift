import Failure
import Foundation
import IndexFacts
import KernelABI
import KernelIndex
import Synchronization

/// Makes and updates indexes.
public enum Indexer {
    /// Indexes what a request names.
    ///
    /// An index that is there already is updated: what did not change is not parsed again. The call blocks its thread
    /// until everything is written; an interruption, even by `kill -9`, leaves the last good index.
    ///
    /// - Parameter progress: called with each unit that was written, on the caller's thread.
    /// - Returns: how it went. Units that have errors are named there and are no error of the run.
    /// - Throws: ``Failure``: `unavailable` when another run has the database or the disk is full, `badInput` when the
    ///   tree is missing, `internalFault` when the worker cannot be started.
    public static func run(
        _ request: IndexRequest,
        progress: (IndexProgress) -> Void = { _ in }
    ) throws -> IndexSummary {
        let start = MonotonicClock.seconds
        let place = try IndexPlace(database: request.database)
        defer { place.clear() }
        let (commands, snapshot) = prepare(request, place)
        var summary: IndexSummary
        do {
            if let snapshot, let update = try IndexUpdate(request, place, snapshot, commandsDigest: commands),
                let updated = try update.run(start: start, progress: progress)
            {
                summary = updated
            } else {
                summary = try ColdRun(request, place, commandsDigest: commands).run(start: start, progress: progress)
            }
        } catch let loss as PrefixLost {
            try place.startOver()
            place.forgetFacts()
            var plain = request
            plain.usesPrefix = false
            summary = try ColdRun(plain, place, commandsDigest: commands).run(start: start, progress: progress)
            summary.prefixProblems.append(loss.reason)
        }
        place.forgetFacts()
        summary.seconds.total = MonotonicClock.seconds - start
        return summary
    }

    /// Reads what there is, and at the same time what is asked for.
    private static func prepare(
        _ request: IndexRequest,
        _ place: IndexPlace
    ) -> (commandsDigest: String, snapshot: IndexSnapshot?) {
        let database = place.database
        let found = Mutex<IndexSnapshot?>(nil)
        let digest = Mutex("")
        DispatchQueue.concurrentPerform(iterations: request.isFresh ? 1 : 2) { part in
            if part == 0 {
                let commands = request.commandsDigest
                digest.withLock { $0 = commands }
            } else {
                let snapshot = IndexSnapshot(of: database)
                found.withLock { $0 = snapshot }
            }
        }
        return (digest.withLock { $0 }, found.withLock { $0 })
    }
}
