/// A text to find in a source file, and the part of it to replace: what stands between « and », or all of it.
///
/// White space matches any other white space, so that another formatting breaks nothing.
struct SoughtText: Hashable, Sendable {
    private let words: [[UInt8]]
    private let part: Range<Place>?

    private struct Place: Hashable, Comparable {
        let word: Int
        let offset: Int

        static func < (left: Place, right: Place) -> Bool { (left.word, left.offset) < (right.word, right.offset) }
    }

    /// Nil where the marks are not one pair, or nothing is sought.
    init?(_ text: String) {
        var words: [[UInt8]] = []
        var marks: [(mark: Character, place: Place)] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            var bytes: [UInt8] = []
            for character in word {
                if character == "«" || character == "»" {
                    marks.append((character, Place(word: words.count, offset: bytes.count)))
                } else {
                    bytes += Array(String(character).utf8)
                }
            }
            // A mark by itself would be a word of nothing.
            if bytes.isEmpty { return nil }
            words.append(bytes)
        }
        guard !words.isEmpty else { return nil }
        self.words = words
        if marks.isEmpty {
            part = nil
        } else {
            guard marks.map(\.mark) == ["«", "»"], marks[0].place < marks[1].place else { return nil }
            part = marks[0].place..<marks[1].place
        }
    }

    /// Every place where the text stands, as the range of bytes to replace.
    func places(in source: [UInt8]) -> [Range<Int>] {
        source.indices.compactMap { start in
            source[start] == words[0][0] ? place(in: source, at: start) : nil
        }
    }

    private func place(in source: [UInt8], at start: Int) -> Range<Int>? {
        var starts: [Int] = []
        var position = start
        for (number, word) in words.enumerated() {
            if number > 0 {
                let end = source[position...].firstIndex { !SoughtText.isSpace($0) } ?? source.count
                guard end > position else { return nil }
                position = end
            }
            starts.append(position)
            guard source[position...].starts(with: word) else { return nil }
            position += word.count
        }
        guard let part else { return start..<position }
        let first = starts[part.lowerBound.word] + part.lowerBound.offset
        return first..<starts[part.upperBound.word] + part.upperBound.offset
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
}
