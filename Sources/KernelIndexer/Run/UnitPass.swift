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
    /// Whether units that mean something else on top of their prefixes are kept for the end, where those of one folder get a
    /// prefix of their own. The numbers of these prefixes follow those of the others.
    var hasLatePrefixes = false
    /// Which prefixes are kept for the next run; nil where none is.
    var kept: KeptPrefixes?
    /// A file with the keys of the groups that the index holds; nil when it holds none.
    var heldGroups: String?
    /// Where facts are kept until the index is complete; nil where that is not worth it.
    var spool: FactSpool?

    /// Has workers parse everything, and writes the facts meanwhile.
    ///
    /// - Returns: the plan, with the prefixes that were added to it.
    @discardableResult
    func run(
        _ writer: IndexWriter,
        _ summary: inout IndexSummary,
        progress: (IndexProgress) -> Void
    ) throws -> IndexPlan {
        let running = try RunningPass(self)
        defer { running.stop() }
        try running.write(writer, &summary, progress: progress)
        return running.plan
    }

    /// The jobs of the pass, in their order.
    var jobs: [Job] {
        get throws {
            try prefixes.flatMap(jobs(forPrefix:)) + units.map(job(forUnit:)) + later.flatMap(jobs(forPrefix:))
        }
    }

    /// What is left to do for units that were refused on top of their prefixes.
    func late(_ refused: [RefusedUnit]) -> UnitPass {
        var pass = self
        pass.hasLatePrefixes = false
        pass.prefixes = pass.plan.chooseLatePrefixes(for: refused)
        pass.reportedPrefixes = Set(pass.prefixes)
        for number in pass.prefixes { pass.kept?.reserve(pass.plan.prefixes[number], number) }
        pass.units = refused.map(\.number)
        pass.later = []
        // What is kept of an interrupted run must not rest on prefixes that the next one may not come to choose.
        pass.spool = nil
        return pass
    }

    /// Where there are more workers than prefixes, one precompiles a prefix while another collects the facts of its headers;
    /// else to parse it twice would only cost time.
    private func jobs(forPrefix number: Int) throws -> [Job] {
        let prefix = plan.prefixes[number]
        kept?.prepare()
        let header = kept?.header(of: number) ?? "\(place.scratch)/prefix-\(number).h"
        do {
            // A header that was written again is another one to what was precompiled of it. A worker may add to it.
            if (try? String(contentsOfFile: header, encoding: .utf8))?.hasPrefix(prefix.text) != true {
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
                bases: plan.base(of: number).map(plan.chain(of:)) ?? [],
                key: isHeaders && spool != nil ? prefix.commandDigest : nil
            ) { [order] base in
                var order = order
                order.prefix = base
                return order
            }
        }
    }

    private func job(forUnit number: Int) -> Job {
        let unit = plan.units[number]
        let plan = plan
        let heldGroups = heldGroups
        let mayBeRefused = hasLatePrefixes
        return Job(
            subject: .unit(number, unit),
            bases: unit.prefix.map(plan.chain(of:)) ?? [],
            key: spool != nil ? unit.commandDigest : nil
        ) {
            plan.order(for: unit, onTopOf: $0, mayBeRefused: mayBeRefused, heldGroups: heldGroups)
        }
    }

    /// Where a prefix is precompiled.
    func precompiled(_ prefix: Int) -> String { "\(place.scratch)/prefix-\(prefix).pch" }

    /// The number of the prefix that is precompiled in some place.
    func prefix(precompiledTo place: String) -> Int? { prefixes.first { precompiled($0) == place } }
}
