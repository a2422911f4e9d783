/// How text for people is set off: with colours on a terminal, plain elsewhere.
public struct TextStyle: Sendable {
    private let isColoured: Bool

    /// Plain text.
    public static let plain = TextStyle(isColoured: false)
    /// Text with ANSI colours.
    public static let coloured = TextStyle(isColoured: true)

    private init(isColoured: Bool) { self.isColoured = isColoured }

    /// A name that the reader looks for.
    func name(_ text: String) -> String { set(text, "1") }
    /// A place in the source.
    func place(_ text: some CustomStringConvertible) -> String { set(text.description, "36") }
    /// What an edge rests on.
    func evidence(_ text: String) -> String { set(text, "33") }
    /// What stands beside the answer.
    func aside(_ text: String) -> String { set(text, "2") }
    /// What the reader must not miss.
    func warning(_ text: String) -> String { set(text, "31") }

    private func set(_ text: String, _ code: String) -> String {
        isColoured && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}

/// Lines whose columns are as wide as their widest cell, up to a bound: one cell that is very long moves its own line
/// alone. Cells are measured before they are coloured.
struct TextTable {
    private static let widestColumn = 44

    private var rows: [[(text: String, shown: String)]] = []

    /// Adds a row of cells: the text that counts for the width, and what is printed in its place.
    mutating func add(_ cells: (text: String, shown: String)...) { rows.append(cells) }

    /// Adds a row of as many cells as there are.
    mutating func add(row cells: [(text: String, shown: String)]) { rows.append(cells) }

    /// The lines, with a gap of two spaces between columns and none at the end.
    func lines(indent: Int = 0) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                if cell.text.count <= TextTable.widestColumn { widths[column] = max(widths[column], cell.text.count) }
            }
        }
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated() {
                line += cell.shown
                guard row[(column + 1)...].contains(where: { !$0.text.isEmpty }) else { break }
                line += String(repeating: " ", count: max(0, widths[column] - cell.text.count) + 2)
            }
            return line
        }
    }
}
