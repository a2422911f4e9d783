/// A text whose lines can be had by number.
struct TextLines {
    let bytes: [UInt8]
    /// Where each line begins.
    private let starts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        self.starts = starts
    }

    /// How many lines there are, at least one.
    var count: Int { starts.count }

    /// A line, from 0, without its end; an empty one where there is none.
    subscript(_ line: Int) -> ArraySlice<UInt8> {
        guard starts.indices.contains(line) else { return [] }
        var end = line + 1 < starts.count ? starts[line + 1] - 1 : bytes.count
        if end > starts[line], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return bytes[starts[line]..<end]
    }

    /// The place in the text of a line and a column in bytes, both from 0; the nearest where there is none such.
    func offset(line: Int, column: Int) -> Int {
        guard line < starts.count else { return bytes.count }
        guard line >= 0 else { return 0 }
        return min(starts[line] + max(0, column), starts[line] + self[line].count)
    }

    /// The identifier at a column of a line, or just before it, and where it begins in the line.
    func word(line: Int, column: Int) -> (name: String, column: Int)? {
        let text = Array(self[line])
        guard column >= 0, column <= text.count else { return nil }
        var first = column
        while first > 0, TextLines.isWord(text[first - 1]) { first -= 1 }
        var end = column
        while end < text.count, TextLines.isWord(text[end]) { end += 1 }
        guard first < end, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[first]) else { return nil }
        return (String(decoding: text[first..<end], as: UTF8.self), first)
    }

    /// Where an identifier stands in a line as a whole word, at a column or behind it.
    func column(of name: String, line: Int, from column: Int = 0) -> Int? {
        let text = Array(self[line])
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, text.count >= wanted.count else { return nil }
        for start in max(0, column)..<max(max(0, column), text.count - wanted.count + 1)
        where text[start..<(start + wanted.count)].elementsEqual(wanted) {
            let end = start + wanted.count
            if start > 0, TextLines.isWord(text[start - 1]) { continue }
            if end < text.count, TextLines.isWord(text[end]) { continue }
            return start
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// Which lines of a text are which of another one: those before the first difference, and those behind the last.
struct LineMap {
    private let first: TextLines
    private let second: TextLines
    private let head: Int
    private let tail: Int

    init(_ first: TextLines, _ second: TextLines) {
        self.first = first
        self.second = second
        let shorter = min(first.count, second.count)
        var head = 0
        while head < shorter, first[head] == second[head] { head += 1 }
        var tail = 0
        while tail < shorter - head, first[first.count - 1 - tail] == second[second.count - 1 - tail] { tail += 1 }
        self.head = head
        self.tail = tail
    }

    /// The line of the second text that a line of the first one is; nil where they differ.
    func second(of line: Int) -> Int? {
        if line < head { return line }
        return line >= first.count - tail && line < first.count ? line + second.count - first.count : nil
    }

    /// The line of the first text that a line of the second one is; nil where they differ.
    func first(of line: Int) -> Int? {
        if line < head { return line }
        return line >= second.count - tail && line < second.count ? line + first.count - second.count : nil
    }
}
