import Foundation

/// The stream for progress and for what goes wrong.
enum StandardError {
    /// Writes a text as it is, in one piece, after everything that was printed before it: where both streams go to one
    /// place, their order is the reader's.
    static func write(_ text: String) {
        fflush(nil)
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
