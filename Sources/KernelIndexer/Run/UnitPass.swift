import Failure
import Foundation
import IndexFacts
import KernelIndex

/// Prefixes and units to parse with workers.
struct UnitPass {
    let request: IndexRequest
    var plan: IndexPlan
    let place: IndexPlace
    /// Prefixes to precompile.
    var prefixes: [Int] = []
    /// Those of them whose facts are wanted.
    var reportedPrefixes: Set<Int> = []
    /// Prefixes that are precompiled already, with their files.
    var ready: [Int: String] = [:]
    /// Prefixes to precompile beside the units, for the next run.
    var later: [Int] = []
    /// The prefix of one unit alone, where the only one to parse has such a one.
    var own: Int?
    /// Whether units use prefixes that were kept for others.
    var usesWiderPrefixes = false
    /// Units to parse.
    var units: [Int]
    /// Which prefixes are kept for the next run; nil where none is.
    var kept: KeptPrefixes?
    /// A file with the keys of the groups that the index holds; nil when it holds none.
    var heldGroups: String?
    /// Where facts are kept until the index is complete; nil where that is not worth it.
    var spool: FactSpool?

    /// Has workers parse everything, and writes the facts meanwhile.
    func run(_ writer: IndexWriter, _ summary: inout IndexSummary, progress: (IndexProgress) -> Void) throws {
        let running = try RunningPass(self)
        defer { running.stop() }
        try running.write(writer, &summary, progress: progress)
    }

    /// Where there are more workers than prefixes, one precompiles a prefix while another collects the facts of its headers;
    /// else to parse it twice would only cost time.
    func jobs(forPrefix number: Int) throws -> [Job] {
        let prefix = plan.prefixes[number]
        kept?.prepare()
        let header = kept?.header(of: number) ?? "\(place.scratch)/prefix-\(number).h"
        do {
            // A header that was written again is another one to what was precompiled of it.
            if (try? String(contentsOfFile: header, encoding: .utf8)) != prefix.text {
                try prefix.text.write(toFile: header, atomically: true, encoding: .utf8)
            }
        } catch {
            throw Failure(
                .unavailable,
                "the shared prefix cannot be written",
                at: header,
                remedy: "check the disk's space"
            )
        }
        let isSplit = request.jobs > prefixes.count && reportedPrefixes.contains(number)
        let precompiled = precompiled(number)
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
                buildRoot: plan.paths.buildRoot,
                heldGroups: heldGroups
            )
            let isHeaders = task == .headers
            return Job(
                subject: isHeaders ? .headers(number) : .prefix(number),
                key: isHeaders ? prefix.commandDigest : nil
            ) { _ in order }
        }
    }

    func job(forUnit number: Int) -> Job {
        let unit = plan.units[number]
        let plan = plan
        let heldGroups = heldGroups
        return Job(subject: .unit(unit), key: unit.commandDigest) {
            plan.order(for: unit, precompiled: $0, heldGroups: heldGroups)
        }
    }

    /// Where a prefix is precompiled.
    func precompiled(_ prefix: Int) -> String { "\(place.scratch)/prefix-\(prefix).pch" }
}
