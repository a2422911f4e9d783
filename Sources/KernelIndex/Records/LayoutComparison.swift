import Foundation

/// One record in two kernels.
public struct LayoutComparison: Sendable {
    /// What became of a member.
    public enum Change: String, CaseIterable, Sendable {
        /// Only the second kernel has it.
        case added
        /// Only the first kernel has it.
        case removed
        /// Another type.
        case retyped
        /// The same type, which has another size.
        case resized
        /// The same type and size, at another offset.
        case moved
        /// Type, size and offset are equal.
        case same
    }

    /// A member in one kernel or in both.
    public struct Row: Sendable {
        /// The member's name.
        public let name: String
        /// In the first kernel.
        public let before: Member?
        /// In the second kernel.
        public let after: Member?

        /// What became of it; the first that fits.
        public var change: Change {
            guard let before else { return .added }
            guard let after else { return .removed }
            if LayoutComparison.spelling(before.type) != LayoutComparison.spelling(after.type) { return .retyped }
            if before.sizeBits != after.sizeBits || before.isBitfield != after.isBitfield { return .resized }
            return before.offsetBits == after.offsetBits ? .same : .moved
        }
    }

    /// In the first kernel.
    public let before: StructLayout
    /// In the second kernel.
    public let after: StructLayout
    /// The members in the order of the second kernel, those of the first alone where they stood. Anonymous structs and
    /// unions as a whole are left out; their members are there.
    public let rows: [Row]

    /// Compares two layouts. Members are the same when they have the same name, which C allows once in a record.
    public init(_ before: StructLayout, _ after: StructLayout) {
        self.before = before
        self.after = after
        let old = before.members.filter { !$0.symbol.name.isEmpty }
        let new = after.members.filter { !$0.symbol.name.isEmpty }
        let oldByName = Dictionary(old.map { ($0.symbol.name, $0) }, uniquingKeysWith: { first, _ in first })
        let newNames = Set(new.map(\.symbol.name))
        // Those that went stand behind the member that they stood behind, as far as that is still there.
        var gone: [String: [Member]] = [:]
        var last = ""
        for member in old {
            if newNames.contains(member.symbol.name) {
                last = member.symbol.name
            } else {
                gone[last, default: []].append(member)
            }
        }
        var rows = (gone[""] ?? []).map { Row(name: $0.symbol.name, before: $0, after: nil) }
        for member in new {
            let name = member.symbol.name
            rows.append(Row(name: name, before: oldByName[name], after: member))
            rows += (gone[name] ?? []).map { Row(name: $0.symbol.name, before: $0, after: nil) }
        }
        self.rows = rows
    }

    /// How many members became what.
    public func count(_ change: Change) -> Int { rows.count { $0.change == change } }

    /// Whether the two are equal, member by member.
    public var isEqual: Bool { before.sizeBits == after.sizeBits && rows.allSatisfy { $0.change == .same } }

    /// A type without what names the place of a record that has no name: `union (unnamed at …:12:3)`.
    private static func spelling(_ type: String) -> String {
        guard let start = type.range(of: " at "), let end = type[start.upperBound...].firstIndex(of: ")") else {
            return type
        }
        return String(type[..<start.lowerBound]) + spelling(String(type[end...]))
    }
}

extension IndexStore {
    /// Compares the records of a name with those of another kernel.
    ///
    /// Records that a `.c` file has for itself are compared by file; where each side has one record left, these two are.
    ///
    /// - Throws: ``Failure`` of status `negative` when neither kernel has the layout.
    public func compareLayouts(named name: String, with other: IndexStore) throws -> Pairing<StructLayout> {
        try Pairing(
            name,
            in: self,
            and: other,
            what: { store in try store.read { try $0.records(named: SymbolName(name)) } },
            value: { store, record in try store.read { try $0.layout(of: record, countingUses: false) } },
            failure: { try $0.unknown(name, what: "struct or union", kind: .record) }
        )
    }
}
