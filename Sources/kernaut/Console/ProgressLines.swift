import Foundation
import Glibc

/// Progress for people, on stderr: one line a stage, and on a terminal a line that is overwritten in between.
struct ProgressLines: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let last = LastLine()

    /// A stage that begins or has ended; stays on the screen.
    func stage(_ text: String) {
        StandardError.write("\(isTerminal ? "\r\u{1b}[K" : "")\(text)\n")
    }

    /// Where the current stage stands; on a terminal ten times a second, overwritten by what comes next. Elsewhere, such
    /// as in a log, a line every half minute.
    func passing(_ text: String) {
        guard last.isDue(after: isTerminal ? 0.1 : 30, atOnce: isTerminal) else { return }
        StandardError.write(isTerminal ? "\r\u{1b}[K  \(text.prefix(100))" : "     \(text)\n")
    }

    /// Takes the overwritten line off the screen.
    func clear() {
        guard isTerminal else { return }
        StandardError.write("\r\u{1b}[K")
    }
}

/// When the last line was shown.
private final class LastLine: @unchecked Sendable {
    private let lock = NSLock()
    private var shown: ContinuousClock.Instant?

    /// Whether enough time has gone by since the last line, which this one then is.
    ///
    /// - Parameter atOnce: whether the first line is shown at once, or after that time as well.
    func isDue(after seconds: Double, atOnce: Bool) -> Bool {
        lock.withLock {
            let now = ContinuousClock.now
            guard let before = shown else {
                shown = now
                return atOnce
            }
            guard now - before >= .seconds(seconds) else { return false }
            shown = now
            return true
        }
    }
}
