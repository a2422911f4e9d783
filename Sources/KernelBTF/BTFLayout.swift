/// The layout of a struct or union as a kernel's type information has it. Offsets and sizes are in bits.
public struct BTFLayout: Hashable, Sendable {
    /// A member. Those of unnamed structs and unions belong to the record around these.
    public struct Member: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its offset from the start of the record.
        public let offsetBits: Int
        /// Its size; 0 for a flexible array.
        public let sizeBits: Int
        /// Whether its size is a number of bits that the source states.
        public let isBitfield: Bool
        /// How many unnamed structs and unions are around it.
        public let depth: Int
        /// Its type as C spells it.
        public let type: String

        /// Makes a member.
        public init(name: String, offsetBits: Int, sizeBits: Int, isBitfield: Bool, depth: Int, type: String) {
            self.name = name
            self.offsetBits = offsetBits
            self.sizeBits = sizeBits
            self.isBitfield = isBitfield
            self.depth = depth
            self.type = type
        }
    }

    /// `task_struct`; `cgroup.bpf` for the record that only a member names.
    public let name: String
    /// Whether it is a union.
    public let isUnion: Bool
    /// Its size in bytes.
    public let sizeBytes: Int
    /// The members in the order of the source.
    public let members: [Member]

    /// Makes a layout.
    public init(name: String, isUnion: Bool, sizeBytes: Int, members: [Member]) {
        self.name = name
        self.isUnion = isUnion
        self.sizeBytes = sizeBytes
        self.members = members
    }
}
