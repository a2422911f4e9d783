/// In what the protocol's columns are counted.
enum PositionEncoding: String {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case utf32 = "utf-32"

    /// What a client and this server agree on: the first of the client's that is known here, else UTF-16, which every
    /// client has. `offsetEncoding` is what clients asked for before the protocol had a word for it.
    init(capabilities: JSON) {
        let offered = capabilities["general"]["positionEncodings"].array ?? capabilities["offsetEncoding"].array ?? []
        self = offered.compactMap { $0.string.flatMap(PositionEncoding.init) }.first ?? .utf16
    }

    /// The units that a stretch of UTF-8 takes.
    func units(in bytes: ArraySlice<UInt8>) -> Int {
        switch self {
        case .utf8: return bytes.count
        case .utf16:
            // Every character but its first byte is counted at the first; those of four bytes are two units.
            return bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
        case .utf32: return bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        }
    }

    /// The number of bytes that so many units take at the start of a line; at most all of them.
    func bytes(ofUnits units: Int, in line: ArraySlice<UInt8>) -> Int {
        if self == .utf8 { return min(max(0, units), line.count) }
        var left = units
        var index = line.startIndex
        while index < line.endIndex, left > 0 {
            left -= self == .utf16 && line[index] >= 0xF0 ? 2 : 1
            index += 1
            while index < line.endIndex, line[index] & 0xC0 == 0x80 { index += 1 }
        }
        return index - line.startIndex
    }
}
