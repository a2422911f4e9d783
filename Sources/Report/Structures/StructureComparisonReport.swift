import KernelABI
import KernelBTF
public import KernelIndex
public import SourceConformance

/// What a comparison of the source's structures with a kernel's came to.
public struct StructureComparisonReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable, Sendable {
        /// The version of the indexed source.
        public let kernel: String
        /// How many members were compared.
        public let members: Int
        /// How many of them agree.
        public let equal: Int
        /// The structures in the order in which they were asked for.
        public let structures: [StructureDocument]
    }

    let comparison: StructureComparison
    /// What `--json` prints.
    public let document: Document

    /// A report of a comparison.
    public init(_ comparison: StructureComparison, about: IndexDescription) {
        self.comparison = comparison
        document = Document(
            kernel: about.kernelVersion.description,
            members: comparison.members.count,
            equal: comparison.members.count { $0.result == .equal },
            structures: comparison.structures.map(StructureDocument.init)
        )
    }

    /// A line for each structure, below it one for each member that differs, then the sum.
    public func text(_ style: TextStyle) -> String {
        var table = TextTable()
        for structure in comparison.structures {
            let members = "\(structure.members.count) members"
            let result = structure.result.text
            table.add(
                (structure.name, style.name(structure.name)),
                (structure.sizes, structure.sizes),
                (members, style.aside(members)),
                (result, structure.result == .equal ? result : style.warning(result))
            )
            for member in structure.members where structure.result == .differs && member.result != .equal {
                let name = "  " + member.name
                let result = member.result.text
                table.add(
                    (name, style.name(name)),
                    (member.places, member.places),
                    ("", ""),
                    (result, style.warning(result))
                )
            }
        }
        let sum =
            "\(document.equal) of \(document.members) members in \(document.structures.count) structures are where the "
            + "source of Linux \(document.kernel) puts them"
        return (table.lines() + [sum]).joined(separator: "\n")
    }
}

extension ComparedStructure {
    /// `9728 bytes`, or `9728 bytes, in the kernel 9664`.
    var sizes: String {
        switch (source.map { $0.sizeBits / 8 }, kernel?.sizeBytes) {
        case (let source?, let kernel?) where source != kernel: "\(source) bytes, in the kernel \(kernel)"
        case (let size?, _), (nil, let size?): "\(size) bytes"
        case (nil, nil): ""
        }
    }
}

extension ComparedMember {
    /// `offset 16 size 8, in the kernel offset 24 size 8`.
    var places: String {
        func text(_ extent: Extent) -> String {
            "offset \(StructReport.inBytes(extent.offsetBits)) size \(StructReport.inBytes(extent.sizeBits))"
        }
        switch (source, kernel) {
        case (let source?, let kernel?): return "\(text(source)), in the kernel \(text(kernel))"
        case (let extent?, nil), (nil, let extent?): return text(extent)
        case (nil, nil): return ""
        }
    }
}
