import ContentDigest

/// A short digest that identifies a declaration, macro or expansion among all: file, offset in it, and name.
func groupKey(file: UInt64, offset: UInt32, name: CXStringName) -> UInt64 {
    var low = name.withBytes { ContentDigest(of: RawSpan(_unsafeBytes: $0)).low }
    // The multipliers are odd, so that neither part is lost; a declaration's name and offset seldom collide at all.
    low = (low ^ (UInt64(offset) &* 0x9e37_79b9_7f4a_7c15)) &* 0xd6e8_feb8_6659_fd93
    low = (low ^ (low >> 32) ^ file) &* 0xd6e8_feb8_6659_fd93
    low ^= low >> 29
    return low == 0 ? 1 : low
}

/// A digest of a path.
func pathKey(_ path: String) -> UInt64 { ContentDigest(of: Array(path.utf8)).low }
