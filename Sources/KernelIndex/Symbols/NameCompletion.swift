import IndexFacts

extension IndexStore {
    /// The names that begin with a text, in the order of letters: of defined symbols, and system calls as user space calls
    /// them.
    ///
    /// - Parameters:
    ///   - kinds: only symbols of these kinds; nil for all but members, which are named behind their record.
    ///   - limit: how many to give at most.
    /// - Throws: ``Failure`` only when the index is damaged.
    public func names(completing prefix: String, kinds: Set<SymbolKind>? = nil, limit: Int = 500) throws -> [String] {
        if let dot = prefix.lastIndex(of: ".") {
            return try members(completing: prefix[prefix.index(after: dot)...], of: prefix[..<dot], limit: limit)
        }
        return try read { reader in
            // By the index over names alone; whether it is defined is asked of those that fit.
            let numbers = SymbolFact.Kind.allCases.filter { kind in
                kind != .field && kinds?.contains(SymbolKind(rawValue: kind.rawValue)) ?? true
            }
            .map { "\($0.number)" }
            var found: Set<String> = []
            try reader.each(
                """
                SELECT DISTINCT name FROM symbol_row
                WHERE name >= ?1 AND name < ?1 || char(1114111) AND kind IN (\(numbers.joined(separator: ", ")))
                AND EXISTS (SELECT 1 FROM definition WHERE definition.symbol = symbol_row.id AND is_definition = 1)
                ORDER BY name LIMIT ?2
                """,
                [prefix, limit]
            ) { row in
                let name = try row.text(0)
                if !name.hasPrefix("__do_sys_") { found.insert(name) }
            }
            if kinds?.contains(.function) ?? true {
                for call in try reader.systemCallNames().bodies.values where call.shown.hasPrefix(prefix) {
                    found.insert(call.shown)
                }
            }
            return Array(found.sorted().prefix(limit))
        }
    }

    /// The members of a record that begin with a text, as `record.member`.
    private func members(completing prefix: Substring, of record: Substring, limit: Int) throws -> [String] {
        try read { reader in
            let names = try reader.records(named: SymbolName(String(record))).flatMap { symbol in
                try reader.members(of: symbol, countingUses: false).map(\.symbol.name)
            }
            return names.filter { !$0.isEmpty && $0.hasPrefix(prefix) }.prefix(limit).map { "\(record).\($0)" }
        }
    }
}
