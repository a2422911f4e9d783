import KernelABI
public import KernelIndex

/// What `struct NAME.MEMBER` shows: who writes and reads a member, and which system calls lead to those who write.
public struct MemberUsesReport: QueryReport {
    /// The wire type of `struct NAME.MEMBER`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The member that was asked for.
        public let name: String
        /// How many calls lie between a system call and who writes, at most.
        public let depth: Int
        /// An element for each member of the name.
        public let members: [UsesDocument]
    }

    /// A member and its users on the wire.
    public struct UsesDocument: Encodable, Sendable {
        /// The record.
        public let record: String
        /// The file that defines the record.
        public let file: String?
        /// The line there.
        public let line: Int?
        /// The member.
        public let member: MemberDocument
        /// Who writes it.
        public let writers: [UserDocument]
        /// Who reads it or calls through it.
        public let readers: [UserDocument]
        /// Who takes its address.
        public let takers: [UserDocument]
    }

    /// A user on the wire.
    public struct UserDocument: Encodable, Sendable {
        /// The function, or the variable that is initialized; absent at the top level.
        public let within: String?
        /// `function` or `variable`.
        public let kind: String?
        /// The places.
        public let places: [PlaceDocument]
        /// For who writes: the system calls that lead there, the nearest first.
        public let systemCalls: [ReachDocument]?
        /// Whether there may be more system calls than these, further away.
        public let truncated: Bool?
    }

    /// A place on the wire.
    public struct PlaceDocument: Encodable, Sendable {
        /// The file.
        public let file: String
        /// The line.
        public let line: Int
        /// The column.
        public let column: Int

        init(_ place: LocatedLine) { (file, line, column) = (place.file, place.line, place.column) }
    }

    /// A system call on the wire.
    public struct ReachDocument: Encodable, Sendable {
        /// Its name.
        public let name: String
        /// The functions from there on, both ends included.
        public let path: [String]
    }

    private static let shownCalls = 6
    private static let shownPlaces = 6

    private let uses: [MemberUses]
    private let limit: Int
    /// What `--json` prints.
    public let document: Document

    /// A report of a member's users.
    ///
    /// - Parameters:
    ///   - depth: how far system calls were looked for.
    ///   - limit: how many users of each kind the text shows.
    public init(_ uses: [MemberUses], name: String, depth: Int, limit: Int, about: IndexDescription) {
        self.uses = uses
        self.limit = limit
        document = Document(
            kernel: about.kernelVersion.description,
            name: name,
            depth: depth,
            members: uses.map { uses in
                UsesDocument(
                    record: uses.record.record.name,
                    file: uses.record.record.home?.file,
                    line: uses.record.record.home?.line,
                    member: MemberDocument(uses.member),
                    writers: uses.writers.map(UserDocument.init),
                    readers: uses.readers.map(UserDocument.init),
                    takers: uses.takers.map(UserDocument.init)
                )
            }
        )
    }

    /// A heading with the member's place in its record, then who writes, who takes the address, who reads.
    public func text(_ style: TextStyle) -> String {
        uses.map { text(of: $0, style) }.joined(separator: "\n\n")
    }

    private func text(of uses: MemberUses, _ style: TextStyle) -> String {
        let member = uses.member
        let place = member.symbol.home?.description ?? ""
        var lines = [
            "\(style.name(member.symbol.shownName))  \(member.type)  offset \(StructReport.inBytes(member.offsetBits))"
                + "  size \(StructReport.inBytes(member.sizeBits)) of \(uses.record.sizeBits / 8)  \(style.place(place))"
        ]
        lines += block("written by", uses.writers, style)
        lines += block("its address taken by", uses.takers, style)
        lines += block("read by", uses.readers, style)
        if uses.writers.isEmpty { lines += ["", style.aside("no indexed file writes it by its name")] }
        return lines.joined(separator: "\n")
    }

    private func block(_ title: String, _ users: [MemberUses.User], _ style: TextStyle) -> [String] {
        guard !users.isEmpty else { return [] }
        let places = users.map(\.places.count).reduce(0, +)
        var lines = ["", "\(title) \(users.count), in \(places) place\(places == 1 ? "" : "s")"]
        for user in users.prefix(limit) {
            let numbers = user.places.prefix(MemberUsesReport.shownPlaces).map { "\($0.line)" }.joined(separator: ", ")
            let more = user.places.count > MemberUsesReport.shownPlaces ? ", …" : ""
            let name = user.within?.shownName ?? "the top level"
            let kind = user.within?.kind == .variable ? "  initializer" : ""
            lines.append("  \(style.name(name))\(kind)  \(style.place("\(user.places[0].file):\(numbers)\(more)"))")
            if let reach = user.reach { lines.append("    " + MemberUsesReport.text(of: reach, style)) }
        }
        if users.count > limit { lines.append(style.warning("  \(users.count - limit) more are left out (--limit)")) }
        return lines
    }

    private static func text(of reach: SystemCallReach, _ style: TextStyle) -> String {
        let shown = reach.entries.prefix(shownCalls).map { entry in
            entry.calls == 0 ? entry.systemCall.shownName : "\(entry.systemCall.shownName) (\(entry.calls))"
        }
        var text = shown.isEmpty ? style.aside("no system call leads here") : "from \(shown.joined(separator: ", "))"
        if reach.entries.count > shown.count { text += " and \(reach.entries.count - shown.count) more" }
        if reach.leftOut > 0 {
            text += style.warning("  cut: \(reach.leftOut) functions' callers were not looked at (--depth)")
        }
        return text
    }
}

extension MemberUsesReport.UserDocument {
    init(_ user: MemberUses.User) {
        within = user.within?.shownName
        kind = user.within?.kind.rawValue
        places = user.places.map(MemberUsesReport.PlaceDocument.init)
        systemCalls = user.reach?.entries.map {
            MemberUsesReport.ReachDocument(name: $0.systemCall.shownName, path: $0.path.map(\.shownName))
        }
        truncated = user.reach.map { $0.leftOut > 0 }
    }
}
