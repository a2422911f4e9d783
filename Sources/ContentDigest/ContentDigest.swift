import CXXHash

/// An XXH3-128 digest of a content: whether something changed, not whether somebody forged it.
public struct ContentDigest: Hashable, Sendable {
    /// The first 64 bits.
    public let high: UInt64
    /// The last 64 bits, which serve as a short digest too.
    public let low: UInt64

    /// The digest of some memory.
    public init(of content: RawSpan) {
        let digest = content.withUnsafeBytes { kernaut_digest_of($0.baseAddress, $0.count) }
        high = digest.high
        low = digest.low
    }

    /// The digest of bytes.
    public init(of content: [UInt8]) { self.init(of: content.span.bytes) }

    /// 16 bytes, the high half first, each half in big-endian order.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    /// 32 hexadecimal digits.
    public var hexadecimal: String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
