import Foundation
import GRDB

/// All facts of an index as lines that mean the same in every index: numbers are replaced by what they stand for, and
/// which unit brought a fact is left out. So a line may come several times.
public enum FactLines {
    /// Goes through all facts, from table to table.
    public static func forEach(of database: String, _ body: (String) throws -> Void) throws {
        var configuration = Configuration()
        configuration.readonly = true
        try DatabaseQueue.readable(database, configuration).read { database in
            for (table, columns) in tables {
                let values = columns.map { "coalesce(quote(\(value($0))), 'NULL')" }.joined(separator: " || ' ' || ")
                let rows = try String.fetchCursor(database, sql: "SELECT '\(table) ' || \(values) FROM \(table)")
                while let row = try rows.next() { try body(row) }
            }
            try forEachUse(database, body)
            let lists = try Row.fetchCursor(
                database,
                sql: "SELECT (SELECT kind FROM unit WHERE id = unit), \(value("!unit")), files FROM unit_list"
            )
            let files = try files(database)
            while let row = try lists.next() {
                for file in try NumberList.decoded(Array(row[2] as Data)) {
                    try body("unit_file '\(row[0] as String)' \(row[1] as String) \(files[file] ?? "?")")
                }
            }
        }
    }

    /// Whether a line tells what a prefix read: an index that was made without one has none of these.
    public static func isOfPrefix(_ line: String) -> Bool { line.hasPrefix("unit_file 'prefix'") }

    private static func forEachUse(_ database: Database, _ body: (String) throws -> Void) throws {
        let uses = try Row.fetchCursor(database, sql: "SELECT \(value("@symbol")), uses FROM reference")
        let files = try files(database)
        var symbols: [Int64: String] = [:]
        let identities = try Row.fetchCursor(database, sql: "SELECT id, identity FROM symbol")
        while let row = try identities.next() { symbols[row[0]] = row[1] }
        while let row = try uses.next() {
            for use in try UseList.decoded(Array(row[1] as Data)) {
                let within = use.within.map { symbols[$0] ?? "?" } ?? "NULL"
                try body(
                    "reference \(row[0] as String) \(files[use.file] ?? "?") \(use.line) \(use.column) "
                        + "\(use.role) \(within)"
                )
            }
        }
    }

    private static func files(_ database: Database) throws -> [Int64: String] {
        let rows = try Row.fetchAll(database, sql: "SELECT id, path || hex(digest) FROM file")
        return rows.reduce(into: [:]) { $0[$1[0]] = $1[1] }
    }

    /// Columns of symbols start with `@`, columns of files with `#`.
    private static let tables = [
        ("symbol", ["identity", "name", "kind", "is_static", "type"]),
        ("definition", ["@symbol", "#file", "line", "column", "end_line", "is_definition"]),
        ("call", ["@caller", "@callee", "#file", "line", "column"]),
        (
            "dispatch",
            ["@caller", "@field", "receiver", "base_kind", "@base", "base_position", "#file", "line", "column"]
        ),
        (
            "registration",
            [
                "@field", "@function", "@object", "how", "base_kind", "@base", "base_position", "#file", "line",
                "column",
            ]
        ),
        (
            "flow",
            [
                "@to_symbol", "to_kind", "to_position", "from_kind", "@from_symbol", "from_position", "@within",
                "#file",
                "line", "column",
            ]
        ),
        ("pointer_call", ["@caller", "kind", "@symbol", "position", "receiver", "#file", "line", "column"]),
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
        ("weak_definition", ["@function", "@replaced", "!unit"]),
        ("syscall_entry", ["number", "abi", "name", "entry", "line", "#file"]),
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
}
