extension FactReader {
    /// Reads many symbols with their homes by one statement, as far as the index defines them; a statement for each would take
    /// twice as long.
    func loadDefinedSymbols(_ identifiers: [Int64]) throws -> [Int64: Symbol] {
        var found: [Int64: Symbol] = [:]
        // Nothing but a member has a row in `field`, and most of what is asked for are functions.
        try each(
            """
            SELECT \(FactReader.symbolColumns), symbol.id
            FROM json_each(?) AS asked CROSS JOIN definition ON definition.symbol = asked.value AND is_definition = 1
            CROSS JOIN symbol ON symbol.id = asked.value CROSS JOIN file ON file.id = definition.file
            LEFT JOIN field ON field.symbol = CASE symbol.kind WHEN 'field' THEN symbol.id END
            LEFT JOIN symbol_row AS owner ON owner.id = field.record
            """,
            [FactReader.list(identifiers)]
        ) { row in
            let identifier = try row.identifier(10)
            let place = try row.place(7)
            // Of several definitions the first by place counts.
            if let home = found[identifier]?.home, home <= place { return }
            found[identifier] = try symbol(identifier, row)
        }
        return found
    }

    /// Reads a symbol with its home; nil when there is none of that number.
    func loadSymbol(_ identifier: Int64) throws -> Symbol? {
        // One statement for all, since an answer may name thousands of symbols. A macro may have declared a function in each of
        // 30,000 places (`__compiletime_assert_`): where that is all that there is, any of the first does.
        try first(
            """
            SELECT \(FactReader.symbolColumns)
            FROM symbol
            LEFT JOIN (
                SELECT is_definition, file, line, column FROM definition WHERE symbol = ?1 AND is_definition = 1
                UNION ALL SELECT * FROM (
                    SELECT is_definition, file, line, column FROM definition WHERE symbol = ?1 AND is_definition = 0 LIMIT 200
                )
            ) AS definition LEFT JOIN file ON file.id = definition.file
            LEFT JOIN field ON field.symbol = symbol.id LEFT JOIN symbol AS owner ON owner.id = field.record
            WHERE symbol.id = ?1
            ORDER BY definition.is_definition DESC, file.path, definition.line, definition.column LIMIT 1
            """,
            [identifier]
        ) { try symbol(identifier, $0) }
    }

    /// What ``symbol(_:_:)`` reads, in its order.
    private static let symbolColumns = """
        symbol.identity, symbol.name, symbol.kind, symbol.is_static, symbol.type, owner.name,
        definition.is_definition, file.path, definition.line, definition.column
        """

    private func symbol(_ identifier: Int64, _ row: FactRow) throws -> Symbol {
        let name = try row.text(1)
        return Symbol(
            id: identifier,
            identity: try row.text(0),
            name: name,
            kind: SymbolKind(rawValue: try row.text(2)),
            isStatic: try row.flag(3),
            type: try row.textIfPresent(4),
            home: try row.textIfPresent(7) == nil ? nil : try row.place(7),
            isDefined: try row.identifierIfPresent(6) == 1,
            systemCall: name.hasPrefix("__do_") ? try systemCallNames().bodies[identifier] : nil,
            record: try row.textIfPresent(5)
        )
    }
}
