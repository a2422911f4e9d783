/// Writes integers and texts as bytes: integers in base 128, texts once each.
public struct ByteWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []
    private var texts: [String: Int] = [:]

    /// Makes an empty writer.
    public init() {}

    /// Writes an unsigned integer: 7 bits a byte, the lowest first.
    public mutating func write(_ value: UInt64) { bytes.append(base128: value) }

    /// Writes an integer that is usually small and never negative.
    public mutating func write(_ value: Int) {
        precondition(value >= 0, "negative integers have no place in facts")
        write(UInt64(value))
    }

    /// Writes a flag.
    public mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    /// Writes an integer or its absence.
    public mutating func write(_ value: Int?) { write(value.map { $0 + 1 } ?? 0) }

    /// Writes bytes with their count before them.
    public mutating func write(_ content: [UInt8]) {
        write(content.count)
        bytes.append(contentsOf: content)
    }

    /// Writes a text. The second time it costs a number.
    public mutating func write(_ text: String) {
        if let known = texts[text] {
            write(known + 1)
        } else {
            texts[text] = texts.count
            write(0)
            write(once: text)
        }
    }

    /// Writes a text that does not come a second time.
    public mutating func write(once text: String) {
        var copy = text
        copy.withUTF8 { utf8 in
            write(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    /// Writes a text or its absence.
    public mutating func write(_ text: String?) {
        write(text != nil)
        if let text { write(text) }
    }
}
