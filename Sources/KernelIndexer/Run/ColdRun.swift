import ContentDigest
import Failure
import Foundation
import IndexFacts
import KernelIndex

/// Makes an index from nothing.
struct ColdRun {
    let request: IndexRequest
    private var plan: IndexPlan
    let place: IndexPlace
    private let commandsDigest: String

    /// - Throws: ``Failure`` when the tree is missing or there is nothing to index.
    init(_ request: IndexRequest, _ place: IndexPlace, commandsDigest: String) throws {
        self.request = request
        self.place = place
        self.commandsDigest = commandsDigest
        plan = try IndexPlan(request)
        if request.usesPrefix { self.plan.choosePrefixes(for: Array(plan.units.indices)) }
    }

    func run(start: Double, progress: (IndexProgress) -> Void) throws -> IndexSummary {
        var summary = IndexSummary()
        summary.seconds.planning = MonotonicClock.seconds - start
        let began = Date()
        var written = 0.0
        if request.isFresh { place.forgetFacts() }
        let spool = try spool()
        var kept = KeptPrefixes(request, plan, place)
        for (number, prefix) in plan.prefixes.enumerated() { kept.reserve(prefix, number) }
        defer { kept.tidy() }
        let pass = UnitPass(
            request: request,
            plan: plan,
            place: place,
            prefixes: Array(plan.prefixes.indices),
            reportedPrefixes: Set(plan.prefixes.indices),
            units: Array(plan.units.indices),
            hasLatePrefixes: request.usesPrefix,
            kept: kept,
            spool: spool
        )
        var plan = plan
        try IndexWriter.create(place.unfinished) { writer in
            plan = try pass.run(writer, &summary, progress: progress)
            try IndexStatement(request, plan, commandsDigest: commandsDigest).write(writer)
            try writer.setStamps { plan.paths.stamp(of: $0, before: began) }
            summary.failed = try writer.failedUnits().map { .init(path: $0.path, reason: $0.message) }
            summary.facts = writer.counts
            try refuseNothing(summary)
            written = MonotonicClock.seconds
        }
        try place.publish()
        keepPrefixes(of: pass, plan, kept)
        summary.seconds.completing = MonotonicClock.seconds - written
        return summary
    }

    /// Leaves prefixes for the first edits.
    private func keepPrefixes(of pass: UnitPass, _ plan: IndexPlan, _ kept: KeptPrefixes) {
        guard let snapshot = IndexSnapshot(of: place.database) else { return }
        var (plan, kept) = (plan, kept)
        plan.useOnly(Set(snapshot.units.filter { $0.kind == .prefix }.map(\.path)))
        for unit in snapshot.units where unit.kind == .prefix {
            guard let number = plan.prefixes.firstIndex(where: { $0.path == unit.path }) else { continue }
            kept.include(number, of: plan, files: Array(unit.files), in: snapshot)
        }
        var users: [Int: Int] = [:]
        for unit in plan.units { unit.prefix.map(plan.chain(of:))?.forEach { users[$0, default: 0] += 1 } }
        kept.takeOnly(users.map { ($0, pass.precompiled($0), $1) })
    }

    /// The facts that an earlier run has kept, as far as they are those of this one.
    private func spool() throws -> FactSpool {
        let worker = request.workerExecutable
        let parts =
            [plan.paths.sourceRoot, plan.paths.buildRoot ?? "", worker]
            + plan.prefixes.flatMap { [$0.path, ContentDigest(of: $0.commandDigest).hexadecimal] }
            + [ContentDigest(ofFile: worker)?.hexadecimal ?? ""]
        var digests: [String: [UInt8]] = [:]
        return try FactSpool(place.spool, identity: ContentDigest(of: parts).bytes) { file in
            guard file.isIncluded else { return true }
            if digests[file.path] == nil {
                digests[file.path] = ContentDigest(ofFile: plan.paths.file(of: file.path))?.bytes ?? []
            }
            return digests[file.path] == file.digest
        }
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
