import KernelABI

extension Platform {
    /// `platform 6.18.44 v1 pids_localevents=no`
    public var text: String {
        "platform \(version) \(hierarchy.rawValue) pids_localevents=\(pidsLocalEvents ? "yes" : "no")"
    }

    /// The platform that a line tells, or nil where the line is another one.
    init?(_ line: Substring, number: Int) throws(TextError) {
        var cursor = TextCursor(line, line: number)
        guard cursor.skip("platform"), !cursor.skip(":") else { return nil }
        let version = try cursor.value("a kernel's version") { KernelVersion($0) }
        let hierarchy = try cursor.value("\"v1\" or \"v2\"") { Hierarchy(rawValue: $0) }
        let localEvents = try cursor.value("pids_localevents=yes or =no") { word -> Bool? in
            switch word {
            case "pids_localevents=yes": true
            case "pids_localevents=no": false
            default: nil
            }
        }
        try cursor.expectEnd()
        self.init(version: version, hierarchy: hierarchy, pidsLocalEvents: localEvents)
    }
}

/// What the probe prints about one program: the platform (where it got so far as to know it), the trace, and how the run
/// ended.
public struct RunRecord: Hashable, Sendable {
    /// What the program ran on; nil when the probe could not tell.
    public var platform: Platform?
    /// What was observed; not all of the program where the run did not complete.
    public var trace: Trace
    /// How it ended; nil when the output stops before that.
    public var ending: RunEnding?
    /// The last part of what the kernel said, where a guest was lost.
    public var consoleLog: String?

    /// Makes a record.
    public init(platform: Platform?, trace: Trace, ending: RunEnding?) {
        self.platform = platform
        self.trace = trace
        self.ending = ending
    }
}

/// Puts a run's record together from the probe's lines as they arrive.
public struct RunReader: Sendable {
    /// What was read so far.
    public var record: RunRecord { RunRecord(platform: platform, trace: traceReader.trace, ending: ending) }
    private var platform: Platform?
    private var ending: RunEnding?
    private var traceReader: TraceReader
    private var lineNumber: Int

    /// Starts a record, whose first line is number `firstLine`.
    public init(firstLine: Int = 1) {
        lineNumber = firstLine - 1
        traceReader = TraceReader(firstLine: firstLine)
    }

    /// Takes one line, without its newline.
    public mutating func read(_ line: Substring) throws(TextError) {
        lineNumber += 1
        if self.ending != nil {
            throw TextError(line: lineNumber, expected: "nothing after the ending", found: String(line.prefix(40)))
        }
        if platform == nil, let found = try Platform(line, number: lineNumber) {
            platform = found
            try traceReader.read("")
        } else if let found = try RunEnding(line, number: lineNumber) {
            ending = found
        } else {
            try traceReader.read(line)
        }
    }
}
