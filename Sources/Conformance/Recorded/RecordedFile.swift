public import Failure
import Foundation
public import Scenario

/// Reads the runs of a recording one after the other; no more than one of them is in memory.
///
///     var file = try RecordedFile(path: "runs.txt")
///     while let run = try file.next() { … }
public struct RecordedFile {
    /// What the file is called in messages.
    public let path: String
    private static let block = 1 << 16
    private let file: FileHandle
    private var reader = RecordedRunReader()
    private var pending: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    /// Opens a file; `-` is standard input.
    ///
    /// - Throws: `Failure` (65) where there is none.
    public init(path: String) throws(Failure) {
        self.path = path == "-" ? "standard input" : path
        guard let file = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path) else {
            throw Failure(
                .badInput,
                FileManager.default.fileExists(atPath: path) ? "cannot be opened" : "there is no such file",
                at: path,
                remedy: "make one with 'kernaut verify host --programs N --record FILE'"
            )
        }
        self.file = file
    }

    /// The next run; nil at the end.
    ///
    /// - Throws: `Failure` (65) at `file:line` where something else stands there.
    public mutating func next() throws(Failure) -> RecordedRun? {
        do {
            while let line = try line() {
                if let run = try reader.read(line) { return run }
            }
            try reader.finish()
            return nil
        } catch let error as TextError {
            let found = error.found.isEmpty ? "the end" : "'\(error.found)'"
            throw Failure(.badInput, "expected \(error.expected), found \(found)", at: "\(path):\(error.line)")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.badInput, "cannot be read as a file", at: path)
        }
    }

    /// `file:line` of the run that was read last.
    public var place: String { "\(path):\(reader.firstLine)" }

    private mutating func line() throws -> Substring? {
        var searched = position
        while true {
            if let newline = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = newline + 1 }
                return Substring(decoding: pending[position..<newline], as: UTF8.self)
            }
            if isAtEnd {
                guard position < pending.count else { return nil }
                defer { position = pending.count }
                return Substring(decoding: pending[position...], as: UTF8.self)
            }
            guard pending.count - position <= RecordedRunReader.longest else {
                throw Failure(.badInput, "a line is longer than a whole run may be", at: path)
            }
            pending.removeFirst(position)
            position = 0
            searched = pending.count
            let more = try file.read(upToCount: RecordedFile.block) ?? Data()
            isAtEnd = more.isEmpty
            pending += more
        }
    }
}
