extension [UInt8] {
    /// Appends an unsigned integer in base 128: 7 bits a byte, the lowest first, the highest bit set in all but the last.
    public mutating func append(base128 value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
