import IndexFacts

/// Everything that an index has, to go through from one end to the other: for those who make something else of it.
///
/// All of it belongs to one state of the index. Symbols and files are given by their numbers.
public struct AllFacts {
    /// A definition, or a declaration.
    public struct Definition: Sendable {
        /// What is defined.
        public let symbol: Int64
        /// The file.
        public let file: Int64
        /// The line, from 1.
        public let line: Int
        /// The column of the name, from 1, in bytes.
        public let column: Int
        /// The last line.
        public let endLine: Int
        /// False for a declaration.
        public let isDefinition: Bool
    }

    /// What an export has to know of a symbol.
    public struct Entry: Sendable {
        /// What tells it apart: `f:copy_process@kernel/fork.c`.
        public let identity: String
        /// The kernel's own spelling.
        public let name: String
        /// What it is.
        public let kind: SymbolKind
        /// Its type as C spells it.
        public let type: String?
        /// Whether it is a union rather than a struct.
        public let isUnion: Bool
    }

    private let reader: FactReader
    private let about: IndexDescription

    fileprivate init(_ reader: FactReader, _ about: IndexDescription) {
        self.reader = reader
        self.about = about
    }

    /// The files that units read, by number.
    public func files() throws -> [(number: Int64, path: String)] {
        try reader.all("SELECT id, path FROM file ORDER BY id") { (try $0.identifier(0), try $0.text(1)) }
    }

    /// The bytes of a file, or nil when it is not there any more.
    public func sourceBytes(of path: String) throws -> SourceBytes? { try reader.sourceBytes(of: path, in: about) }

    /// The greatest number of a symbol.
    public func lastSymbol() throws -> Int64 {
        try reader.first("SELECT max(id) FROM symbol_row") { try $0.identifierIfPresent(0) ?? 0 } ?? 0
    }

    /// A symbol.
    ///
    /// - Throws: what makes the question fail when there is none of that number.
    public func symbol(_ number: Int64) throws -> Entry {
        let found = try reader.first(
            """
            SELECT identity, name, kind, type, record.is_union FROM symbol
            LEFT JOIN record ON record.symbol = symbol.id WHERE id = ?
            """,
            [number]
        ) { row in
            Entry(
                identity: try row.text(0),
                name: try row.text(1),
                kind: SymbolKind(rawValue: try row.text(2)),
                type: try row.textIfPresent(3),
                isUnion: try row.identifierIfPresent(4) == 1
            )
        }
        guard let found else { throw DamagedFact() }
        return found
    }

    /// The members that a function is stored in, anywhere.
    public func members(holding function: Int64) throws -> [Int64] {
        try reader.identifiers("SELECT DISTINCT field FROM registration WHERE function = ? ORDER BY 1", [function])
    }

    /// Goes through all uses. One that several units have comes once for each.
    public func eachUse(_ body: (Int64, StoredUse) throws -> Void) throws {
        try reader.each("SELECT symbol, uses FROM reference") { row in
            let symbol = try row.identifier(0)
            for use in try UseList.decoded(try row.bytes(1)) { try body(symbol, use) }
        }
    }

    /// Goes through all definitions and declarations. One that several units have comes once for each.
    public func eachDefinition(_ body: (Definition) throws -> Void) throws {
        try reader.each("SELECT symbol, file, line, column, end_line, is_definition FROM definition") { row in
            try body(
                Definition(
                    symbol: try row.identifier(0),
                    file: try row.identifier(1),
                    line: try row.count(2),
                    column: try row.count(3),
                    endLine: try row.count(4),
                    isDefinition: try row.flag(5)
                )
            )
        }
    }
}

extension IndexStore {
    /// Goes through everything that the index has.
    public func withAllFacts<Answer>(_ body: (AllFacts) throws -> Answer) throws -> Answer {
        try read { try body(AllFacts($0, about)) }
    }
}
