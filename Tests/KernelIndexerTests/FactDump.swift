import GRDB

/// All facts of an index as lines that mean the same in every index: numbers are replaced by what they stand for, and
/// which unit brought a fact is left out.
enum FactDump {
    static func facts(of database: String) throws -> Set<String> {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: database, configuration: configuration).read { database in
            var facts: Set<String> = []
            for (table, columns) in tables {
                let values = columns.map { "coalesce(quote(\(value($0))), 'NULL')" }.joined(separator: " || ' ' || ")
                let rows = try String.fetchCursor(database, sql: "SELECT '\(table) ' || \(values) FROM \(table)")
                while let row = try rows.next() { facts.insert(row) }
            }
            return facts
        }
    }

    /// Columns of symbols start with `@`, columns of files with `#`.
    private static let tables = [
        ("symbol", ["identity", "name", "kind", "is_static", "type"]),
        ("definition", ["@symbol", "#file", "line", "column", "end_line", "is_definition"]),
        ("reference", ["@symbol", "#file", "line", "column", "role", "@within"]),
        ("call", ["@caller", "@callee", "#file", "line", "column"]),
        ("dispatch", ["@caller", "@field", "receiver", "#file", "line", "column"]),
        ("registration", ["@field", "@function", "@object", "how", "#file", "line", "column"]),
        ("argument", ["@function", "@callee", "position", "@within", "#file", "line", "column"]),
        ("record", ["@symbol", "size_bits", "align_bits", "is_union"]),
        (
            "field",
            [
                "@symbol", "@record", "position", "depth", "type", "offset_bits", "size_bits", "is_bitfield", "@target",
                "pointers", "elements",
            ]
        ),
        ("syscall_definition", ["name", "@function", "is_compat", "arguments", "#file", "line"]),
        (
            "errno_origin",
            ["@function", "errno", "condition", "decision_line", "surroundings", "#file", "line", "column"]
        ),
        ("errno_passage", ["@function", "@callee", "#file", "line", "column"]),
        ("syscall_entry", ["number", "abi", "name", "entry", "line", "#file"]),
        ("unit_file", ["(SELECT kind FROM unit WHERE id = unit)", "!unit", "#file"]),
    ]

    private static func value(_ column: String) -> String {
        let name = column.dropFirst()
        return switch column.first {
        case "@": "(SELECT identity FROM symbol WHERE id = \(name))"
        case "#": "(SELECT path || hex(digest) FROM file WHERE id = \(name))"
        case "!": "(SELECT path FROM unit JOIN file ON file.id = unit.file WHERE unit.id = \(name))"
        default: column
        }
    }

    /// Without which files the prefix read: an index that was made without one has none.
    static func withoutPrefix(_ facts: Set<String>) -> Set<String> {
        facts.filter { !$0.hasPrefix("unit_file 'prefix'") }
    }
}
