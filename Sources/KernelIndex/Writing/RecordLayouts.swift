import GRDB

extension IndexWriter {
    /// Removes the layout that a record has, if it is to have another one: of a path that comes before, or a larger one of the
    /// same path.
    ///
    /// - Returns: whether it is.
    func replaceLayout(of record: Int64, by other: (path: String, sizeBits: Int)) throws -> Bool {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT file.path, record.size_bits FROM record
                JOIN definition ON definition.symbol = record.symbol AND definition.unit = record.unit AND is_definition = 1
                JOIN file ON file.id = definition.file WHERE record.symbol = ? ORDER BY 1 LIMIT 1
                """,
            arguments: [record]
        )
        guard let row, (other.path, row[1] as Int) < (row[0] as String, other.sizeBits) else { return false }
        try database.execute(sql: "DELETE FROM field WHERE record = ?", arguments: [record])
        let fields = database.changesCount
        try database.execute(sql: "DELETE FROM record WHERE symbol = ?", arguments: [record])
        count(\.fields, -fields)
        count(\.records, -1)
        return true
    }
}
