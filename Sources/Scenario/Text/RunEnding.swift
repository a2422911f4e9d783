/// How a run of a program on a kernel ended: the last line that the probe prints for it.
public enum RunEnding: Hashable, Sendable {
    /// Every step was carried out and observed.
    case completed
    /// This machine or user lacks something, which the reason names. Nothing was forked.
    case skipped(reason: String)
    /// The program asks for something that the probe does not do, which the reason names.
    case unsupported(reason: String)
    /// The program makes no sense: a step names a cgroup that does not exist, say.
    case badProgram(reason: String)
    /// The time that was allowed is over; all processes were killed.
    case timedOut(seconds: Int)
    /// Somebody asked the probe to stop (SIGINT, SIGTERM, or nobody reads its output any more).
    case interrupted
    /// The probe failed to do its work.
    case fault(reason: String)

    /// A room was left for threads or pids of the whole machine, and what it has beside the program did not stay the same: the run
    /// says nothing, and another one may.
    public static let disturbed = RunEnding.skipped(
        reason: "threads of the machine beside the program's came or went after their number was counted"
    )

    /// `end completed`, `end skipped "…"`.
    public var text: String {
        switch self {
        case .completed: "end completed"
        case .skipped(let reason): "end skipped \(TextQuoting.quoted(reason))"
        case .unsupported(let reason): "end unsupported \(TextQuoting.quoted(reason))"
        case .badProgram(let reason): "end bad-program \(TextQuoting.quoted(reason))"
        case .timedOut(let seconds): "end timed-out \(seconds)"
        case .interrupted: "end interrupted"
        case .fault(let reason): "end fault \(TextQuoting.quoted(reason))"
        }
    }

    /// The ending that a line tells, or nil where the line is another one.
    init?(_ line: Substring, number: Int) throws(TextError) {
        var cursor = TextCursor(line, line: number)
        guard cursor.skip("end") else { return nil }
        // A trace's events may be those of a task called `end`.
        if cursor.skip(":") { return nil }
        if cursor.skip("completed") {
            self = .completed
        } else if cursor.skip("skipped") {
            self = .skipped(reason: try cursor.quoted("the reason"))
        } else if cursor.skip("unsupported") {
            self = .unsupported(reason: try cursor.quoted("the reason"))
        } else if cursor.skip("bad-program") {
            self = .badProgram(reason: try cursor.quoted("the reason"))
        } else if cursor.skip("timed-out") {
            self = .timedOut(seconds: try cursor.number("seconds"))
        } else if cursor.skip("interrupted") {
            self = .interrupted
        } else if cursor.skip("fault") {
            self = .fault(reason: try cursor.quoted("the reason"))
        } else {
            throw cursor.error(expected: "an ending such as completed, skipped, timed-out")
        }
        try cursor.expectEnd()
    }
}
