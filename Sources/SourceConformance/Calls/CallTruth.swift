public import KernelIndex
public import KernelTrace

/// How much of what a running kernel was seen to call the index has, and how much more it takes for possible.
public struct CallTruth: Sendable {
    /// The pairs and what became of them.
    public let comparison: CallTraceComparison
    /// Pairs whose call is one of a pointer, and that the index has.
    public let indirectFound: Int
    /// Pairs that the index does not have and nothing explains: each is counted as a call of a pointer.
    public let indirectMissed: Int
    /// Of all places that call a pointer.
    public let targets: PointerTargets
    /// Of those in functions that were seen.
    public let seenTargets: PointerTargets

    /// - Parameters:
    ///   - trace: what was seen, of all pieces of a workload together.
    ///   - functions: what the kernel has as code of its own.
    public init(_ trace: CallTrace, store: IndexStore, functions: KernelFunctions) throws {
        comparison = try CallTraceCheck(store: store, functions: functions).judge(trace)
        var found = 0
        var missed = 0
        var seen: Set<String> = []
        for pair in comparison.pairs {
            seen.formUnion([RunningSymbols.source(of: pair.caller), RunningSymbols.source(of: pair.callee)])
            switch pair.verdict {
            case .edge(let evidence) where evidence.isByPointer: found += 1
            case .path(_, let last) where last.isByPointer: found += 1
            case .missed(.unknown, _): missed += 1
            default: break
            }
        }
        indirectFound = found
        indirectMissed = missed
        let sites = try store.pointerSites()
        let ran = Set(seen.lazy.flatMap { (try? store.functions(named: $0)) ?? [] }.map(\.id))
        targets = PointerTargets(sites)
        seenTargets = PointerTargets(sites.filter { ran.contains($0.caller) })
    }

    /// Whether something was seen, and nothing that was is unexplained. What was not kept is the end of a piece.
    public var conforms: Bool { !comparison.pairs.isEmpty && (comparison.missed[.unknown] ?? 0) == 0 }

    /// The share of pairs that the index has, of those that it has or that nothing explains; 1 where there is none.
    public var recall: Double {
        let unknown = comparison.missed[.unknown] ?? 0
        let explained = comparison.missed.values.reduce(0, +) - unknown
        let judged = comparison.pairs.count - explained
        return judged == 0 ? 1 : Double(judged - unknown) / Double(judged)
    }

    /// The same for calls of pointers.
    public var indirectRecall: Double {
        let judged = indirectFound + indirectMissed
        return judged == 0 ? 1 : Double(indirectFound) / Double(judged)
    }
}

extension CallEvidence {
    /// Whether the call is one of a pointer.
    var isByPointer: Bool {
        switch self {
        case .ops, .argument, .variable, .table, .staticCall: true
        case .direct, .cleanup, .part, .assembly: false
        }
    }
}
