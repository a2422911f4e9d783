import Foundation

/// The stream for progress and for what goes wrong.
enum StandardError {
    /// Writes a text as it is, in one piece.
    static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
