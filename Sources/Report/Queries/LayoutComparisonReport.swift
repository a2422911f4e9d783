import KernelABI
public import KernelIndex

/// What `struct NAME --versus KERNEL` and `diff` show of a record: two kernels side by side.
public struct LayoutComparisonReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable, Sendable {
        /// The first kernel's version.
        public let before: String
        /// The second kernel's version.
        public let after: String
        /// The name that was asked for.
        public let name: String
        /// The records that both have.
        public let records: [RecordDocument]
        /// The files of records that only the first kernel has.
        public let removed: [StructReport.RecordDocument]
        /// The files of records that only the second kernel has.
        public let added: [StructReport.RecordDocument]
    }

    /// A record on the wire.
    public struct RecordDocument: Encodable, Sendable {
        /// In the first kernel.
        public let before: SideDocument
        /// In the second kernel.
        public let after: SideDocument
        /// Whether all members are equal.
        public let equal: Bool
        /// How many members became what: `added`, `removed`, `retyped`, `resized`, `moved`, `same`.
        public let counts: [String: Int]
        /// The members, in the order of the second kernel.
        public let members: [RowDocument]
    }

    /// One side on the wire.
    public struct SideDocument: Encodable, Sendable {
        /// The file.
        public let file: String?
        /// The line.
        public let line: Int?
        /// The size.
        public let sizeBytes: Int
        /// What no member covers.
        public let holes: [StructReport.HoleDocument]

        init(_ layout: StructLayout) {
            file = layout.record.home?.file
            line = layout.record.home?.line
            sizeBytes = layout.sizeBits / 8
            holes = layout.holes.map { StructReport.HoleDocument(offsetBits: $0.offsetBits, sizeBits: $0.sizeBits) }
        }
    }

    /// A member on the wire.
    public struct RowDocument: Encodable, Sendable {
        /// Its name.
        public let name: String
        /// What became of it.
        public let change: String
        /// In the first kernel.
        public let before: MemberDocument?
        /// In the second kernel.
        public let after: MemberDocument?
    }

    private let pairing: Pairing<StructLayout>
    private let comparisons: [LayoutComparison]
    private let names: (before: String, after: String)
    /// What `--json` prints.
    public let document: Document

    /// A report of the records of a name in two kernels.
    public init(_ pairing: Pairing<StructLayout>, name: String, before: IndexDescription, after: IndexDescription) {
        self.pairing = pairing
        names = (before.kernelVersion.description, after.kernelVersion.description)
        comparisons = pairing.pairs.map { LayoutComparison($0.before, $0.after) }
        document = Document(
            before: before.kernelVersion.description,
            after: after.kernelVersion.description,
            name: name,
            records: comparisons.map { comparison in
                RecordDocument(
                    before: SideDocument(comparison.before),
                    after: SideDocument(comparison.after),
                    equal: comparison.isEqual,
                    counts: Dictionary(
                        uniqueKeysWithValues: LayoutComparison.Change.allCases.map {
                            ($0.rawValue, comparison.count($0))
                        }
                    ),
                    members: comparison.rows.map {
                        RowDocument(
                            name: $0.name,
                            change: $0.change.rawValue,
                            before: $0.before.map(MemberDocument.init),
                            after: $0.after.map(MemberDocument.init)
                        )
                    }
                )
            },
            removed: StructReport(pairing.removed, name: name, about: before).document.records,
            added: StructReport(pairing.added, name: name, about: after).document.records
        )
    }

    /// A heading, what changed in numbers, then a line for each member that is not the same.
    public func text(_ style: TextStyle) -> String {
        var blocks = comparisons.map { text(of: $0, style) }
        for layout in pairing.removed { blocks.append(alone(layout, names.before, style)) }
        for layout in pairing.added { blocks.append(alone(layout, names.after, style)) }
        return blocks.joined(separator: "\n\n")
    }

    private func alone(_ layout: StructLayout, _ kernel: String, _ style: TextStyle) -> String {
        let place = layout.record.home.map { style.place($0) } ?? ""
        return "\(style.name("\(layout.kind) \(layout.record.name)"))  only in \(kernel)  \(place)"
    }

    private func text(of comparison: LayoutComparison, _ style: TextStyle) -> String {
        var lines = ["\(style.name("\(comparison.after.kind) \(comparison.after.record.name)"))"]
        for (layout, kernel) in [(comparison.before, names.before), (comparison.after, names.after)] {
            let holes = layout.holes.map(\.sizeBits).reduce(0, +)
            let place = layout.record.home?.description ?? ""
            let gaps =
                layout.holes.isEmpty ? "no holes" : "\(StructReport.inBytes(holes)) in \(layout.holes.count) holes"
            lines.append("  \(kernel)  \(layout.sizeBits / 8) bytes, \(gaps)  \(style.place(place))")
        }
        if comparison.isEqual { return (lines + ["  the two are equal, member by member"]).joined(separator: "\n") }
        let counts = LayoutComparison.Change.allCases.filter { comparison.count($0) > 0 }
            .map { "\(comparison.count($0)) \($0.rawValue)" }
        lines.append("  members: \(counts.joined(separator: ", "))")
        var table = TextTable()
        table.add(row: ["", names.before, names.after, "member", ""].map { ($0, style.aside($0)) })
        for row in comparison.rows where row.change != .same { table.add(row, style) }
        return (lines + table.lines(indent: 2)).joined(separator: "\n")
    }
}

extension StructLayout {
    fileprivate var kind: String { isUnion ? "union" : "struct" }
}

extension TextTable {
    fileprivate mutating func add(_ row: LayoutComparison.Row, _ style: TextStyle) {
        func side(_ member: Member?) -> String {
            member.map { "\(StructReport.inBytes($0.offsetBits)) (\(StructReport.inBytes($0.sizeBits)))" } ?? ""
        }
        let sign: String
        let what: String
        switch row.change {
        case .added: (sign, what) = ("+", row.after?.type ?? "")
        case .removed: (sign, what) = ("-", row.before?.type ?? "")
        case .retyped: (sign, what) = ("~", "\(row.before?.type ?? "") → \(row.after?.type ?? "")")
        case .resized: (sign, what) = ("~", row.after?.type ?? "")
        case .moved, .same: (sign, what) = ("", row.after?.type ?? "")
        }
        add(
            (sign, style.evidence(sign)),
            (side(row.before), side(row.before)),
            (side(row.after), side(row.after)),
            (row.name, style.name(row.name)),
            (what, what)
        )
    }
}
