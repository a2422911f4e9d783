import Failure
import Foundation
import IndexFacts
import KernelABI

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
        let plan = try IndexPlan(request)
        var summary: IndexSummary
        do {
            if !request.isFresh, let update = IndexUpdate(request, plan, place),
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
}
