/// The calls that were seen while one program ran, each pair of functions once.
public struct CallTrace: Hashable, Sendable {
    /// The pairs.
    public var calls: [ObservedCall]
    /// The functions that were seen without a caller.
    public var entries: [ObservedEntry]
    /// How many functions were seen to start, over all.
    public var functionsEntered: Int
    /// How many events the kernel could not keep: with any, callers may be told wrongly.
    public var lost: Int
    /// How many functions started below callers that had not been seen. They are in no pair.
    public var unclear: Int
    /// How long it took to switch the tracer on, in milliseconds.
    public var switchingMilliseconds: Int
    /// How long it took to read what was traced, in milliseconds.
    public var readingMilliseconds: Int
    /// How it ended.
    public var ending: TracingEnding

    /// A trace in which nothing was seen.
    public init(ending: TracingEnding = .completed) {
        calls = []
        entries = []
        functionsEntered = 0
        lost = 0
        unclear = 0
        switchingMilliseconds = 0
        readingMilliseconds = 0
        self.ending = ending
    }

    /// The trace as lines; the last one starts with `calls`.
    ///
    ///     entry task 3 __x64_sys_clone
    ///     call task 3 0 0 kernel_clone copy_process          seen 3 times, none of them resumed or interrupted
    ///     call hardirq 12 0 0 __sysvec_apic_timer_interrupt hrtimer_interrupt
    ///     traced 48211 lost 0 unclear 2 switching-ms 10100 reading-ms 2300
    ///     calls completed
    public var lines: [String] {
        guard case .completed = ending else { return ["calls \(ending.text)"] }
        return entries.map { "entry \($0.context.rawValue) \($0.count) \($0.function)" }
            + calls.map { call in
                "call \(call.context.rawValue) \(call.count) \(call.resumed) \(call.interrupted) \(call.caller) "
                    + call.callee
            }
            + [
                "traced \(functionsEntered) lost \(lost) unclear \(unclear) "
                    + "switching-ms \(switchingMilliseconds) reading-ms \(readingMilliseconds)",
                "calls \(ending.text)",
            ]
    }
}

/// Puts a ``CallTrace`` together from its lines as they arrive.
public struct CallTraceReader: Sendable {
    /// The trace; nil until its last line was read.
    public private(set) var trace: CallTrace?
    private var pending = CallTrace()

    /// Starts a trace.
    public init() {}

    /// Takes one line, without its newline.
    public mutating func read(_ line: Substring) throws(TraceLineError) {
        guard trace == nil else { throw TraceLineError(expected: "nothing after the trace's end", found: line) }
        let words = line.split(separator: " ")
        if words.first == "calls", let ending = TracingEnding(line.dropFirst("calls".utf8.count)) {
            pending.ending = ending
            trace = pending
        } else if words.count == 7, words[0] == "call", let context = CallContext(rawValue: String(words[1])),
            let count = Int(words[2]), let resumed = Int(words[3]), let interrupted = Int(words[4])
        {
            pending.calls.append(
                ObservedCall(
                    caller: String(words[5]),
                    callee: String(words[6]),
                    context: context,
                    count: count,
                    resumed: resumed,
                    interrupted: interrupted
                )
            )
        } else if words.count == 4, words[0] == "entry", let context = CallContext(rawValue: String(words[1])),
            let count = Int(words[2])
        {
            pending.entries.append(ObservedEntry(function: String(words[3]), context: context, count: count))
        } else if words.count == 10, words[0] == "traced", let entered = Int(words[1]), let lost = Int(words[3]),
            let unclear = Int(words[5]), let switching = Int(words[7]), let reading = Int(words[9])
        {
            pending.functionsEntered = entered
            pending.lost = lost
            pending.unclear = unclear
            pending.switchingMilliseconds = switching
            pending.readingMilliseconds = reading
        } else {
            throw TraceLineError(expected: "a line of a trace of calls", found: line)
        }
    }
}
