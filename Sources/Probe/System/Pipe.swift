import Glibc
import Scenario

/// A pipe between the supervisor and the conductor.
final class Pipe {
    private(set) var reader: Int32
    private(set) var writer: Int32

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemFile.lastError("pipe") }
        (reader, writer) = (ends[0], ends[1])
    }

    func closeReader() {
        if reader >= 0 { Glibc.close(reader) }
        reader = -1
    }

    func closeWriter() {
        if writer >= 0 { Glibc.close(writer) }
        writer = -1
    }

    func close() {
        closeReader()
        closeWriter()
    }

    /// Waits for one byte; false when the other end is closed.
    func readByte() -> Bool {
        var byte: UInt8 = 0
        while true {
            let count = read(reader, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            return count == 1
        }
    }

    /// Hands on each line that is written, until the other end is closed.
    func readLines(_ take: (Substring) -> Void) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(reader, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            rest += buffer[..<count]
            guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in String(decoding: rest[..<last], as: UTF8.self).split(separator: "\n") { take(line) }
            rest.removeFirst(last + 1)
        }
        if !rest.isEmpty { take(Substring(String(decoding: rest, as: UTF8.self))) }
    }

    /// The ending that was written into the pipe by a process that is dead now; nil where there is none.
    func readEnding() -> RunEnding? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(reader, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        var runReader = RunReader()
        try? runReader.read(Substring(String(decoding: bytes, as: UTF8.self)))
        return runReader.record.ending
    }
}
