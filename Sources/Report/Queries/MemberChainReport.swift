import KernelABI
public import KernelIndex

/// What `struct NAME --to OTHER` shows.
public struct MemberChainReport: QueryReport {
    /// The wire type of `struct --to`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The record that the chain starts from.
        public let from: String
        /// The record that it leads to.
        public let to: String
        /// The steps.
        public let chain: [StepDocument]
    }

    /// A step on the wire.
    public struct StepDocument: Encodable, Sendable {
        /// The record that holds the member.
        public let record: String
        /// The size of that record.
        public let recordSizeBytes: Int
        /// The file that defines that record.
        public let file: String?
        /// The line of the member in that file.
        public let line: Int?
        /// The member.
        public let member: MemberDocument
    }

    let chain: MemberChain
    /// What `--json` prints.
    public let document: Document

    /// A report of a chain.
    public init(_ chain: MemberChain, about: IndexDescription) {
        self.chain = chain
        document = Document(
            kernel: about.kernelVersion.description,
            from: chain.steps.first?.record.name ?? chain.target.name,
            to: chain.target.name,
            chain: chain.steps.map { step in
                StepDocument(
                    record: step.record.name,
                    recordSizeBytes: step.recordSizeBits / 8,
                    file: step.member.symbol.home?.file ?? step.record.home?.file,
                    line: step.member.symbol.home?.line ?? step.record.home?.line,
                    member: MemberDocument(step.member)
                )
            }
        )
    }

    /// The chain in one line, then a line for each member with offset, size and what it holds.
    public func text(_ style: TextStyle) -> String {
        let names = chain.steps.map { "\($0.record.name).\($0.member.symbol.name)" } + [chain.target.name]
        var table = TextTable()
        for step in chain.steps {
            let name = "\(step.record.name).\(step.member.symbol.name)"
            let offset = "offset \(StructReport.inBytes(step.member.offsetBits))"
            let size = "size \(StructReport.inBytes(step.member.sizeBits)) of \(step.recordSizeBits / 8)"
            let place = (step.member.symbol.home ?? step.record.home)?.description ?? ""
            table.add(
                (name, style.name(name)),
                (offset, offset),
                (size, size),
                (step.member.holds, style.evidence(step.member.holds)),
                (place, style.place(place))
            )
        }
        return ([style.name(names.joined(separator: " → "))] + table.lines(indent: 2)).joined(separator: "\n")
    }
}
