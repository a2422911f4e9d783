import IndexFacts

extension IndexStore {
    /// The defined symbols of a kind whose names begin with a text, by name.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func symbols(withPrefix prefix: String, kind: SymbolKind) throws -> [Symbol] {
        try read { reader in
            let found = try reader.identifiers(
                "SELECT id FROM symbol WHERE kind = ? AND name >= ?2 AND name < ?2 || char(1114111)",
                [kind.rawValue, prefix]
            )
            return try found.map(reader.symbol).filter(\.isDefined).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        }
    }

    /// The uses of a symbol inside of a function or a variable's initializer, by place.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func uses(of symbol: Symbol, within owner: Symbol) throws -> [LocatedLine] {
        try read { reader in
            let uses = try reader.uses(of: symbol.id).filter { $0.within == owner.id }
            return Set(try uses.map(reader.place)).sorted()
        }
    }

    /// Whether a unit read a file, so that what is not found in it is not there.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func hasRead(_ path: String) throws -> Bool {
        try read { try $0.first("SELECT 1 FROM file WHERE path = ?", [path]) { try $0.count(0) } != nil }
    }
}
