public import Failure
import Foundation
import Scenario

/// A file that takes the runs of a campaign, in the order of their numbers. What comes early waits in memory for its turn.
public actor RunRecording {
    private let path: String
    private let file: FileHandle
    private var next: Int
    private var waiting: [Int: (count: Int, text: String)] = [:]

    /// Makes the file anew.
    ///
    /// - Parameter first: the number of the first program.
    /// - Throws: `Failure` (69) where the file cannot be made.
    public init(path: String, first: Int) throws(Failure) {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else {
            throw Failure(
                .unavailable,
                "the recording cannot be written",
                at: path,
                remedy: "name a file in a folder that is there"
            )
        }
        self.path = path
        self.file = file
        next = first
    }

    /// Takes runs whose numbers follow each other.
    func add(_ runs: [RecordedRun], first: Int) throws(Failure) {
        waiting[first] = (runs.count, runs.map(\.text).joined())
        while let chunk = waiting.removeValue(forKey: next) {
            do {
                try file.write(contentsOf: Data(chunk.text.utf8))
            } catch {
                throw Failure(.unavailable, "the recording cannot be written: \(error)", at: path)
            }
            next += chunk.count
        }
    }
}
