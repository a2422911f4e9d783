import IndexFacts

/// Tables that hold, of each function, how far it is from there: initcalls (include/linux/init.h), fixups of PCI devices
/// (include/linux/pci.h). Assembly in a macro fills them, and `offset_to_ptr` (include/linux/compiler.h) reads them.
///
/// What stands in one is known by the variable beside it that keeps the compiler from dropping the function
/// (`__ADDRESSABLE`), by the function's type, and by the macro that made the variable.
struct RelativeTable {
    /// Which functions of the type are in it.
    enum Content {
        /// Those that `console_initcall` names.
        case consoleInitcalls
        /// All others but exported symbols, which have such variables too.
        case others
    }

    /// Where what it holds comes to be called.
    let place: PointerPlace
    /// The type of its functions.
    let type: String
    let content: Content
}

extension FactReader {
    /// What the variable's name has before and behind the function's: the second in the newest kernels.
    private static let markers = [("__UNIQUE_ID___addressable_", ""), ("__UNIQUE_ID_addressable_", "_")]

    /// The table whose functions are in a place.
    func relativeTable(at place: PointerPlace) throws -> RelativeTable? {
        try relativeTables().first { $0.place == place }
    }

    /// The functions in a table.
    func functions(in table: RelativeTable) throws -> [PointerPlace] {
        var found: Set<Int64> = []
        for (prefix, suffix) in FactReader.markers {
            // The character behind the underscore ends the range of names that begin so.
            let end = "\(prefix.dropLast())`"
            try each("SELECT id, name FROM symbol_row WHERE name >= ? AND name < ?", [prefix, end]) { row in
                let marker = try row.identifier(0)
                // Most are those of exported symbols.
                guard try table.content == content(ofMarker: marker) else { return }
                let name = try row.text(1).dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
                let named = try functions(named: String(name), counted: suffix.isEmpty, type: table.type)
                for function in named where !found.contains(function) {
                    if try isMarked(function, by: marker) { found.insert(function) }
                }
            }
        }
        return found.sorted().map { .function(Int($0)) }
    }

    /// The functions of a type and a name.
    ///
    /// - Parameter counted: whether digits at the end of the name are missing: with the count that makes the variable's name
    ///   unique, the index leaves them out.
    private func functions(named name: String, counted: Bool, type: String) throws -> [Int64] {
        var found: [Int64] = []
        // The character behind the digits ends the range of names that go on with one.
        try each(
            "SELECT id, name FROM symbol WHERE name >= ?1 AND name < ?2 AND kind = 'function' AND type = ?3",
            [name, counted ? "\(name):" : "\(name)\u{1}", type]
        ) { row in
            let full = try row.text(1)
            if full == name || counted && FactReader.withoutCount(full) == name { found.append(try row.identifier(0)) }
        }
        return found
    }

    private static func withoutCount(_ name: String) -> String {
        let digits = name.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
        return String(name.dropLast(digits))
    }

    /// The places that the tables which a function stands in are read to.
    func relativePlaces(of function: Int64) throws -> [PointerPlace] {
        let type = try first("SELECT type FROM symbol WHERE id = ?", [function]) { try $0.textIfPresent(0) } ?? nil
        let tables = try relativeTables().filter { $0.type == type }
        guard !tables.isEmpty else { return [] }
        let contents = try markings(of: function).map { try content(ofMarker: $0.marker) }
        return tables.filter { contents.contains($0.content) }.map(\.place)
    }

    /// Where a function is put into a table.
    func relativePlace(of function: Int64, in table: RelativeTable) throws -> LocatedLine? {
        try markings(of: function).first { try content(ofMarker: $0.marker) == table.content }.map {
            try place(of: $0.use)
        }
    }

    /// The variables that mark a function, and where they do.
    private func markings(of function: Int64) throws -> [(marker: Int64, use: StoredUse)] {
        try uses(of: function).compactMap { use in
            guard use.role == .address, let marker = use.within else { return nil }
            let name = try symbol(marker).name
            return FactReader.markers.contains { name.hasPrefix($0.0) } ? (marker, use) : nil
        }
    }

    private func relativeTables() throws -> [RelativeTable] {
        if let knownRelativeTables { return knownRelativeTables }
        func functions(_ name: String) throws -> [Int] {
            try identifiers("SELECT id FROM symbol_row WHERE name = ? AND kind = 0", [name]).map { Int($0) }
        }
        let initcall = "int (void)"
        var tables = try functions("do_one_initcall").map {
            RelativeTable(place: .parameter(of: $0, position: 0), type: initcall, content: .others)
        }
        tables += try functions("initcall_from_entry").map {
            RelativeTable(place: .result(of: $0), type: initcall, content: .consoleInitcalls)
        }
        tables += try functions("offset_to_ptr").map {
            RelativeTable(place: .result(of: $0), type: "void (struct pci_dev *)", content: .others)
        }
        knownRelativeTables = tables
        return tables
    }

    private func isMarked(_ function: Int64, by marker: Int64) throws -> Bool {
        try uses(of: function).contains { $0.role == .address && $0.within == marker }
    }

    /// What tables a variable marks functions of; nil where it is of an exported symbol.
    private func content(ofMarker marker: Int64) throws -> RelativeTable.Content? {
        if try exportMarkers().contains(marker) { return nil }
        return try consoleMarkers().contains(marker) ? .consoleInitcalls : .others
    }

    private func consoleMarkers() throws -> Set<Int64> {
        if let knownConsoleMarkers { return knownConsoleMarkers }
        let found = try variables(ofMacros: "SELECT id FROM symbol_row WHERE name = 'console_initcall'")
        knownConsoleMarkers = found
        return found
    }

    private func exportMarkers() throws -> Set<Int64> {
        if let knownExportMarkers { return knownExportMarkers }
        let found = try variables(
            ofMacros: """
                SELECT id FROM symbol_row WHERE name >= 'EXPORT_' AND name < 'EXPORT`'
                UNION SELECT id FROM symbol_row WHERE name IN ('ACPI_EXPORT_SYMBOL', 'ACPI_EXPORT_SYMBOL_INIT')
                """
        )
        knownExportMarkers = found
        return found
    }

    /// The variables that the expansions of macros make.
    private func variables(ofMacros sql: String) throws -> Set<Int64> {
        var found: Set<Int64> = []
        for macro in try identifiers(sql, []) {
            found.formUnion(try uses(of: macro).lazy.filter { $0.role == .expansion }.compactMap(\.within))
        }
        return found
    }
}
