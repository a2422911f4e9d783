import Failure
import IndexFacts

/// Who uses a member of a record, and which system calls lead to those who write it.
public struct MemberUses: Sendable {
    /// The uses of one role by one function.
    public struct User: Sendable {
        /// The function, or the variable whose initializer it is; nil at the top level.
        public let within: Symbol?
        /// Where, by place.
        public let places: [LocatedLine]
        /// The system calls that lead to the function; nil where nobody looked.
        public let reach: SystemCallReach?
    }

    /// The record.
    public let record: StructLayout
    /// The member.
    public let member: Member
    /// Those who write it, by place.
    public let writers: [User]
    /// Those who read it or call through it, by place.
    public let readers: [User]
    /// Those who take its address, and may write it behind that, by place.
    public let takers: [User]
}

extension IndexStore {
    /// Who writes, reads and takes the address of a member.
    ///
    /// An assignment of a whole record and a copy by `memcpy` are no writes of its members.
    ///
    /// - Parameters:
    ///   - name: `task_struct.nsproxy`.
    ///   - bound: how far to look for the system calls that lead to those who write.
    /// - Returns: an element for each member of the name: several where files have records of one name.
    /// - Throws: ``Failure`` of status `negative` when there is no such member.
    public func memberUses(named name: String, within bound: ReachBound = ReachBound()) throws -> [MemberUses] {
        let wanted = SymbolName(name)
        guard let record = wanted.record else {
            throw Failure(.usage, "'\(name)' names no member", remedy: "name one as task_struct.nsproxy")
        }
        var owner = wanted
        owner.whole = record
        let found = try read { reader in
            let graph = CallGraph(reader)
            return try reader.records(named: owner).compactMap { symbol -> MemberUses? in
                let layout = try reader.layout(of: symbol, countingUses: false)
                guard let member = layout.members.first(where: { $0.symbol.name == wanted.name }) else { return nil }
                return try reader.uses(of: member, in: layout, by: graph, within: bound)
            }
        }
        guard found.isEmpty else { return found }
        // A record that is not there says so itself, with the names that come near.
        let layouts = try layouts(named: record, countingUses: false)
        let names = layouts.flatMap(\.members).map(\.symbol.name)
        let near = names.filter { editDistance(Array($0.utf8), Array(wanted.name.utf8), atMost: 2) != nil }
        throw Failure(
            .negative,
            "\(record) has no member '\(wanted.name)' in \(about.inWords)",
            remedy: near.isEmpty
                ? "'kernaut struct \(record)' lists them" : "near: \(near.prefix(5).joined(separator: ", "))"
        )
    }
}

extension FactReader {
    fileprivate func uses(
        of member: Member,
        in record: StructLayout,
        by graph: CallGraph,
        within bound: ReachBound
    ) throws -> MemberUses {
        let uses = try self.uses(of: member.symbol.id) as [StoredUse]
        let bound = bound.shared(by: Set(uses.filter { $0.role == .write }.map(\.within)).count)
        func users(_ roles: Set<ReferenceRole>, reach: Bool = false) throws -> [MemberUses.User] {
            var places: [Int64?: Set<LocatedLine>] = [:]
            for use in uses where roles.contains(use.role) {
                places[use.within, default: []].insert(try place(of: use))
            }
            return try places.map { within, places in
                let symbol = try within.map(self.symbol)
                return MemberUses.User(
                    within: symbol,
                    places: places.sorted(),
                    reach: reach && symbol?.kind == .function
                        ? try systemCalls(reaching: symbol!, by: graph, within: bound) : nil
                )
            }
            .sorted { $0.places[0] < $1.places[0] }
        }
        return MemberUses(
            record: record,
            member: member,
            writers: try users([.write], reach: true),
            readers: try users([.read, .call]),
            takers: try users([.address])
        )
    }
}
