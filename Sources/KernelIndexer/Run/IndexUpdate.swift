import KernelIndex

/// Brings an index up to date.
struct IndexUpdate {
    init(_ request: IndexRequest, _ plan: IndexPlan, _ place: IndexPlace, _ state: StoredState) {}

    func run(start: Double, progress: (IndexProgress) -> Void) throws -> IndexSummary { IndexSummary() }
}
