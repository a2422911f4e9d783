import KernelABI
import KernelIndexer
import KernelTree
import Report

extension IndexingReport {
    /// The report of a run over a prepared kernel.
    init(_ prepared: PreparedKernel, _ summary: IndexSummary, scope: String, database: String) {
        self.init(
            Document(
                kernel: prepared.tree.version.description,
                package: prepared.tree.packageVersion,
                scope: scope,
                index: database,
                units: Units(
                    parsed: summary.parsed.count,
                    reused: summary.reused,
                    removed: summary.removed,
                    onPrefix: summary.onPrefix,
                    failed: summary.failed.map { Failed(path: $0.path, reason: $0.reason) },
                    notBuilt: prepared.notBuilt,
                    prefixProblems: summary.prefixProblems
                ),
                facts: summary.facts,
                seconds: summary.seconds.total
            )
        )
    }
}
