import Failure
import Foundation
import IndexFacts
import KernelIndex

/// A prefix was precompiled, but what its headers say is lost: units that were parsed on top of it are worth nothing.
struct PrefixLost: Error {
    let reason: String
}

/// Parses prefixes and units with workers and writes their facts, in order, while the workers go on.
struct UnitPass {
    let request: IndexRequest
    let plan: IndexPlan
    let place: IndexPlace
    /// Prefixes to precompile.
    var prefixes: [Int]
    /// Those of them whose facts are wanted.
    var reportedPrefixes: Set<Int>
    /// Units to parse.
    var units: [Int]
    /// Where facts are kept until the index is complete; nil where that is not worth it.
    var spool: FactSpool?

    /// Parses and writes, and adds what came of it to a summary.
    func run(_ writer: IndexWriter, _ summary: inout IndexSummary, progress: (IndexProgress) -> Void) throws {
        let start = MonotonicClock.seconds
        guard !prefixes.isEmpty || !units.isEmpty else { return }
        let jobs = try prefixes.flatMap(jobs(forPrefix:)) + units.map(job(forUnit:))
        let workforce = Workforce(
            jobs: jobs,
            prefixes: plan.prefixes.count,
            executable: request.workerExecutable,
            timeout: request.unitTimeout,
            spool: spool
        )
        workforce.start(request.jobs)
        defer { workforce.stop() }
        summary.kept += workforce.keptJobs
        var pace = Pace(jobs: jobs, isKept: workforce.isKept)
        var done = 0
        progress(IndexProgress(done: 0, total: units.count, path: nil, secondsLeft: nil))
        for (number, job) in jobs.enumerated() {
            let outcome = try workforce.outcome(of: number)
            let began = MonotonicClock.seconds
            switch job.subject {
            case .headers(let prefix), .prefix(let prefix):
                if reportsFacts(job) {
                    switch outcome {
                    case .facts(let blob): try write(blob, of: plan.prefixes[prefix], writer)
                    case .failed(let reason):
                        // Where the prefix does not parse, no unit is on top of it.
                        if workforce.hasPrecompiled(prefix) { throw PrefixLost(reason: reason) }
                    }
                }
                summary.seconds.prefix = max(summary.seconds.prefix, MonotonicClock.seconds - start)
            case .unit(let unit):
                try write(outcome, of: unit, writer, &summary)
                done += 1
                pace.finish(unit, number)
                progress(
                    IndexProgress(done: done, total: units.count, path: unit.path, secondsLeft: pace.secondsLeft)
                )
            }
            summary.seconds.writing += MonotonicClock.seconds - began
        }
        summary.prefixProblems += workforce.prefixProblems
        summary.seconds.units += MonotonicClock.seconds - start
    }

    private func write(_ blob: FactBlob, of prefix: PlannedPrefix, _ writer: IndexWriter) throws {
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
        }
    }

    /// With several workers, one precompiles a prefix while another collects the facts of its headers.
    private func jobs(forPrefix number: Int) throws -> [Job] {
        let prefix = plan.prefixes[number]
        let header = "\(place.scratch)/prefix-\(number).h"
        do {
            try prefix.text.write(toFile: header, atomically: false, encoding: .utf8)
        } catch {
            throw Failure(
                .unavailable,
                "the shared prefix cannot be written",
                at: header,
                remedy: "check the disk's space"
            )
        }
        let isSplit = request.jobs > 1 && reportedPrefixes.contains(number)
        let precompiled = "\(place.scratch)/prefix-\(number).pch"
        let reportsFacts = !isSplit && reportedPrefixes.contains(number)
        let tasks: [WorkOrder.Task] =
            (isSplit ? [.headers] : []) + [.prefix(precompiled: precompiled, reportsFacts: reportsFacts)]
        return tasks.map { task in
            let order = WorkOrder(
                task: task,
                directory: prefix.directory,
                file: header,
                arguments: prefix.arguments,
                sourceRoot: plan.paths.sourceRoot,
                buildRoot: plan.paths.buildRoot
            )
            let isHeaders = task == .headers
            return Job(
                subject: isHeaders ? .headers(number) : .prefix(number),
                key: isHeaders ? prefix.commandDigest : nil
            ) { _ in order }
        }
    }

    private func reportsFacts(_ job: Job) -> Bool {
        switch job.order(nil).task {
        case .headers, .prefix(_, reportsFacts: true): true
        case .prefix, .unit: false
        }
    }

    private func job(forUnit number: Int) -> Job {
        let unit = plan.units[number]
        let plan = plan
        return Job(subject: .unit(unit), key: unit.commandDigest) { plan.order(for: unit, precompiled: $0) }
    }

}
