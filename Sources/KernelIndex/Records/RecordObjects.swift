import IndexFacts

/// A variable that is of a record's type, and what its initializer sets: `pids_cgrp_subsys` with `can_fork` and others.
public struct RecordObject: Sendable {
    /// The variable.
    public let symbol: Symbol
    /// The members that are set, by name, and where. A member that is set to nothing (`NULL`) is among them.
    public let members: [String: LocatedLine]
}

extension IndexStore {
    /// The variables that indexed files define of a record's type, by place. Pointers and arrays are none.
    ///
    /// - Parameter record: `cgroup_subsys`; `const` before it makes no difference.
    /// - Throws: ``Failure`` only when the index is damaged.
    public func objects(ofRecord record: String) throws -> [RecordObject] {
        try read { reader in
            let variables = try reader.identifiers(
                """
                SELECT id FROM symbol_row WHERE kind = 1
                AND type IN (SELECT id FROM text WHERE value IN (?, ?)) ORDER BY id
                """,
                ["struct \(record)", "const struct \(record)"]
            )
            var members: [Int64: [String: LocatedLine]] = [:]
            // By member, since uses are found by what is used.
            let fields = try reader.records(named: SymbolName(record)).flatMap { record in
                try reader.all("SELECT symbol FROM field WHERE record = ?", [record.id]) { try $0.identifier(0) }
            }
            for field in fields {
                let name = try reader.symbol(field).name
                for use in try reader.uses(of: field) where use.role == .write {
                    if let within = use.within { members[within, default: [:]][name] = try reader.place(of: use) }
                }
            }
            return try variables.map(reader.symbol).filter(\.isDefined).sorted(by: FactReader.isShownBefore).map {
                RecordObject(symbol: $0, members: members[$0.id] ?? [:])
            }
        }
    }
}
