import CXXHash
import Foundation

/// The XXH3-128 digest of a content as the table `file` has it: 16 bytes, the high half first, each in big-endian order.
func contentDigest(of content: Data) -> [UInt8] {
    let digest = content.withUnsafeBytes { kernaut_digest_of($0.baseAddress, $0.count) }
    return [digest.high, digest.low].flatMap { half in
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
    }
}
