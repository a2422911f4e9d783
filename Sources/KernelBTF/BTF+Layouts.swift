extension BTF {
    /// More members than any record of a kernel has; only damaged bytes come to so many.
    private static let mostMembers = 100_000

    /// The layouts of the complete structs and unions of a name. After each come those of the records that it alone
    /// knows, because only its members name them.
    ///
    /// - Parameter name: `task_struct`, or `task_struct.sched_entity` for a record that only a member names.
    /// - Returns: no layout where the kernel has no such record; those of several where it has several of the name.
    public func layouts(named name: String) throws(BTFError) -> [BTFLayout] {
        guard let dot = name.firstIndex(of: ".") else {
            var layouts: [BTFLayout] = []
            for id in records(named: name) { layouts += try self.layouts(of: type(id)) }
            return layouts
        }
        return try layouts(named: String(name[..<dot])).filter { $0.name == name }
    }

    /// The layout of a record, then those of the unnamed ones that its members have.
    func layouts(of record: BTFType) throws(BTFError) -> [BTFLayout] {
        var collection = Collection(btf: self)
        try collection.add(record, name: try name(at: record.nameOffset, of: record.id) ?? "", nesting: 0)
        return collection.layouts
    }

    private struct Collection {
        let btf: BTF
        var layouts: [BTFLayout] = []
        private var members = 0

        init(btf: BTF) { self.btf = btf }

        mutating func add(_ record: BTFType, name: String, nesting: Int) throws(BTFError) {
            guard nesting < BTF.deepest else { throw .tooDeep(type: record.id) }
            let place = layouts.count
            let size = record.sizeOrType
            layouts.append(BTFLayout(name: name, isUnion: record.kind == .union, sizeBytes: size, members: []))
            var own: [BTFLayout.Member] = []
            var inner: [(type: BTFType, name: String)] = []
            try collect(record, offset: 0, depth: 0, into: &own, unnamed: &inner)
            layouts[place] = BTFLayout(name: name, isUnion: record.kind == .union, sizeBytes: size, members: own)
            for record in inner { try add(record.type, name: "\(name).\(record.name)", nesting: nesting + 1) }
        }

        private mutating func collect(
            _ record: BTFType,
            offset: Int,
            depth: Int,
            into own: inout [BTFLayout.Member],
            unnamed: inout [(type: BTFType, name: String)]
        ) throws(BTFError) {
            guard depth < BTF.deepest else { throw .tooDeep(type: record.id) }
            for index in 0..<record.count {
                members += 1
                guard members <= BTF.mostMembers else { throw .tooDeep(type: record.id) }
                let member = try btf.member(index, of: record)
                let start = offset + member.offsetBits
                if member.name == nil {
                    let type = try btf.withoutQualifiers(member.type)
                    // Unnamed bit-fields are padding.
                    guard type.kind.isRecord else { continue }
                    try collect(type, offset: start, depth: depth + 1, into: &own, unnamed: &unnamed)
                } else if let name = member.name {
                    let size: Int
                    if let bits = member.bitfieldBits { size = bits } else { size = try btf.sizeBits(of: member.type) }
                    own.append(
                        BTFLayout.Member(
                            name: name,
                            offsetBits: start,
                            sizeBits: size,
                            isBitfield: member.bitfieldBits != nil,
                            depth: depth,
                            type: try btf.typeText(member.type)
                        )
                    )
                    if let type = try btf.unnamedRecord(in: member.type) { unnamed.append((type, name)) }
                }
            }
        }
    }
}

/// `struct btf_member`
struct BTFMember {
    let name: String?
    let type: Int
    let offsetBits: Int
    /// Nil for what is no bit-field.
    let bitfieldBits: Int?
}

extension BTF {
    func member(_ index: Int, of record: BTFType) throws(BTFError) -> BTFMember {
        let place = record.tail + 12 * index
        let name = try name(at: word(at: place), of: record.id)
        let type = word(at: place + 4)
        let packed = word(at: place + 8)
        if record.flag {
            let bits = packed >> 24
            return BTFMember(
                name: name,
                type: type,
                offsetBits: packed & 0xff_ffff,
                bitfieldBits: bits == 0 ? nil : bits
            )
        }
        // Without the flag a bit-field has an integer type of its own that says its bits.
        let integer = try withoutQualifiers(type)
        if integer.kind == .int {
            let encoding = word(at: integer.tail)
            let bits = encoding & 0xff
            let within = (encoding >> 16) & 0xff
            if bits != 8 * integer.sizeOrType || within != 0 {
                return BTFMember(name: name, type: type, offsetBits: packed + within, bitfieldBits: bits)
            }
        }
        return BTFMember(name: name, type: type, offsetBits: packed, bitfieldBits: nil)
    }
}
