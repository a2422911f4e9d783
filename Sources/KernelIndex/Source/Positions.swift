extension IndexStore {
    /// The symbols of a name that are defined, declared or used at a place.
    ///
    /// A name that a macro puts together has the macro's column, so that any place on the line counts where none has the
    /// column.
    ///
    /// - Parameter name: without a record before it: `can_fork`.
    /// - Returns: none when the index knows nothing of the name on that line.
    public func symbols(named name: String, at place: LocatedLine) throws -> [Symbol] {
        try read { reader in
            let file = try reader.first("SELECT id FROM file WHERE path = ?", [place.file]) { try $0.identifier(0) }
            guard let file else { return [] }
            var exact: [Symbol] = []
            var near: [Symbol] = []
            for candidate in try reader.identifiers("SELECT id FROM symbol WHERE name = ? ORDER BY id", [name]) {
                let columns = try reader.columns(of: candidate, file: file, line: place.line)
                if columns.contains(place.column) {
                    exact.append(try reader.symbol(candidate))
                } else if !columns.isEmpty {
                    near.append(try reader.symbol(candidate))
                }
            }
            return (exact.isEmpty ? near : exact).sorted(by: FactReader.isShownBefore)
        }
    }

    /// The definitions in a file, in its order; declarations are left out.
    ///
    /// - Parameter path: as the index has it.
    public func definitions(inFile path: String) throws -> [Definition] {
        try read { reader in
            let file = try reader.first("SELECT id FROM file WHERE path = ?", [path]) { try $0.identifier(0) }
            guard let file else { return [] }
            // What units have of the file: their own, and what they own of a header.
            var units = Set(try reader.identifiers("SELECT id FROM unit WHERE file = ?", [file]))
            units.formUnion(try reader.identifiers("SELECT unit FROM header_group WHERE file = ?", [file]))
            let lists = try units.flatMap { unit in
                try reader.all("SELECT symbols FROM unit_list WHERE unit = ?", [unit]) {
                    (unit: unit, symbols: try NumberList.decoded(try $0.bytes(0)))
                }
            }
            var found: Set<FoundDefinition> = []
            let columns = "symbol, line, column, end_line"
            // The shared prefix names half of the kernel's headers: then it costs less to go through all definitions.
            if lists.map(\.symbols.count).reduce(0, +) > 10_000 {
                let sql = "SELECT \(columns) FROM definition WHERE file = ? AND is_definition = 1"
                try reader.each(sql, [file]) { found.insert(try FoundDefinition($0)) }
            } else {
                let sql = """
                    SELECT \(columns) FROM definition
                    WHERE symbol = ? AND unit = ? AND file = ? AND is_definition = 1
                    """
                for (unit, symbols) in lists {
                    for symbol in symbols {
                        try reader.each(sql, [symbol, unit, file]) { found.insert(try FoundDefinition($0)) }
                    }
                }
            }
            return try found.sorted { ($0.line, $0.column, $0.symbol) < ($1.line, $1.column, $1.symbol) }.map {
                Definition(
                    symbol: try reader.symbol($0.symbol),
                    place: LocatedLine(file: path, line: $0.line, column: $0.column),
                    endLine: $0.endLine,
                    isDefinition: true
                )
            }
        }
    }
}

private struct FoundDefinition: Hashable {
    let symbol: Int64
    let line: Int
    let column: Int
    let endLine: Int

    init(_ row: FactRow) throws {
        symbol = try row.identifier(0)
        line = try row.count(1)
        column = try row.count(2)
        endLine = try row.count(3)
    }
}

extension FactReader {
    /// The columns of a line where a symbol is defined, declared or used.
    fileprivate func columns(of symbol: Int64, file: Int64, line: Int) throws -> Set<Int> {
        var columns: Set<Int> = []
        try each("SELECT column FROM definition WHERE symbol = ? AND file = ? AND line = ?", [symbol, file, line]) {
            columns.insert(try $0.count(0))
        }
        try each("SELECT uses FROM reference WHERE symbol = ?", [symbol]) { row in
            for use in try UseList.decoded(try row.bytes(0)) where use.file == file && use.line == line {
                columns.insert(use.column)
            }
        }
        return columns
    }
}

extension IndexStore {
    /// The members of a name, of whatever record.
    ///
    /// - Parameter limit: how many to give at most.
    public func members(named name: String, limit: Int) throws -> [Symbol] {
        try read { reader in
            let found = try reader.identifiers(
                "SELECT id FROM symbol WHERE name = ? AND kind = 'field' ORDER BY id LIMIT ?",
                [name, limit]
            )
            return try found.map(reader.symbol)
        }
    }

    /// Who stores functions in a member, and who calls through it; nobody where that is not done.
    public func ops(of member: Symbol) throws -> OpsField {
        try read { try $0.opsFields([member.id])[0] }
    }
}
