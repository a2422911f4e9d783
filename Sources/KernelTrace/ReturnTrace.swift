public import KernelABI

/// A function that returned, and what it returned.
public struct ObservedReturn: Hashable, Sendable {
    /// The task, by its number in the initial PID namespace.
    public var task: Int
    /// The kernel's symbol: `copy_process`, or with what the compiler added: `sock_alloc_file.part.0`.
    public var function: String
    /// What stood in the register of return values. A function that returns an `int` defines only its lower half.
    public var value: Int64

    /// Makes a return.
    public init(task: Int, function: String, value: Int64) {
        self.task = task
        self.function = function
        self.value = value
    }

    /// The error that the value is, as an `int`, a `long` or a pointer (`ERR_PTR`); nil where it is none.
    public var errno: Errno? {
        let isInt = UInt64(bitPattern: value) >> 32 == 0
        let signed = isInt ? Int64(Int32(truncatingIfNeeded: value)) : value
        // MAX_ERRNO of include/linux/err.h.
        return (-4095 ... -1).contains(signed) ? Errno(rawValue: Int32(-signed)) : nil
    }
}

/// What became of the wish to see a function return.
public struct ReturnProbe: Hashable, Sendable {
    /// The function as it was asked for.
    public var function: String
    /// The kernel's symbols that were probed for it; none where it could not be.
    public var symbols: [String]
    /// Why it could not be.
    public var refusal: String?

    /// Makes an answer.
    public init(function: String, symbols: [String], refusal: String?) {
        self.function = function
        self.symbols = symbols
        self.refusal = refusal
    }
}

/// What functions returned while one program ran, in the order of time.
public struct ReturnTrace: Hashable, Sendable {
    /// For each function that was asked for, what became of it.
    public var probes: [ReturnProbe]
    /// The returns.
    public var returns: [ObservedReturn]
    /// How many returns the kernel could not keep or follow.
    public var lost: Int
    /// How it ended.
    public var ending: TracingEnding

    /// A trace in which nothing was seen.
    public init(ending: TracingEnding = .completed) {
        probes = []
        returns = []
        lost = 0
        self.ending = ending
    }

    /// The trace as lines; the last one starts with `returns`.
    ///
    ///     probed copy_process copy_process
    ///     not-probed cgroup_css_set_fork no such function in this kernel
    ///     return 312 pids_can_fork -11
    ///     lost 0
    ///     returns completed
    public var lines: [String] {
        guard case .completed = ending else { return ["returns \(ending.text)"] }
        return probes.map { probe in
            if let refusal = probe.refusal {
                "not-probed \(probe.function) \(TracingEnding.inOneLine(refusal))"
            } else {
                "probed \(probe.function) \(probe.symbols.joined(separator: " "))"
            }
        } + returns.map { "return \($0.task) \($0.function) \($0.value)" } + ["lost \(lost)", "returns \(ending.text)"]
    }
}

/// Puts a ``ReturnTrace`` together from its lines as they arrive.
public struct ReturnTraceReader: Sendable {
    /// The trace; nil until its last line was read.
    public private(set) var trace: ReturnTrace?
    private var pending = ReturnTrace()

    /// Starts a trace.
    public init() {}

    /// Takes one line, without its newline.
    public mutating func read(_ line: Substring) throws(TraceLineError) {
        guard trace == nil else { throw TraceLineError(expected: "nothing after the trace's end", found: line) }
        let words = line.split(separator: " ")
        if words.first == "returns", let ending = TracingEnding(line.dropFirst("returns".utf8.count)) {
            pending.ending = ending
            trace = pending
        } else if words.count >= 3, words[0] == "probed" {
            pending.probes.append(
                ReturnProbe(function: String(words[1]), symbols: words[2...].map(String.init), refusal: nil)
            )
        } else if words.count >= 3, words[0] == "not-probed" {
            let reason = words[2...].joined(separator: " ")
            pending.probes.append(ReturnProbe(function: String(words[1]), symbols: [], refusal: reason))
        } else if words.count == 4, words[0] == "return", let task = Int(words[1]), let value = Int64(words[3]) {
            pending.returns.append(ObservedReturn(task: task, function: String(words[2]), value: value))
        } else if words.count == 2, words[0] == "lost", let lost = Int(words[1]) {
            pending.lost = lost
        } else {
            throw TraceLineError(expected: "a line of a trace of returns", found: line)
        }
    }
}
