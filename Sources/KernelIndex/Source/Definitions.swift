/// A definition of a symbol, or a declaration where no indexed file defines it.
public struct Definition: Sendable {
    /// The symbol.
    public let symbol: Symbol
    /// Where it begins.
    public let place: LocatedLine
    /// Its last line.
    public let endLine: Int
    /// Whether it is a definition rather than a declaration.
    public let isDefinition: Bool
}

extension IndexStore {
    /// The definitions of a symbol by place; its declarations when no indexed file defines it.
    public func definitions(of symbol: Symbol) throws -> [Definition] {
        try read { try $0.definitions(of: symbol) }
    }
}

extension FactReader {
    func definitions(of symbol: Symbol) throws -> [Definition] {
        let found = try all(
            """
            SELECT DISTINCT file.path, definition.line, definition.column, definition.end_line,
                definition.is_definition
            FROM definition JOIN file ON file.id = definition.file WHERE definition.symbol = ? ORDER BY 1, 2, 3
            """,
            [symbol.id]
        ) { row in
            Definition(
                symbol: symbol,
                place: try row.place(0),
                endLine: try row.count(3),
                isDefinition: try row.flag(4)
            )
        }
        let definitions = found.filter(\.isDefinition)
        return definitions.isEmpty ? found : definitions
    }
}
