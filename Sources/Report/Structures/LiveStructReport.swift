import KernelABI
import KernelBTF
public import KernelIndex
public import SourceConformance

/// What `struct --live` shows: the running kernel's layout beside the source's.
public struct LiveStructReport: QueryReport {
    /// The wire type of `struct --live`.
    public struct Document: Encodable, Sendable {
        /// The version of the indexed source.
        public let kernel: String
        /// The release of the running kernel.
        public let running: String
        /// The name that was asked for.
        public let name: String
        /// The structure, and those that only its members name.
        public let structures: [StructureDocument]
    }

    let comparison: StructureComparison
    /// What `--json` prints.
    public let document: Document

    /// A report of a comparison with the kernel that runs here.
    ///
    /// - Parameter running: what `uname -r` says.
    public init(_ comparison: StructureComparison, name: String, running: String, about: IndexDescription) {
        self.comparison = comparison
        document = Document(
            kernel: about.kernelVersion.description,
            running: running,
            name: name,
            structures: comparison.structures.map(StructureDocument.init)
        )
    }

    /// A heading for each structure, then a line for each member: offset and size in the source, offset and size in the
    /// running kernel, what differs, name and type.
    public func text(_ style: TextStyle) -> String {
        comparison.structures.map { text(of: $0, style) }.joined(separator: "\n\n")
    }

    private func text(of structure: ComparedStructure, _ style: TextStyle) -> String {
        let isUnion = structure.source?.isUnion ?? structure.kernel?.isUnion ?? false
        let name = "\(isUnion ? "union" : "struct") \(structure.name)"
        let place = structure.source?.record.home?.description ?? ""
        let equal = structure.members.count { $0.result == .equal }
        let heading = "\(style.name(name))  \(style.place(place))"
        let sizes =
            "  Linux \(document.kernel): \(size(structure.source.map { $0.sizeBits / 8 }))  "
            + "running \(document.running): \(size(structure.kernel?.sizeBytes))  "
            + "\(equal) of \(structure.members.count) members equal"
        var table = TextTable()
        table.add(
            ("offset", style.aside("offset")),
            ("size", style.aside("size")),
            ("running", style.aside("running")),
            ("size", style.aside("size")),
            ("member", style.aside("member"))
        )
        for member in structure.members {
            let source = LiveStructReport.cells(member.source)
            let kernel = LiveStructReport.cells(member.kernel)
            let name = String(repeating: "  ", count: min(member.depth, 16)) + member.name
            let type = member.source?.type ?? member.kernel?.type ?? ""
            let mark = member.result == .equal ? "" : member.result.text
            table.add(
                (source.offset, style.aside(source.offset)),
                (source.size, style.aside(source.size)),
                (kernel.offset, style.aside(kernel.offset)),
                (kernel.size, style.aside(kernel.size)),
                (name, style.name(name)),
                (type, type),
                (mark, style.warning(mark))
            )
        }
        return ([heading, sizes] + table.lines(indent: 2)).joined(separator: "\n")
    }

    private func size(_ bytes: Int?) -> String { bytes.map { "\($0) bytes" } ?? "not there" }

    private static func cells(_ extent: ComparedMember.Extent?) -> (offset: String, size: String) {
        guard let extent else { return ("-", "-") }
        return (StructReport.inBytes(extent.offsetBits), StructReport.inBytes(extent.sizeBits))
    }
}
