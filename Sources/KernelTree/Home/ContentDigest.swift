import CXXHash

/// An XXH3-128 digest of contents: whether something changed, not whether somebody forged it.
struct ContentDigest {
    private var bytes: [UInt8] = []

    /// Adds a part. Its length goes in too, so that two parts never look like one.
    mutating func add(_ part: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt64(part.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: part)
    }

    /// Adds a text.
    mutating func add(_ part: String) { add(Array(part.utf8)) }

    /// 32 hexadecimal digits.
    var hexadecimal: String {
        let digest = bytes.withUnsafeBytes { kernaut_digest_of($0.baseAddress, $0.count) }
        return [digest.high, digest.low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The digest of one content alone.
    static func of(_ content: [UInt8]) -> String {
        var digest = ContentDigest()
        digest.add(content)
        return digest.hexadecimal
    }
}
