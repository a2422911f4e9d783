extension FactReader {
    /// Reads a symbol with its home; nil when there is none of that number.
    func loadSymbol(_ identifier: Int64) throws -> Symbol? {
        let stored = try first("SELECT identity, name, kind, is_static, type FROM symbol WHERE id = ?", [identifier]) {
            (
                identity: try $0.text(0), name: try $0.text(1), kind: SymbolKind(rawValue: try $0.text(2)),
                isStatic: try $0.flag(3), type: try $0.textIfPresent(4)
            )
        }
        guard let stored else { return nil }
        let home = try first(
            """
            SELECT file.path, definition.line, definition.column, definition.is_definition FROM definition
            JOIN file ON file.id = definition.file WHERE definition.symbol = ?
            ORDER BY definition.is_definition DESC, file.path, definition.line, definition.column LIMIT 1
            """,
            [identifier]
        ) { (place: try $0.place(0), isDefinition: try $0.flag(3)) }
        var record: String?
        if stored.kind == .field {
            record = try first(
                "SELECT symbol.name FROM field JOIN symbol ON symbol.id = field.record WHERE field.symbol = ?",
                [identifier]
            ) { try $0.text(0) }
        }
        let systemCall =
            stored.name.hasPrefix("__do_") ? try systemCallNames().bodies[identifier] : nil
        return Symbol(
            id: identifier,
            identity: stored.identity,
            name: stored.name,
            kind: stored.kind,
            isStatic: stored.isStatic,
            type: stored.type,
            home: home?.place,
            isDefined: home?.isDefinition ?? false,
            systemCall: systemCall,
            record: record
        )
    }
}
