import KernelBTF
import KernelIndex
import SourceConformance

/// A structure of the source beside the kernel's on the wire.
public struct StructureDocument: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// `equal`, `differs`, `only in source`, `only in kernel` or `unknown`.
    public let result: String
    /// The file that defines it.
    public let file: String?
    /// The line in that file.
    public let line: Int?
    /// Its size by the source.
    public let sourceSizeBytes: Int?
    /// Its size by the kernel's type information.
    public let kernelSizeBytes: Int?
    /// The members of either.
    public let members: [MemberDocument]

    /// A member on the wire.
    public struct MemberDocument: Encodable, Sendable {
        /// Its name.
        public let name: String
        /// `equal`, `offset differs`, `size differs`, `offset and size differs`, `only in source` or `only in kernel`.
        public let result: String
        /// How many unnamed structs and unions are around it.
        public let depth: Int
        /// As the source has it.
        public let source: ExtentDocument?
        /// As the kernel has it.
        public let kernel: ExtentDocument?
    }

    /// Where a side has a member.
    public struct ExtentDocument: Encodable, Sendable {
        /// Its offset.
        public let offsetBits: Int
        /// Its size.
        public let sizeBits: Int
        /// Its type as C spells it.
        public let type: String

        init(_ extent: ComparedMember.Extent) {
            offsetBits = extent.offsetBits
            sizeBits = extent.sizeBits
            type = extent.type
        }
    }

    init(_ structure: ComparedStructure) {
        name = structure.name
        result = structure.result.text
        file = structure.source?.record.home?.file
        line = structure.source?.record.home?.line
        sourceSizeBytes = structure.source.map { $0.sizeBits / 8 }
        kernelSizeBytes = structure.kernel?.sizeBytes
        members = structure.members.map { member in
            MemberDocument(
                name: member.name,
                result: member.result.text,
                depth: member.depth,
                source: member.source.map(ExtentDocument.init),
                kernel: member.kernel.map(ExtentDocument.init)
            )
        }
    }
}

extension ComparedStructure.Result {
    var text: String {
        switch self {
        case .equal: "equal"
        case .differs: "differs"
        case .onlyInSource: "only in source"
        case .onlyInKernel: "only in kernel"
        case .unknown: "unknown"
        }
    }
}

extension ComparedMember.Result {
    var text: String {
        switch self {
        case .equal: "equal"
        case .differs(let difference): "\(difference.rawValue) differs"
        case .onlyInSource: "only in source"
        case .onlyInKernel: "only in kernel"
        }
    }
}
