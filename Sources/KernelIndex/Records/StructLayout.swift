import IndexFacts

/// A member of a struct or union.
public struct Member: Hashable, Sendable {
    /// The member as a symbol.
    public let symbol: Symbol
    /// Its type as C spells it.
    public let type: String
    /// Its offset from the start of the record, in bits.
    public let offsetBits: Int
    /// Its size in bits; 0 for a flexible array.
    public let sizeBits: Int
    /// Whether it is a bit-field.
    public let isBitfield: Bool
    /// How many anonymous structs and unions of the record are around it.
    public let depth: Int
    /// The record that its type is made of; nil for numbers and the like.
    public let target: Symbol?
    /// How many pointers stand between the member and ``target``; 0 means that it is embedded.
    public let pointers: Int
    /// The number of elements of an array; nil when it is none.
    public let elements: Int?
    /// How often the indexed files use the member, by role.
    public let uses: [SymbolRole: Int]

    /// The offset in bytes; for a bit-field, that of the byte in which it begins.
    public var offsetBytes: Int { offsetBits / 8 }
    /// Whether ``target`` lies inside the record.
    public var isEmbedded: Bool { target != nil && pointers == 0 }
}

/// A stretch of a record that no member covers.
public struct Hole: Hashable, Sendable {
    /// Its offset from the start of the record, in bits.
    public let offsetBits: Int
    /// Its size in bits.
    public let sizeBits: Int
}

/// The layout of a complete struct or union.
public struct StructLayout: Sendable {
    /// The record.
    public let record: Symbol
    /// Whether it is a union.
    public let isUnion: Bool
    /// Its size in bits.
    public let sizeBits: Int
    /// Its alignment in bits.
    public let alignBits: Int
    /// The members in the order of the source; those of anonymous structs and unions among them.
    public let members: [Member]
    /// What no member covers, the padding at the end included.
    public let holes: [Hole]
}

extension IndexStore {
    /// The layouts of the records of a name: one, or several where files have their own.
    ///
    /// - Parameters:
    ///   - name: `uts_namespace`, `struct uts_namespace`, `NAME@file`.
    ///   - countingUses: whether to count how often each member is read and written.
    /// - Throws: ``Failure`` of status `negative` when no indexed file has the layout.
    public func layouts(named name: String, countingUses: Bool = true) throws -> [StructLayout] {
        let found = try read { reader in
            let wanted = SymbolName(name)
            return try reader.records(named: wanted).map { try reader.layout(of: $0, countingUses: countingUses) }
        }
        guard found.isEmpty else { return found }
        throw try unknown(name, what: "struct or union", kind: .record)
    }
}

extension FactReader {
    /// The complete records of a name.
    func records(named name: SymbolName) throws -> [Symbol] {
        try identifiers(
            "SELECT record.symbol FROM record JOIN symbol ON symbol.id = record.symbol WHERE symbol.name = ?",
            [name.whole]
        )
        .map(symbol).filter(name.admits).sorted(by: FactReader.isShownBefore)
    }

    func layout(of record: Symbol, countingUses: Bool) throws -> StructLayout {
        let stored = try first("SELECT is_union, size_bits, align_bits FROM record WHERE symbol = ?", [record.id]) {
            (isUnion: try $0.flag(0), sizeBits: try $0.count(1), alignBits: try $0.count(2))
        }
        guard let stored else { throw DamagedFact() }
        let members = try members(of: record, countingUses: countingUses)
        return StructLayout(
            record: record,
            isUnion: stored.isUnion,
            sizeBits: stored.sizeBits,
            alignBits: stored.alignBits,
            members: members,
            holes: FactReader.holes(between: members, upTo: stored.sizeBits)
        )
    }

    /// The members of a record, in the order of the source.
    func members(of record: Symbol, countingUses: Bool) throws -> [Member] {
        try all(
            """
            SELECT symbol, type, offset_bits, size_bits, is_bitfield, depth, target, pointers, elements FROM field
            WHERE record = ? ORDER BY position
            """,
            [record.id]
        ) { row in
            let identifier = try row.identifier(0)
            return Member(
                symbol: try symbol(identifier),
                type: try row.text(1),
                offsetBits: try row.count(2),
                sizeBits: try row.count(3),
                isBitfield: try row.flag(4),
                depth: try row.count(5),
                target: try row.identifierIfPresent(6).map(symbol),
                pointers: try row.count(7),
                elements: try row.countIfPresent(8),
                uses: countingUses ? try uses(of: identifier) : [:]
            )
        }
    }

    private func uses(of member: Int64) throws -> [SymbolRole: Int] {
        var uses: [SymbolRole: Int] = [:]
        var places: Set<StoredUse> = []
        for var use in try self.uses(of: member) as [StoredUse] {
            use.within = nil
            if places.insert(use).inserted { uses[SymbolRole(rawValue: use.role.rawValue), default: 0] += 1 }
        }
        return uses
    }

    private static func holes(between members: [Member], upTo size: Int) -> [Hole] {
        // Members of unions overlap, so that the furthest end so far counts. What stands for an anonymous struct or
        // union as a whole has no name and would hide the holes in it.
        var holes: [Hole] = []
        var end = 0
        for member in members.filter({ !$0.symbol.name.isEmpty }).sorted(by: { $0.offsetBits < $1.offsetBits }) {
            if member.offsetBits > end { holes.append(Hole(offsetBits: end, sizeBits: member.offsetBits - end)) }
            end = max(end, member.offsetBits + member.sizeBits)
        }
        if size > end { holes.append(Hole(offsetBits: end, sizeBits: size - end)) }
        return holes
    }
}
