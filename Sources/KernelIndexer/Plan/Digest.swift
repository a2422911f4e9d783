import CXXHash
import Foundation

/// XXH3-128 digests: 16 bytes, the high half first, each half big-endian.
enum Digest {
    static func of(_ bytes: some ContiguousBytes) -> [UInt8] {
        let digest = bytes.withUnsafeBytes { kernaut_digest_of($0.baseAddress, $0.count) }
        return [digest.high, digest.low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    /// Of several texts; where one ends and the next begins counts.
    static func of(texts: [String]) -> [UInt8] { of(Array(texts.joined(separator: "\0").utf8)) }

    /// Of a file's content; nil when it cannot be read.
    static func of(file: String) -> [UInt8]? {
        guard let content = try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe) else { return nil }
        return of(content)
    }
}
