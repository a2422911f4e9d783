import ContentDigest

/// A digest of several contents one after the other.
struct PartsDigest {
    private var bytes: [UInt8] = []

    /// Adds a part. Its length goes in too, so that two parts never look like one.
    mutating func add(_ part: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt64(part.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: part)
    }

    /// Adds a text.
    mutating func add(_ part: String) { add(Array(part.utf8)) }

    /// 32 hexadecimal digits.
    var hexadecimal: String { ContentDigest(of: bytes).hexadecimal }

    /// The digest of one content alone.
    static func of(_ content: [UInt8]) -> String {
        var digest = PartsDigest()
        digest.add(content)
        return digest.hexadecimal
    }
}
