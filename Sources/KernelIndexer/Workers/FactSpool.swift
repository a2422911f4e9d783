import ContentDigest
import Failure
import Foundation
import Glibc
import IndexFacts

/// What workers have sent in a run that makes an index from nothing, kept in a file until the index is complete: a run
/// that is killed has lost nothing of that, and the next one goes on from there.
///
/// The file starts with 16 bytes that tell what the facts rest on. Each record has the job's key (16 bytes), the worker's
/// number, the length (8 bytes each, the lowest first), the digest of the bytes (16), and the bytes. Records are appended
/// as they arrive, so that of each worker the first ones are there: a worker leaves out what it has reported before.
final class FactSpool: @unchecked Sendable {
    /// A record that can be used again.
    struct Record {
        fileprivate var worker: UInt64
        fileprivate var offset: Int
        fileprivate var length: Int
        fileprivate var digest: [UInt8]
    }

    private static let headerSize = 16
    private static let recordHeaderSize = 48
    private let descriptor: Int32
    private let path: String
    // `lock` guards the end of the file.
    private let lock = NSLock()
    private var end = 0
    /// What an earlier run left, by the job's key.
    private(set) var records: [[UInt8]: Record] = [:]

    /// Opens the file, and takes over what is of use in it.
    ///
    /// - Parameters:
    ///   - identity: 16 bytes; what was written with others is thrown away.
    ///   - isCurrent: whether a file of the index has the content of a digest.
    /// - Throws: ``Failure`` `unavailable` when the file cannot be written.
    init(_ path: String, identity: [UInt8], isCurrent: (FactBlob.File) -> Bool) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FactSpool.failure(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FactSpool.failure(path) }
        end = FactSpool.headerSize
        if bytes(at: 0, count: FactSpool.headerSize) == identity {
            scan(size: Int(status.st_size), isCurrent: isCurrent)
        }
        if records.isEmpty {
            end = FactSpool.headerSize
            guard ftruncate(descriptor, 0) == 0 else { throw FactSpool.failure(path) }
            try write(identity, at: 0)
        } else {
            // What stands behind the last whole record was being written when the run was killed.
            guard ftruncate(descriptor, off_t(end)) == 0 else { throw FactSpool.failure(path) }
        }
    }

    deinit { close(descriptor) }

    /// Whether a file holds no record.
    static func isEmpty(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size <= headerSize
    }

    /// A new number for a worker.
    static func workerNumber() -> UInt64 { UInt64.random(in: 1...UInt64.max) }

    /// Appends what a worker has sent.
    func append(_ bytes: [UInt8], job key: [UInt8], worker: UInt64) throws {
        var record = key
        for number in [worker, UInt64(bytes.count)] {
            record += (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
        }
        record += ContentDigest(of: bytes).bytes
        record += bytes
        try lock.withLock {
            try write(record, at: end)
            end += record.count
        }
    }

    /// The bytes of a record; nil when they are not what was written.
    func bytes(of record: Record) -> [UInt8]? {
        guard let bytes = bytes(at: record.offset, count: record.length),
            ContentDigest(of: bytes).bytes == record.digest
        else { return nil }
        return bytes
    }

    /// Goes through the records. What rests on a file that has changed is of no use, nor is what its worker has sent
    /// later: it may leave out what was reported there.
    private func scan(size: Int, isCurrent: (FactBlob.File) -> Bool) {
        var spoiled: Set<UInt64> = []
        while let header = bytes(at: end, count: FactSpool.recordHeaderSize) {
            func number(_ start: Int) -> UInt64 {
                (0..<8).reduce(0) { $0 | UInt64(header[start + $1]) << (8 * UInt64($1)) }
            }
            let record = Record(
                worker: number(16),
                offset: end + FactSpool.recordHeaderSize,
                length: Int(truncatingIfNeeded: number(24)),
                digest: Array(header[32...])
            )
            guard record.length >= 0, record.length <= size - record.offset, let content = bytes(of: record) else {
                return
            }
            end = record.offset + record.length
            let files = (try? FactBlob.files(decoding: content)) ?? []
            if files.isEmpty || spoiled.contains(record.worker) || !files.allSatisfy(isCurrent) {
                spoiled.insert(record.worker)
            } else {
                records[Array(header[..<16])] = record
            }
        }
    }

    private func bytes(at offset: Int, count: Int) -> [UInt8]? {
        var filled = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while filled < count {
                let received = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if received < 0, errno == EINTR { continue }
                guard received > 0 else { break }
                filled += received
            }
            initialized = filled
        }
        return filled == count ? bytes : nil
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws {
        var sent = 0
        while sent < bytes.count {
            let written = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + sent, bytes.count - sent, off_t(offset + sent))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FactSpool.failure(path) }
            sent += written
        }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(
            .unavailable,
            "what was indexed so far cannot be kept: \(String(cString: strerror(errno)))",
            at: path,
            remedy: "check the disk's space and the folder's permissions"
        )
    }
}
