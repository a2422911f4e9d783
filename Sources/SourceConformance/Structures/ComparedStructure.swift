public import KernelBTF
public import KernelIndex

/// A structure, as the source has it beside as the kernel has it.
public struct ComparedStructure: Sendable {
    /// What a comparison can come to.
    public enum Result: Hashable, Sendable {
        /// The size and every member agree.
        case equal
        /// The size or a member does not.
        case differs
        /// The kernel has no such structure.
        case onlyInSource
        /// The indexed source has no such structure.
        case onlyInKernel
        /// Neither has.
        case unknown
    }

    /// `task_struct`; `cgroup.bpf` for the record that only a member names.
    public let name: String
    /// The structure as the source lays it out; nil where no indexed file has it.
    public let source: StructLayout?
    /// The structure as the kernel's type information has it; nil where that has none.
    public let kernel: BTFLayout?
    /// The members of either, in the order of the source; what the kernel alone has comes where its offset puts it.
    public let members: [ComparedMember]
    /// How the two compare.
    public let result: Result

    init(name: String, source: StructLayout?, kernel: BTFLayout?) {
        self.name = name
        self.source = source
        self.kernel = kernel
        switch (source, kernel) {
        case (nil, nil):
            members = []
            result = .unknown
        case (.some(let source), nil):
            members = source.members.map {
                ComparedMember(name: $0.symbol.name, depth: $0.depth, source: Extent($0), kernel: nil)
            }
            result = .onlyInSource
        case (nil, .some(let kernel)):
            members = kernel.members.map { ComparedMember(name: $0.name, depth: $0.depth, kernel: Extent($0)) }
            result = .onlyInKernel
        case (.some(let source), .some(let kernel)):
            members = ComparedStructure.members(of: source, kernel)
            let isEqual =
                source.sizeBits == 8 * kernel.sizeBytes && source.isUnion == kernel.isUnion
                && members.allSatisfy { $0.result == .equal }
            result = isEqual ? .equal : .differs
        }
    }

    private typealias Extent = ComparedMember.Extent

    /// C has a name once in a record, also in the unnamed records inside it.
    private static func members(of source: StructLayout, _ kernel: BTFLayout) -> [ComparedMember] {
        let inKernel = Dictionary(kernel.members.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let inSource = Set(source.members.map(\.symbol.name))
        var compared = source.members.map { member in
            ComparedMember(
                name: member.symbol.name,
                depth: member.depth,
                source: Extent(member),
                kernel: inKernel[member.symbol.name].map(Extent.init)
            )
        }
        for member in kernel.members where !inSource.contains(member.name) {
            let place = compared.firstIndex { ($0.kernel?.offsetBits ?? -1) > member.offsetBits } ?? compared.endIndex
            compared.insert(
                ComparedMember(name: member.name, depth: member.depth, kernel: Extent(member)),
                at: place
            )
        }
        return compared
    }
}

extension ComparedMember.Extent {
    init(_ member: Member) {
        self.init(
            offsetBits: member.offsetBits,
            sizeBits: member.sizeBits,
            isBitfield: member.isBitfield,
            type: member.type
        )
    }

    init(_ member: BTFLayout.Member) {
        self.init(
            offsetBits: member.offsetBits,
            sizeBits: member.sizeBits,
            isBitfield: member.isBitfield,
            type: member.type
        )
    }
}
