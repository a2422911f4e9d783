/// The exit codes that the command line documents, in the terms of `sysexits.h`.
public enum ExitStatus: Int32, Sendable {
    /// A positive answer.
    case success = 0
    /// A negative answer: no such path, a divergence.
    case negative = 1
    /// The command was used wrongly (`EX_USAGE`).
    case usage = 64
    /// The input is bad (`EX_DATAERR`).
    case badInput = 65
    /// A capability, a package or a program is missing (`EX_UNAVAILABLE`).
    case unavailable = 69
    /// A fault of kernaut itself (`EX_SOFTWARE`).
    case internalFault = 70
}

/// Something that a user has to hear: what went wrong, where, and what to do, as one line.
///
/// Every error that reaches the command line is one of these; the command prints ``line`` on stderr and exits with
/// ``status``. Anything else that reaches it is a fault of kernaut.
public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The exit code of the command that fails.
    public let status: ExitStatus
    /// What went wrong, as a phrase without a final period.
    public let what: String
    /// The place it went wrong: a file, `file:line`, a name.
    public let place: String?
    /// What the user can do about it.
    public let remedy: String?

    /// Makes a failure of its parts; newlines in them are folded, so that the printed form stays one line.
    public init(_ status: ExitStatus, _ what: String, at place: String? = nil, remedy: String? = nil) {
        self.status = status
        self.what = Failure.folded(what)
        self.place = place.map(Failure.folded)
        self.remedy = remedy.map(Failure.folded)
    }

    /// `place: what; remedy`, on one line.
    public var line: String {
        var text = place.map { "\($0): \(what)" } ?? what
        if let remedy { text += "; \(remedy)" }
        return text
    }

    /// The same as ``line``.
    public var description: String { line }

    private static func folded(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
