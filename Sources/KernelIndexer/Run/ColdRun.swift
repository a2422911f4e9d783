import Failure
import Foundation
import KernelIndex

/// Makes an index from nothing.
struct ColdRun {
    let request: IndexRequest
    var plan: IndexPlan
    let place: IndexPlace

    init(_ request: IndexRequest, _ plan: IndexPlan, _ place: IndexPlace) {
        self.request = request
        self.plan = plan
        self.place = place
        if request.usesPrefix { self.plan.choosePrefixes(for: Array(plan.units.indices)) }
    }

    func run(start: Double, progress: (IndexProgress) -> Void) throws -> IndexSummary {
        var summary = IndexSummary()
        summary.seconds.planning = MonotonicClock.seconds - start
        var written = 0.0
        try IndexWriter.create(place.unfinished) { writer in
            let pass = UnitPass(
                request: request,
                plan: plan,
                place: place,
                prefixes: Array(plan.prefixes.indices),
                reportedPrefixes: Set(plan.prefixes.indices),
                units: Array(plan.units.indices)
            )
            try pass.run(writer, &summary, progress: progress)
            try IndexStatement(request, plan).write(writer)
            summary.failed = try writer.failedUnits().map { .init(path: $0.path, reason: $0.message) }
            summary.facts = writer.counts
            try refuseNothing(summary)
            written = MonotonicClock.seconds
        }
        try place.publish()
        summary.seconds.completing = MonotonicClock.seconds - written
        return summary
    }

    /// An index without a single definition answers nothing; what was there before is worth more.
    private func refuseNothing(_ summary: IndexSummary) throws {
        guard summary.facts.definitions == 0, let first = summary.failed.first else { return }
        throw Failure(
            .unavailable,
            "none of \(plan.units.count) files could be indexed: \(first.reason)",
            at: first.path,
            remedy: "an earlier index, where there is one, is left as it was"
        )
    }
}
