import KernelABI
public import KernelIndex
import KernelTrace
public import SourceConformance

/// What `verify guest --trace` shows of calls: how the pairs that were seen stand to the index.
public struct CallTraceReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
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
        /// Missed pairs whose caller no indexed file defines; ``misses`` does not list them.
        public let callersOutside: Int
        /// Events that the kernel could not keep.
        public let lost: Int
        /// Whether all was kept and nothing is unexplained.
        public let conforms: Bool
        /// The chain from the system call to the callback that refuses a fork.
        public let chain: [LinkDocument]
        /// The missed pairs.
        public let misses: [MissDocument]
    }

    /// A call of the chain on the wire.
    public struct LinkDocument: Encodable, Sendable {
        /// Who calls.
        public let caller: String
        /// Who is called.
        public let callee: String
        /// How often it was seen.
        public let count: Int
        /// By what evidence the index has it; absent where it was not seen or is missed.
        public let evidence: String?
        /// The functions between them that the trace cannot show.
        public let through: [String]
    }

    /// A missed pair on the wire.
    public struct MissDocument: Encodable, Sendable {
        /// Who calls.
        public let caller: String
        /// Who is called.
        public let callee: String
        /// How often it was seen.
        public let count: Int
        /// `outside the indexed scope`
        public let reason: String
        /// What shows the reason.
        public let why: String
    }

    /// What the chain goes through: where the fork of a full cgroup is refused.
    public static let chain = ["kernel_clone", "copy_process", "cgroup_can_fork", "pids_can_fork"]

    private let counts: PairCounts
    /// What `--json` prints.
    public let document: Document

    /// A report of a comparison.
    public init(_ comparison: CallTraceComparison, about: IndexDescription) {
        counts = PairCounts(comparison)
        var misses: [MissDocument] = []
        for pair in comparison.pairs {
            guard case .missed(let reason, let why) = pair.verdict else { continue }
            misses.append(
                MissDocument(
                    caller: pair.caller,
                    callee: pair.callee,
                    count: pair.count,
                    reason: reason.rawValue,
                    why: why
                )
            )
        }
        let listed = misses.filter { !$0.why.hasPrefix(CallTraceCheck.callerOutside) }
        document = Document(
            kernel: about.kernelVersion.description,
            pairs: comparison.pairs.count,
            edges: counts.edges,
            paths: counts.paths,
            interruptions: counts.interruptions,
            missed: counts.missed,
            callersOutside: misses.count - listed.count,
            lost: comparison.lost,
            conforms: comparison.conforms,
            chain: zip(CallTraceReport.chain, CallTraceReport.chain.dropFirst()).map {
                CallTraceReport.link($0, $1, comparison)
            },
            misses: listed
        )
    }

    private static func link(_ caller: String, _ callee: String, _ comparison: CallTraceComparison) -> LinkDocument {
        let pair = comparison.pairs.first { $0.isCall(from: caller, to: callee) }
        var evidence: String?
        var through: [String] = []
        switch pair?.verdict {
        case .edge(let found): evidence = found.rawValue
        case .path(let inner, let last):
            evidence = last.rawValue
            through = inner.map(\.name)
        default: break
        }
        return LinkDocument(
            caller: caller,
            callee: callee,
            count: pair?.count ?? 0,
            evidence: evidence,
            through: through
        )
    }

    /// The counts, the chain, what is missed, and the verdict.
    public func text(_ style: TextStyle) -> String {
        var lines = ["\(document.pairs) pairs of functions seen in Linux \(document.kernel)"]
        lines += counts.lines(style)
        lines.append("")
        var chain = TextTable()
        for link in document.chain {
            let found = link.evidence ?? (link.count == 0 ? "not seen" : "missed")
            let through = link.through.isEmpty ? "" : "through \(link.through.joined(separator: ", "))"
            chain.add(
                ("\(link.caller) → \(link.callee)", style.name("\(link.caller) → \(link.callee)")),
                (found, link.evidence == nil ? style.warning(found) : style.evidence(found)),
                ("\(link.count) times", "\(link.count) times"),
                (through, style.aside(through))
            )
        }
        lines += chain.lines(indent: 2)
        if !document.misses.isEmpty {
            lines += ["", "Missed, where the caller is indexed"]
            var misses = TextTable()
            for miss in document.misses {
                let pair = "\(miss.caller) → \(miss.callee)"
                let isUnknown = miss.reason == MissedReason.unknown.rawValue
                misses.add(
                    (pair, style.name(pair)),
                    (miss.reason, isUnknown ? style.warning(miss.reason) : miss.reason),
                    (miss.why, style.aside(miss.why))
                )
            }
            lines += misses.lines(indent: 2)
        }
        if document.lost > 0 { lines.append(style.warning("\(document.lost) events were lost: nothing is proved")) }
        let unknown = document.missed[MissedReason.unknown.rawValue] ?? 0
        lines.append("")
        lines.append(
            document.conforms
                ? "every pair is found or explained"
                : style.warning(
                    document.pairs == 0 ? "no pair was seen" : "\(unknown) pairs are not explained"
                )
        )
        return lines.joined(separator: "\n")
    }
}
