import Foundation

/// The keys of the groups that a unit owns in one header, as the table `header_group` has them: 8 bytes each, the
/// lowest first.
enum HeaderKeys {
    static func encoded(_ keys: [UInt64]) -> [UInt8] {
        keys.flatMap { key in (0..<8).map { UInt8(truncatingIfNeeded: key >> (8 * UInt64($0))) } }
    }

    static func decoded(_ bytes: Data) -> [UInt64] {
        bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count - buffer.count % 8, by: 8).map {
                UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
            }
        }
    }
}

extension [UInt8] {
    /// The bytes as SQLite takes them through GRDB.
    var data: Data { Data(self) }
}
