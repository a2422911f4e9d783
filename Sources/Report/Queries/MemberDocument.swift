import KernelIndex

/// A member of a record on the wire.
public struct MemberDocument: Encodable, Sendable {
    /// Its name; empty for an anonymous struct or union as a whole.
    public let name: String
    /// Its type as C spells it.
    public let type: String
    /// Its offset; for a bit-field, that of the byte in which it begins.
    public let offsetBytes: Int
    /// Its size; for a bit-field, see `sizeBits`.
    public let sizeBytes: Int
    /// For a bit-field: its offset in bits.
    public let offsetBits: Int?
    /// For a bit-field: its size in bits.
    public let sizeBits: Int?
    /// How many anonymous structs and unions are around it.
    public let depth: Int
    /// The record that the type is made of.
    public let target: String?
    /// Whether that record lies inside this one, rather than behind a pointer.
    public let embedded: Bool
    /// How many pointers stand before that record.
    public let pointers: Int
    /// The number of elements of an array.
    public let elements: Int?
    /// How often the indexed files use it, by role.
    public let uses: [String: Int]

    init(_ member: Member) {
        name = member.symbol.name
        type = member.type
        offsetBytes = member.offsetBytes
        sizeBytes = member.sizeBits / 8
        offsetBits = member.isBitfield ? member.offsetBits : nil
        sizeBits = member.isBitfield ? member.sizeBits : nil
        depth = member.depth
        target = member.target?.name
        embedded = member.isEmbedded
        pointers = member.pointers
        elements = member.elements
        uses = Dictionary(uniqueKeysWithValues: member.uses.map { ($0.rawValue, $1) })
    }
}
