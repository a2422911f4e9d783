import Foundation
import KernelABI
public import KernelIndex
import KernelTrace
public import SourceConformance

/// What `verify calls` shows: how much of what a running kernel was seen to call the index has.
public struct CallTruthReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The scope of the index.
        public let scope: String?
        /// What was done in the guest.
        public let pieces: [PieceDocument]
        /// How many functions were seen to start, over all.
        public let functionsEntered: Int
        /// Events that the kernel could not keep.
        public let lost: Int
        /// How many different pairs of caller and callee were seen.
        public let pairs: Int
        /// Pairs that the index has an edge for, by evidence.
        public let edges: [String: Int]
        /// Pairs that the index has a path for through functions that the trace cannot show, by the weakest evidence.
        public let paths: [String: Int]
        /// Pairs that are no calls: the caller was interrupted.
        public let interruptions: Int
        /// Pairs that the index leads to by neither, by reason.
        public let missed: [String: Int]
        /// The share of pairs that are found, of those that are found or not explained.
        public let recall: Double
        /// Calls of pointers.
        public let indirect: IndirectDocument
        /// Pairs that nothing explains.
        public let unexplained: [PairDocument]
    }

    /// A piece of the workload on the wire.
    public struct PieceDocument: Encodable, Sendable {
        /// Its name.
        public let name: String
        /// How many calls were answered; absent where it did not end in time.
        public let answered: Int?
        /// How many were refused; absent where it did not end in time.
        public let refused: Int?
        /// How many different pairs were seen meanwhile.
        public let pairs: Int
    }

    /// Calls of pointers on the wire.
    public struct IndirectDocument: Encodable, Sendable {
        /// Pairs that the index has.
        public let found: Int
        /// Pairs that it does not have and nothing explains.
        public let missed: Int
        /// The share of those that it has.
        public let recall: Double
        /// Of all places that call a pointer.
        public let targets: TargetsDocument
        /// Of those in functions that were seen.
        public let seenTargets: TargetsDocument
    }

    /// How many functions places take for possible, on the wire.
    public struct TargetsDocument: Encodable, Sendable {
        /// How many places there are with a target at all.
        public let sites: Int
        /// How many of them call through something that is not followed to its end.
        public let open: Int
        /// How many targets a place has on average.
        public let mean: Double
        /// How many the place in the middle has.
        public let median: Int
        /// How many the place with the most has.
        public let most: Int

        init(_ targets: PointerTargets) {
            sites = targets.sites
            open = targets.open
            mean = targets.mean
            median = targets.median
            most = targets.most
        }
    }

    /// A pair on the wire.
    public struct PairDocument: Encodable, Sendable {
        /// Who calls.
        public let caller: String
        /// Who is called.
        public let callee: String
        /// How often it was seen.
        public let count: Int
    }

    private let counts: PairCounts
    /// What `--json` prints.
    public let document: Document

    /// A report of what a workload's pieces came to.
    public init(_ truth: CallTruth, pieces: [WorkloadPiece], entered: Int, about: IndexDescription) {
        let comparison = truth.comparison
        counts = PairCounts(comparison)
        document = Document(
            kernel: about.kernelVersion.description,
            scope: about.scope,
            pieces: pieces.map {
                PieceDocument(
                    name: $0.name,
                    answered: $0.answered,
                    refused: $0.refused,
                    pairs: Set($0.trace.calls.map { "\($0.caller) \($0.callee)" }).count
                )
            },
            functionsEntered: entered,
            lost: comparison.lost,
            pairs: comparison.pairs.count,
            edges: counts.edges,
            paths: counts.paths,
            interruptions: counts.interruptions,
            missed: counts.missed,
            recall: truth.recall,
            indirect: IndirectDocument(
                found: truth.indirectFound,
                missed: truth.indirectMissed,
                recall: truth.indirectRecall,
                targets: TargetsDocument(truth.targets),
                seenTargets: TargetsDocument(truth.seenTargets)
            ),
            unexplained: comparison.pairs.compactMap { pair in
                guard case .missed(.unknown, _) = pair.verdict else { return nil }
                return PairDocument(caller: pair.caller, callee: pair.callee, count: pair.count)
            }
        )
    }

    /// The pieces, the counts, the shares, and what nothing explains.
    public func text(_ style: TextStyle) -> String {
        var pieces = TextTable()
        for piece in document.pieces {
            pieces.add(
                (piece.name, style.name(piece.name)),
                (counted(piece.answered, "calls answered"), counted(piece.answered, "calls answered")),
                (counted(piece.refused, "refused"), counted(piece.refused, "refused")),
                ("\(piece.pairs) pairs", "\(piece.pairs) pairs")
            )
        }
        var lines = pieces.lines()
        lines += [
            "",
            "\(document.pairs) different pairs of functions seen in Linux \(document.kernel), among \(document.functionsEntered) calls",
        ]
        lines += counts.lines(style)
        let indirect = document.indirect
        lines += [
            "",
            "pairs found, explained ones counted apart: \(percent(document.recall))",
            "calls of pointers found: \(percent(indirect.recall)) (\(indirect.found) of \(indirect.found + indirect.missed))",
            "targets of a place that calls a pointer: \(words(indirect.targets))",
            "  of those in functions that were seen: \(words(indirect.seenTargets))",
        ]
        if !document.unexplained.isEmpty {
            lines += ["", "Not explained"]
            lines += document.unexplained.map { "  \(style.name("\($0.caller) → \($0.callee)"))  \($0.count) times" }
        }
        if document.lost > 0 { lines.append(style.aside("\(document.lost) more events did not fit: ends of pieces")) }
        return lines.joined(separator: "\n")
    }

    private func words(_ targets: TargetsDocument) -> String {
        let mean = String(format: "%.2f", targets.mean)
        return "mean \(mean), median \(targets.median), most \(targets.most), at \(targets.sites) places, "
            + "\(targets.open) of them open"
    }

    private func counted(_ count: Int?, _ what: String) -> String { count.map { "\($0) \(what)" } ?? "not finished" }

    private func percent(_ share: Double) -> String { String(format: "%.3f %%", share * 100) }
}
