import Foundation
import GRDB
import IndexFacts

extension IndexWriter {
    /// Gives the facts of weak bodies to whom they belong: to their function where there is no other body, and else, since
    /// the linker leaves them out, to a symbol of their own, named by the file (`f:arch_cpu_idle@kernel/sched/idle.c`).
    ///
    /// Which of the two it is depends on all units, so this comes last. Indexes have to be there.
    func settleWeakDefinitions() throws {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT function, unit, replaced, EXISTS (
                    SELECT 1 FROM definition AS other WHERE other.symbol = function AND is_definition = 1
                        AND other.unit <> weak_definition.unit AND NOT EXISTS (
                            SELECT 1 FROM weak_definition AS weak
                            WHERE weak.function = other.symbol AND weak.unit = other.unit
                        )
                ) FROM weak_definition
                """
        )
        var moves: [BodyMove] = []
        for row in rows {
            let (function, unit): (Int64, Int64) = (row[0], row[1])
            let (replaced, isReplaced): (Int64?, Bool) = (row[2], row[3])
            if let replaced, !isReplaced {
                moves.append(BodyMove(from: replaced, to: function, unit: unit))
            } else if replaced == nil, isReplaced, let own = try symbolOfBody(function, unit: unit) {
                moves.append(BodyMove(from: function, to: own, unit: unit))
            } else {
                continue
            }
            try database.execute(
                sql: "UPDATE weak_definition SET replaced = ? WHERE function = ? AND unit = ?",
                arguments: [isReplaced ? moves.last!.to : nil, function, unit]
            )
        }
        guard !moves.isEmpty else { return }
        for move in moves { try run(move) }
        try moveSurroundings(moves)
        for move in moves
        where try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM weak_definition WHERE function = ?)",
            arguments: [move.to]
        )! {
            try database.execute(sql: "DELETE FROM symbol_row WHERE id = ?", arguments: [move.from])
        }
        forgetSymbols()
    }

    /// The symbol of a weak body that another one replaces.
    private func symbolOfBody(_ function: Int64, unit: Int64) throws -> Int64? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT symbol.name, symbol.type, file.path FROM symbol
                JOIN definition ON definition.symbol = symbol.id AND unit = ?2 AND is_definition = 1
                JOIN file ON file.id = definition.file WHERE symbol.id = ?1
                """,
            arguments: [function, unit]
        )
        guard let row else { return nil }
        let (name, path): (String, String) = (row[0], row[2])
        return try symbol(
            SymbolFact(identity: "f:\(name)@\(path)", name: name, kind: .function, isStatic: false, type: row[1])
        )
    }

    /// Moves what a unit says of a function's body to another symbol.
    private func run(_ move: BodyMove) throws {
        let arguments: StatementArguments = ["from": move.from, "to": move.to, "unit": move.unit]
        let files = try Int64.fetchAll(
            database,
            sql: "SELECT file FROM definition WHERE symbol = ? AND unit = ? AND is_definition = 1",
            arguments: [move.from, move.unit]
        )
        for (table, column, condition) in BodyMove.columns {
            try database.cachedStatement(
                sql: "UPDATE \(table) SET \(column) = :to WHERE \(column) = :from AND unit = :unit \(condition)"
            ).execute(arguments: arguments)
        }
        try database.cachedStatement(
            sql: """
                UPDATE dispatch SET base = :to
                WHERE caller = :to AND base = :from AND base_kind = \(BodyMove.parameter) AND unit = :unit
                """
        ).execute(arguments: arguments)
        guard
            let list = try Data.fetchOne(
                database,
                sql: "SELECT symbols FROM unit_list WHERE unit = ?",
                arguments: [move.unit]
            )
        else { return }
        var symbols = try NumberList.decoded(Array(list))
        for symbol in symbols { try moveUses(of: symbol, move, in: Set(files)) }
        guard !symbols.contains(move.to) else { return }
        symbols.append(move.to)
        try database.execute(
            sql: "UPDATE unit_list SET symbols = ? WHERE unit = ?",
            arguments: [Data(NumberList.encoded(symbols.sorted())), move.unit]
        )
    }

    /// Changes what is around the uses of a symbol in the body's file. Headers that the unit tells of declare the function, not
    /// the body.
    private func moveUses(of symbol: Int64, _ move: BodyMove, in files: Set<Int64>) throws {
        let statement = try database.cachedStatement(sql: "SELECT uses FROM reference WHERE symbol = ? AND unit = ?")
        guard let bytes = try Data.fetchOne(statement, arguments: [symbol, move.unit]) else { return }
        let uses = try UseList.decoded(Array(bytes))
        guard uses.contains(where: { $0.within == move.from && files.contains($0.file) }) else { return }
        var list = UseList.Writer()
        for use in uses {
            list.append(
                file: use.file,
                line: use.line,
                column: use.column,
                role: use.role.number,
                within: use.within == move.from && files.contains(use.file) ? move.to : use.within
            )
        }
        try database.execute(
            sql: "UPDATE reference SET uses = ? WHERE symbol = ? AND unit = ?",
            arguments: [Data(list.bytes), symbol, move.unit]
        )
    }

    /// The same for what stands within the bodies. Most have no index over these columns, so that each table is gone
    /// through once.
    private func moveSurroundings(_ moves: [BodyMove]) throws {
        try database.execute(
            sql: "CREATE TEMP TABLE move (before INTEGER, unit INTEGER, after INTEGER, PRIMARY KEY (before, unit))"
        )
        for move in moves {
            try database.execute(
                sql: "INSERT INTO move VALUES (?, ?, ?)",
                arguments: [move.from, move.unit, move.to]
            )
        }
        for (table, column) in [("argument", "within"), ("flow", "within"), ("registration", "object")] {
            try database.execute(
                sql: """
                    UPDATE \(table) SET \(column) = move.after FROM move
                    WHERE move.before = \(table).\(column) AND move.unit = \(table).unit
                    """
            )
        }
        try database.execute(
            sql: """
                UPDATE registration SET base = move.after FROM move WHERE move.before = base AND move.unit = registration.unit
                    AND base_kind = \(BodyMove.parameter) AND object = move.after
                """
        )
        try database.execute(sql: "DROP TABLE move")
    }
}

/// A body whose facts get another symbol.
private struct BodyMove {
    var from: Int64
    var to: Int64
    var unit: Int64

    /// See ``PointerPlace/kind``.
    static let parameter = PointerPlace.parameter(of: 0, position: 0).kind
    private static let result = PointerPlace.result(of: 0).kind

    /// The columns that name a body by what it does. To call a function or to take its address is its name's.
    static let columns = [
        ("definition", "symbol", "AND is_definition = 1"), ("call", "caller", ""), ("dispatch", "caller", ""),
        ("pointer_call", "caller", ""), ("pointer_call", "symbol", "AND kind = \(parameter)"),
        ("flow", "to_symbol", "AND to_kind = \(result)"), ("flow", "from_symbol", "AND from_kind = \(parameter)"),
        ("errno_origin", "function", ""), ("errno_passage", "function", ""),
    ]
}
