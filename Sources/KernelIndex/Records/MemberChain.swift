import Failure

/// The members that lead from one record to another: `task_struct.nsproxy`, `nsproxy.uts_ns`, `uts_namespace.name`.
public struct MemberChain: Sendable {
    /// A step of the chain.
    public struct Step: Sendable {
        /// The record that holds the member.
        public let record: Symbol
        /// The size of that record, in bits.
        public let recordSizeBits: Int
        /// The member.
        public let member: Member
    }

    /// The steps, at least one.
    public let steps: [Step]
    /// The record that the last member leads to.
    public let target: Symbol
}

extension IndexStore {
    /// A shortest chain of members between two records; of several it is the one whose first differing member stands
    /// earlier in its record.
    ///
    /// - Throws: ``Failure`` of status `negative` when a record is unknown or no chain exists.
    public func memberChain(from: String, to: String) throws -> MemberChain {
        let starts = try layouts(named: from, countingUses: false).map(\.record)
        let goals = try read { try $0.records(named: SymbolName(to)) }
        if goals.isEmpty { throw try unknown(to, what: "struct or union", kind: .record) }
        let chain = try read { try $0.memberChain(from: starts, to: Set(goals)) }
        guard let chain else { throw Failure(.negative, "no chain of members leads from \(from) to \(to)") }
        return chain
    }
}

extension FactReader {
    func memberChain(from starts: [Symbol], to goals: Set<Symbol>) throws -> MemberChain? {
        // The way back from each record that was reached; nil for the starts.
        var arrivedBy: [Int64: (record: Symbol, member: Int64)?] = [:]
        for start in starts { arrivedBy.updateValue(nil, forKey: start.id) }
        var level = starts
        while !level.isEmpty {
            var next: [Symbol] = []
            for record in level {
                let reachable = try all(
                    "SELECT symbol, target FROM field WHERE record = ? AND target IS NOT NULL ORDER BY position",
                    [record.id]
                ) { (member: try $0.identifier(0), target: try $0.identifier(1)) }
                for (member, target) in reachable where arrivedBy[target] == nil {
                    arrivedBy.updateValue((record, member), forKey: target)
                    let reached = try symbol(target)
                    if goals.contains(reached) { return try chain(to: reached, arrivedBy) }
                    next.append(reached)
                }
            }
            level = next
        }
        return nil
    }

    private func chain(
        to target: Symbol,
        _ arrivedBy: [Int64: (record: Symbol, member: Int64)?]
    ) throws -> MemberChain {
        var steps: [MemberChain.Step] = []
        var current = target
        while let (record, identifier) = arrivedBy[current.id] ?? nil {
            let layout = try layout(of: record, countingUses: false)
            guard let member = layout.members.first(where: { $0.symbol.id == identifier }) else { throw DamagedFact() }
            steps.append(MemberChain.Step(record: record, recordSizeBits: layout.sizeBits, member: member))
            current = record
        }
        return MemberChain(steps: steps.reversed(), target: target)
    }
}
