import IndexFacts

/// Writes the wire format of Protocol Buffers: what the messages of SCIP need of it.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    /// A number; 0 is what an absent field means, and is left out.
    mutating func write(_ number: Int, field: Int) {
        guard number != 0 else { return }
        tag(field, wire: 0)
        bytes.append(base128: UInt64(bitPattern: Int64(number)))
    }

    /// A truth value.
    mutating func write(_ value: Bool, field: Int) { write(value ? 1 : 0, field: field) }

    /// A text; an empty one is left out.
    mutating func write(_ text: String, field: Int) {
        guard !text.isEmpty else { return }
        tag(field, wire: 2)
        bytes.append(base128: UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Numbers in a row.
    mutating func write(packed numbers: [Int], field: Int) {
        guard !numbers.isEmpty else { return }
        var content = ProtobufWriter()
        for number in numbers { content.bytes.append(base128: UInt64(bitPattern: Int64(number))) }
        write(content, field: field)
    }

    /// A message, also an empty one.
    mutating func write(_ message: ProtobufWriter, field: Int) {
        tag(field, wire: 2)
        bytes.append(base128: UInt64(message.bytes.count))
        bytes.append(contentsOf: message.bytes)
    }

    private mutating func tag(_ field: Int, wire: UInt64) { bytes.append(base128: UInt64(field) << 3 | wire) }
}
