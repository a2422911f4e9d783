import KernelABI
public import KernelIndex

/// What `struct` shows: the layout of each record of the name.
public struct StructReport: QueryReport {
    /// The wire type of `struct`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The name that was asked for.
        public let name: String
        /// An element for each record of the name.
        public let records: [RecordDocument]
    }

    /// A record on the wire.
    public struct RecordDocument: Encodable, Sendable {
        /// Its name.
        public let name: String
        /// `struct` or `union`.
        public let kind: String
        /// The file that defines it.
        public let file: String?
        /// The line in that file.
        public let line: Int?
        /// Its size.
        public let sizeBytes: Int
        /// Its alignment.
        public let alignmentBytes: Int
        /// The members in the order of the source.
        public let members: [MemberDocument]
        /// What no member covers, the padding at the end included.
        public let holes: [HoleDocument]
    }

    /// A hole on the wire.
    public struct HoleDocument: Encodable, Sendable {
        /// Where it begins, in bits.
        public let offsetBits: Int
        /// How big it is, in bits.
        public let sizeBits: Int
    }

    let layouts: [StructLayout]
    /// What `--json` prints.
    public let document: Document

    /// A report of layouts.
    public init(_ layouts: [StructLayout], name: String, about: IndexDescription) {
        self.layouts = layouts
        document = Document(
            kernel: about.kernelVersion.description,
            name: name,
            records: layouts.map { layout in
                RecordDocument(
                    name: layout.record.name,
                    kind: layout.isUnion ? "union" : "struct",
                    file: layout.record.home?.file,
                    line: layout.record.home?.line,
                    sizeBytes: layout.sizeBits / 8,
                    alignmentBytes: layout.alignBits / 8,
                    members: layout.members.map(MemberDocument.init),
                    holes: layout.holes.map { HoleDocument(offsetBits: $0.offsetBits, sizeBits: $0.sizeBits) }
                )
            }
        )
    }

    /// A heading for each record, then a line for each member: offset, size, name, type, what it holds, its uses.
    public func text(_ style: TextStyle) -> String {
        layouts.map { text(of: $0, style) }.joined(separator: "\n\n")
    }

    private func text(of layout: StructLayout, _ style: TextStyle) -> String {
        let kind = layout.isUnion ? "union" : "struct"
        let place = layout.record.home?.description ?? ""
        let size = "\(layout.sizeBits / 8) bytes, aligned to \(layout.alignBits / 8)"
        var table = TextTable()
        table.add(("offset", style.aside("offset")), ("size", style.aside("size")), ("member", style.aside("member")))
        var holes = layout.holes[...]
        for member in layout.members {
            if member.depth == 0, let hole = holes.first, hole.offsetBits < member.offsetBits {
                table.add(hole, style)
                holes = holes.dropFirst()
            }
            table.add(member, style)
        }
        for hole in holes { table.add(hole, style) }
        let heading = "\(style.name("\(kind) \(layout.record.name)"))  \(size)  \(style.place(place))"
        return ([heading] + table.lines(indent: 2)).joined(separator: "\n")
    }
}

extension TextTable {
    fileprivate mutating func add(_ hole: Hole, _ style: TextStyle) {
        let offset = StructReport.inBytes(hole.offsetBits)
        let size = StructReport.inBytes(hole.sizeBits)
        let name = "(hole)"
        add((offset, style.aside(offset)), (size, style.aside(size)), (name, style.aside(name)))
    }

    fileprivate mutating func add(_ member: Member, _ style: TextStyle) {
        let offset = StructReport.inBytes(member.offsetBits)
        let size = StructReport.inBytes(member.sizeBits)
        let name = String(repeating: "  ", count: min(member.depth, 16)) + member.symbol.name
        let uses = StructReport.uses(member)
        add(
            (offset, style.aside(offset)),
            (size, style.aside(size)),
            (name, style.name(name)),
            (member.type, member.type),
            (member.holds, style.evidence(member.holds)),
            (uses, style.aside(uses))
        )
    }
}

extension StructReport {
    /// Bits as bytes: `16`, or `16:3` for three bits into byte 16 (and three bits of size).
    static func inBytes(_ bits: Int) -> String { bits % 8 == 0 ? "\(bits / 8)" : "\(bits / 8):\(bits % 8)" }

    /// How often a member is used: `12 read, 3 write`.
    static func uses(_ member: Member) -> String {
        member.uses.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}

extension Member {
    /// What a record in the member is there as: `embedded new_utsname`, `pointer to nsproxy`.
    var holds: String {
        guard let target else { return "" }
        switch pointers {
        case 0: return "embedded \(target.name)"
        case 1: return "pointer to \(target.name)"
        default: return "\(pointers) pointers to \(target.name)"
        }
    }
}
