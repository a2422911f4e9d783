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
        let (plan, snapshot) = try prepare(request, place)
        var summary: IndexSummary
        do {
            if let snapshot, let update = IndexUpdate(request, plan, place, snapshot),
                let updated = try update.run(start: start, progress: progress)
            {
                summary = updated
            } else {
                summary = try ColdRun(request, plan, place).run(start: start, progress: progress)
            }
        } catch let loss as PrefixLost {
            try place.startOver()
            place.forgetFacts()
            var plain = request
            plain.usesPrefix = false
            summary = try ColdRun(plain, plan, place).run(start: start, progress: progress)
            summary.prefixProblems.append(loss.reason)
        }
        place.forgetFacts()
        summary.seconds.total = MonotonicClock.seconds - start
        return summary
    }

    /// Reads what is asked for, and at the same time what there is: each takes a tenth of a second for a whole kernel.
    private static func prepare(
        _ request: IndexRequest,
        _ place: IndexPlace
    ) throws -> (plan: IndexPlan, snapshot: IndexSnapshot?) {
        let database = place.database
        let found = Mutex<IndexSnapshot?>(nil)
        let planned = Mutex<Result<IndexPlan, any Error>?>(nil)
        DispatchQueue.concurrentPerform(iterations: request.isFresh ? 1 : 2) { part in
            if part == 0 {
                let plan = Result { try IndexPlan(request) }
                planned.withLock { $0 = plan }
            } else {
                let snapshot = IndexSnapshot(of: database)
                found.withLock { $0 = snapshot }
            }
        }
        return (try planned.withLock { try $0!.get() }, found.withLock { $0 })
    }
}
