import GRDB

/// Which names contain three letters in a row: what `find` looks through instead of a million names.
///
/// Symbols come in blocks of 128 numbers. For each three characters the table `name_part` has the blocks in which a name
/// contains them; capitals do not matter. It only says where to look: the names themselves decide.
enum NameParts {
    /// By how many bits the number of a symbol is more exact than that of its block.
    static let blockBits: Int64 = 7
    private static let letters = 40

    /// The number of each three characters in a text, each once; none for a text of less than three.
    static func numbers(in text: String) -> Set<Int> {
        var numbers: Set<Int> = []
        forEachNumber(in: text) { numbers.insert($0) }
        return numbers
    }

    private static func forEachNumber(in text: String, _ body: (Int) -> Void) {
        var number = 0
        var count = 0
        for byte in text.utf8 {
            number = number % (letters * letters) * letters + letter(byte)
            count += 1
            if count >= 3 { body(number) }
        }
    }

    private static func letter(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
        case UInt8(ascii: "_"): 36
        default: 37
        }
    }

    /// Adds the symbols from a number on. Their numbers are greater than those of all that were added before.
    static func add(symbolsFrom first: Int64, to database: Database) throws {
        var lists = Array(repeating: [Int64](), count: letters * letters * letters)
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT id, name FROM symbol_row WHERE id >= ? ORDER BY id",
            arguments: [first]
        )
        while let row = try rows.next() {
            let block = (row[0] as Int64) >> blockBits
            forEachNumber(in: String.fromDatabaseValue(row[1]) ?? "") {
                if lists[$0].last != block { lists[$0].append(block) }
            }
        }
        let known = try database.makeStatement(sql: "SELECT blocks FROM name_part WHERE part = ?")
        let insert = try PreparedInsert(database, "INSERT OR REPLACE INTO name_part VALUES (?, ?)")
        for (part, blocks) in lists.enumerated() where !blocks.isEmpty {
            var all = blocks
            if first > 0, let before = try [UInt8].fetchOne(known, part) {
                let older = try NumberList.decoded(before)
                all = older + blocks.drop { older.last == $0 }
            }
            insert.bind(part)
            insert.bind(NumberList.encoded(all))
            try insert.run()
        }
    }
}

extension [UInt8] {
    fileprivate static func fetchOne(_ statement: Statement, _ part: Int) throws -> [UInt8]? {
        try Row.fetchOne(statement, arguments: [part]).map { row in
            try row.withUnsafeData(atIndex: 0) { data in data.map { [UInt8]($0) } } ?? []
        }
    }
}

extension FactReader {
    /// The blocks of symbols in which a name may contain a text, in order; nil when only a look at all of them tells.
    func blocks(mayContain text: String) throws -> [Int64]? {
        let parts = NameParts.numbers(in: text)
        guard !parts.isEmpty else { return nil }
        var lists: [[Int64]] = []
        for part in parts {
            let blocks = try first("SELECT blocks FROM name_part WHERE part = ?", [part]) {
                try NumberList.decoded(try $0.bytes(0))
            }
            guard let blocks else { return [] }
            lists.append(blocks)
        }
        lists.sort { $0.count < $1.count }
        return lists.dropFirst().reduce(lists[0]) { common, list in
            let wanted = Set(list)
            return common.filter(wanted.contains)
        }
    }
}
