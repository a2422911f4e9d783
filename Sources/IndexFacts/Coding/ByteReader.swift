/// What is wrong with bytes that are no blob: a worker died while it wrote, or is another version's.
public struct MalformedBytes: Error, Equatable, Sendable {
    /// Where it was noticed: an offset in bytes.
    public let offset: Int

    /// Says where.
    public init(offset: Int) { self.offset = offset }
}

/// Reads what ``ByteWriter`` wrote.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private var offset = 0
    private var texts: [String] = []

    /// Starts at the first byte.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether everything was read.
    public var isAtEnd: Bool { offset == bytes.count }

    private var malformed: MalformedBytes { MalformedBytes(offset: offset) }

    /// Reads an unsigned integer.
    public mutating func unsigned() throws(MalformedBytes) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { break }
        }
        throw malformed
    }

    /// Reads an integer.
    public mutating func integer() throws(MalformedBytes) -> Int {
        guard let value = Int(exactly: try unsigned()) else { throw malformed }
        return value
    }

    /// Reads an integer that must be below a limit: an index.
    public mutating func index(below limit: Int) throws(MalformedBytes) -> Int {
        let value = try integer()
        guard value < limit else { throw malformed }
        return value
    }

    /// Reads an integer or its absence.
    public mutating func optionalInteger() throws(MalformedBytes) -> Int? {
        let value = try integer()
        return value == 0 ? nil : value - 1
    }

    /// Reads an index or its absence.
    public mutating func optionalIndex(below limit: Int) throws(MalformedBytes) -> Int? {
        guard let value = try optionalInteger() else { return nil }
        guard value < limit else { throw malformed }
        return value
    }

    /// Reads a flag.
    public mutating func flag() throws(MalformedBytes) -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        default: throw malformed
        }
    }

    /// Reads one byte.
    public mutating func byte() throws(MalformedBytes) -> UInt8 {
        guard offset < bytes.count else { throw malformed }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// Reads bytes with their count before them.
    public mutating func content() throws(MalformedBytes) -> [UInt8] {
        let count = try integer()
        guard count <= bytes.count - offset else { throw malformed }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// Reads a text.
    public mutating func text() throws(MalformedBytes) -> String {
        let known = try integer()
        if known > 0 {
            guard known <= texts.count else { throw malformed }
            return texts[known - 1]
        }
        let text = try textOnce()
        texts.append(text)
        return text
    }

    /// Reads a text that was written to come once.
    public mutating func textOnce() throws(MalformedBytes) -> String {
        let count = try integer()
        guard count <= bytes.count - offset else { throw malformed }
        defer { offset += count }
        return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }

    /// Reads a text or its absence.
    public mutating func optionalText() throws(MalformedBytes) -> String? { try flag() ? try text() : nil }

    /// Reads how many elements follow; each takes at least one byte, so a count beyond the end is malformed.
    public mutating func count() throws(MalformedBytes) -> Int {
        let count = try integer()
        guard count <= bytes.count - offset else { throw malformed }
        return count
    }
}
