import CXXHash

/// XXH3-128 of bytes: 16 bytes, the high half first, each half big-endian.
func digest(of bytes: [UInt8]) -> [UInt8] {
    let digest = bytes.withUnsafeBytes { kernaut_digest_of($0.baseAddress, $0.count) }
    return [digest.high, digest.low].flatMap { half in
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
    }
}

/// A short digest that identifies a declaration, macro or expansion among all: file, offset in it, and name.
func groupKey(file: UInt64, offset: UInt32, name: CXStringName) -> UInt64 {
    var low = name.withBytes { kernaut_digest_of($0.baseAddress, $0.count).low }
    // The multipliers are odd, so that neither part is lost; a declaration's name and offset seldom collide at all.
    low = (low ^ (UInt64(offset) &* 0x9e37_79b9_7f4a_7c15)) &* 0xd6e8_feb8_6659_fd93
    low = (low ^ (low >> 32) ^ file) &* 0xd6e8_feb8_6659_fd93
    low ^= low >> 29
    return low == 0 ? 1 : low
}

/// A digest of a path.
func pathKey(_ path: String) -> UInt64 {
    var copy = path
    return copy.withUTF8 { kernaut_digest_of($0.baseAddress, $0.count).low }
}
