/// A text whose lines can be had by number, from 0, as bytes.
public struct TextLines: Sendable {
    /// All of it.
    public let bytes: [UInt8]
    /// Where each line begins.
    private let starts: [Int]

    /// Finds the lines of a text.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        self.starts = starts
    }

    /// How many lines there are, at least one.
    public var count: Int { starts.count }

    /// A line, from 0, without its end; an empty one where there is none.
    public subscript(_ line: Int) -> ArraySlice<UInt8> {
        guard starts.indices.contains(line) else { return [] }
        var end = line + 1 < starts.count ? starts[line + 1] - 1 : bytes.count
        if end > starts[line], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return bytes[starts[line]..<end]
    }

    /// The place in the text of a line and a column in bytes, both from 0; the nearest where there is none such.
    public func offset(line: Int, column: Int) -> Int {
        guard line < starts.count else { return bytes.count }
        guard line >= 0 else { return 0 }
        return min(starts[line] + max(0, column), starts[line] + self[line].count)
    }

    /// The identifier at a column of a line, or just before it, and where it begins in the line.
    public func word(line: Int, column: Int) -> (name: String, column: Int)? {
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
    public func column(of name: String, line: Int, from column: Int = 0) -> Int? {
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
