/// Cuts a stream of bytes into messages: `Content-Length: N`, an empty line, N bytes.
struct MessageReader {
    /// What a stream brought.
    enum Item: Equatable {
        /// The content of a message.
        case message([UInt8])
        /// A head that states no usable length, or one beyond the bound. The content, where its length is known, is
        /// passed over.
        case damaged(String)
    }

    /// The longest message that is taken: an editor sends whole files.
    static let longestMessage = 64 << 20
    private static let longestHead = 64 << 10

    private var buffer: [UInt8] = []
    private var start = 0
    private var toSkip = 0
    private var awaited: Int?

    /// Adds what came.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        if start > 1 << 20 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Takes the next message off; nil when more has to come first.
    mutating func next() -> Item? {
        if toSkip > 0 {
            let skipped = min(toSkip, buffer.count - start)
            start += skipped
            toSkip -= skipped
            guard toSkip == 0 else { return nil }
        }
        if let length = awaited {
            guard buffer.count - start >= length else { return nil }
            let content = Array(buffer[start..<(start + length)])
            start += length
            awaited = nil
            return .message(content)
        }
        guard let end = headEnd() else {
            guard buffer.count - start > MessageReader.longestHead else { return nil }
            start = buffer.count
            return .damaged("the head of a message has no end")
        }
        let head = String(decoding: buffer[start..<end.content], as: UTF8.self)
        start = end.next
        guard let length = MessageReader.length(in: head) else {
            return .damaged("the head of a message states no usable Content-Length")
        }
        guard length <= MessageReader.longestMessage else {
            toSkip = length
            return .damaged("a message of \(length) bytes is too long")
        }
        awaited = length
        return next()
    }

    /// Where the head's lines end, and where the content begins. Line feeds alone are taken for line ends, too.
    private func headEnd() -> (content: Int, next: Int)? {
        var index = start
        while index < buffer.count {
            if buffer[index] == UInt8(ascii: "\n") {
                if index + 1 < buffer.count, buffer[index + 1] == UInt8(ascii: "\n") { return (index, index + 2) }
                if index + 2 < buffer.count, buffer[index + 1] == UInt8(ascii: "\r"),
                    buffer[index + 2] == UInt8(ascii: "\n")
                {
                    return (index, index + 3)
                }
            }
            index += 1
        }
        return nil
    }

    private static func length(in head: String) -> Int? {
        for line in head.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            let digits = parts[1].filter { !$0.isWhitespace }
            guard !digits.isEmpty, digits.allSatisfy(\.isASCII), let length = Int(digits), length >= 0 else {
                return nil
            }
            return length
        }
        return nil
    }
}
