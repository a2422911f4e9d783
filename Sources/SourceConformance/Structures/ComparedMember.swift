/// A member of a structure, as the source has it beside as the kernel has it.
public struct ComparedMember: Hashable, Sendable {
    /// Where one side has the member. In bits.
    public struct Extent: Hashable, Sendable {
        /// Its offset from the start of the structure.
        public let offsetBits: Int
        /// Its size; 0 for a flexible array.
        public let sizeBits: Int
        /// Whether its size is a number of bits that the source states.
        public let isBitfield: Bool
        /// Its type as that side spells it. Spellings are shown, not compared.
        public let type: String
    }

    /// What a comparison can come to.
    public enum Result: Hashable, Sendable {
        /// Offset and size agree.
        case equal
        /// Something does not agree.
        case differs(Difference)
        /// The running kernel's structure has no such member.
        case onlyInSource
        /// The source has no such member.
        case onlyInKernel
    }

    /// What does not agree in a member that both sides have.
    public enum Difference: String, Hashable, Sendable {
        /// The offset alone.
        case offset
        /// The size alone, or whether it is a bit-field.
        case size
        /// Both.
        case offsetAndSize = "offset and size"
    }

    /// Its name.
    public let name: String
    /// How many unnamed structs and unions are around it.
    public let depth: Int
    /// As the indexed source lays it out.
    public let source: Extent?
    /// As the kernel's type information has it.
    public let kernel: Extent?
    /// How the two compare.
    public let result: Result

    init(name: String, depth: Int, source: Extent, kernel: Extent?) {
        self.name = name
        self.depth = depth
        self.source = source
        self.kernel = kernel
        guard let kernel else {
            result = .onlyInSource
            return
        }
        let isPlaceEqual = source.offsetBits == kernel.offsetBits
        let isSizeEqual = source.sizeBits == kernel.sizeBits && source.isBitfield == kernel.isBitfield
        result =
            switch (isPlaceEqual, isSizeEqual) {
            case (true, true): .equal
            case (false, true): .differs(.offset)
            case (true, false): .differs(.size)
            case (false, false): .differs(.offsetAndSize)
            }
    }

    init(name: String, depth: Int, kernel: Extent) {
        self.name = name
        self.depth = depth
        source = nil
        self.kernel = kernel
        result = .onlyInKernel
    }
}
