import IndexFacts
import KernelIndex

/// A prefix was precompiled, but what its headers say is lost: units that were parsed on top of it are worth nothing.
struct PrefixLost: Error {
    let reason: String
}

/// A pass whose workers have begun.
final class RunningPass {
    private var pass: UnitPass
    private var jobs: [Job]
    private let workforce: Workforce
    private let start = MonotonicClock.seconds

    private var request: IndexRequest { pass.request }
    /// What is planned, the prefixes among it that were added since the pass began.
    var plan: IndexPlan { pass.plan }

    /// Starts the workers.
    init(_ pass: UnitPass) throws {
        self.pass = pass
        jobs = try pass.jobs
        workforce = Workforce(
            jobs: jobs,
            prefixes: pass.plan.prefixes.count,
            ready: pass.ready,
            isOpen: pass.hasLatePrefixes,
            executable: pass.request.workerExecutable,
            timeout: pass.request.unitTimeout,
            spool: pass.spool
        )
        workforce.start(pass.request.jobs)
    }

    /// Takes note that the only unit is better parsed without a prefix of its own.
    ///
    /// - Returns: whether it was parsed on top of one.
    @discardableResult
    func refuseOwnPrefix() -> Bool {
        guard let own = pass.own else { return false }
        pass.kept?.refuse(own)
        return true
    }

    /// Takes note that units are better parsed without prefixes that are not those of their folders.
    ///
    /// - Returns: whether some may have been parsed on top of such a one.
    func refuseOtherPrefixes() -> Bool { refuseOwnPrefix() || pass.usesWiderPrefixes }

    /// Ends the workers.
    func stop() { workforce.stop() }

    /// Writes the facts in the order of the jobs, as they come, and adds what came of it to a summary.
    func write(_ writer: IndexWriter, _ summary: inout IndexSummary, progress: (IndexProgress) -> Void) throws {
        guard !jobs.isEmpty else { return }
        let total = pass.units.count
        var pace = Pace(jobs: jobs, isKept: workforce.isKept)
        var done = 0
        progress(IndexProgress(done: 0, total: total, path: nil, secondsLeft: nil))
        func write(from first: Int) throws -> [RefusedUnit] {
            var refused: [RefusedUnit] = []
            for (number, job) in jobs.enumerated().dropFirst(first) {
                let outcome = try workforce.outcome(of: number)
                let began = MonotonicClock.seconds
                defer { summary.seconds.writing += MonotonicClock.seconds - began }
                switch (job.subject, outcome) {
                case (.headers(let prefix), _), (.prefix(let prefix), _):
                    if reportsFacts(job) { try self.write(outcome, of: prefix, writer) }
                    summary.seconds.prefix = max(summary.seconds.prefix, MonotonicClock.seconds - start)
                case (.unit(let number, _), .refused(let below)):
                    refused.append(RefusedUnit(number: number, base: below.flatMap(pass.prefix(precompiledTo:))))
                case (.unit(_, let unit), _):
                    try self.write(outcome, of: unit, writer, &summary)
                    if workforce.isKept(number) { summary.kept += 1 }
                    done += 1
                    pace.finish(unit, number)
                    progress(
                        IndexProgress(done: done, total: total, path: unit.path, secondsLeft: pace.secondsLeft)
                    )
                }
            }
            return refused
        }
        let refused = try write(from: 0)
        var made = pass.prefixes + pass.later
        if pass.hasLatePrefixes {
            let first = jobs.count
            pass = pass.late(refused)
            made += pass.prefixes
            let late = try pass.jobs
            jobs += late
            workforce.complete(with: late, prefixes: plan.prefixes.count)
            _ = try write(from: first)
        }
        summary.prefixProblems += workforce.prefixProblems
        summary.seconds.units += MonotonicClock.seconds - start
        if summary.onPrefix == 0 { refuseOwnPrefix() }
        // Nobody uses them any more in this run, and so they can be moved.
        pass.kept?.keep(
            made.filter { workforce.hasPrecompiled($0) }.map { ($0, pass.precompiled($0)) }
        )
    }

    private func write(_ outcome: JobOutcome, of number: Int, _ writer: IndexWriter) throws {
        // Where the prefix does not parse, no unit is on top of it.
        if case .failed(let reason) = outcome, workforce.hasPrecompiled(number) { throw PrefixLost(reason: reason) }
        guard case .facts(let blob) = outcome else { return }
        let prefix = plan.prefixes[number]
        let unit = IndexedUnit(
            path: prefix.path,
            kind: .prefix,
            commandDigest: prefix.commandDigest,
            usedPrefix: false,
            message: nil
        )
        try writer.add(unit, blob)
        try writer.set("libclang_version", to: blob.libclangVersion)
    }

    private func write(
        _ outcome: JobOutcome,
        of unit: PlannedUnit,
        _ writer: IndexWriter,
        _ summary: inout IndexSummary
    ) throws {
        var indexed = IndexedUnit(
            path: unit.path,
            kind: .unit,
            commandDigest: unit.commandDigest,
            usedPrefix: false,
            message: nil
        )
        summary.parsed.append(unit.path)
        switch outcome {
        case .facts(let blob):
            indexed.usedPrefix = blob.usedPrefix
            indexed.message = blob.message
            if blob.usedPrefix { summary.onPrefix += 1 }
            try writer.add(indexed, blob)
            try writer.set("libclang_version", to: blob.libclangVersion)
        case .failed(let reason):
            indexed.message = reason
            try writer.add(indexed, nil)
        case .refused: break
        }
    }

    private func reportsFacts(_ job: Job) -> Bool {
        switch job.order(nil).task {
        case .headers, .prefix(_, reportsFacts: true): true
        case .prefix, .unit: false
        }
    }
}
