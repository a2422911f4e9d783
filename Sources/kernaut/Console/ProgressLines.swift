import Glibc

/// Progress for people, on stderr: one line a stage, and on a terminal a line that is overwritten in between.
struct ProgressLines: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// A stage that begins or has ended; stays on the screen.
    func stage(_ text: String) {
        StandardError.write("\(isTerminal ? "\r\u{1b}[K" : "")\(text)\n")
    }

    /// Where the current stage stands; shown on a terminal only, and overwritten by what comes next.
    func passing(_ text: String) {
        guard isTerminal else { return }
        StandardError.write("\r\u{1b}[K  \(text.prefix(100))")
    }

    /// Takes the overwritten line off the screen.
    func clear() {
        guard isTerminal else { return }
        StandardError.write("\r\u{1b}[K")
    }
}
