/// What a bomb that nobody held back came to on a running kernel: all of its processes forked again and again, until they
/// were told to stop.
public struct FreeBombCounts: Hashable, Sendable {
    /// How many processors it had.
    public var cpus: Int
    /// How many forks succeeded.
    public var made: Int
    /// How many were refused with EAGAIN, from the beginning to the stop.
    public var refused: Int
    /// From the beginning to the return of the first refused fork, in nanoseconds; nil where none was refused.
    public var firstRefusal_ns: Int64?
    /// How many processes, the first one among them, had had a processor by then.
    public var startedByFirstRefusal: Int
    /// The processor time of all of the bomb's processes up to then, in nanoseconds.
    public var cpuByFirstRefusal_ns: Int64
    /// Some time after the first refusal, in nanoseconds, and how many forks were refused in it.
    public var window_ns: Int64
    /// See ``window_ns``.
    public var windowRefused: Int
    /// The processor time of all of the bomb's processes in it, in nanoseconds.
    public var windowCPU_ns: Int64

    /// Makes a record.
    public init(
        cpus: Int,
        made: Int,
        refused: Int,
        firstRefusal_ns: Int64?,
        startedByFirstRefusal: Int,
        cpuByFirstRefusal_ns: Int64,
        window_ns: Int64,
        windowRefused: Int,
        windowCPU_ns: Int64
    ) {
        self.cpus = cpus
        self.made = made
        self.refused = refused
        self.firstRefusal_ns = firstRefusal_ns
        self.startedByFirstRefusal = startedByFirstRefusal
        self.cpuByFirstRefusal_ns = cpuByFirstRefusal_ns
        self.window_ns = window_ns
        self.windowRefused = windowRefused
        self.windowCPU_ns = windowCPU_ns
    }

    /// `free-bomb cpus 2 made 99 refused 41234 first 3456789 started 2 cpu 6712345 window 1000000000 30123
    /// 1999000000`; a first of -1 is none.
    public var text: String {
        "free-bomb cpus \(cpus) made \(made) refused \(refused) first \(firstRefusal_ns ?? -1) "
            + "started \(startedByFirstRefusal) cpu \(cpuByFirstRefusal_ns) window \(window_ns) \(windowRefused) \(windowCPU_ns)"
    }

    /// The counts that a line tells, or nil where the line is another one.
    public init?(_ line: Substring, number: Int) throws(TextError) {
        var cursor = TextCursor(line, line: number)
        guard cursor.skip("free-bomb"), !cursor.skip(":") else { return nil }
        try cursor.expect("cpus")
        cpus = try cursor.number("a number of processors")
        try cursor.expect("made")
        made = try cursor.number("a number of forks")
        try cursor.expect("refused")
        refused = try cursor.number("a number of forks")
        try cursor.expect("first")
        let first: Int64 = try cursor.number("a number of nanoseconds")
        firstRefusal_ns = first < 0 ? nil : first
        try cursor.expect("started")
        startedByFirstRefusal = try cursor.number("a number of processes")
        try cursor.expect("cpu")
        cpuByFirstRefusal_ns = try cursor.number("a number of nanoseconds")
        try cursor.expect("window")
        window_ns = try cursor.number("a number of nanoseconds")
        windowRefused = try cursor.number("a number of forks")
        windowCPU_ns = try cursor.number("a number of nanoseconds")
        try cursor.expectEnd()
    }
}
