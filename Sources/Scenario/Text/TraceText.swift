import KernelABI

extension Trace {
    /// The trace as lines that can be read, compared and parsed again without loss.
    public var text: String { observations.map(\.text).joined() }
}

extension Observation {
    /// The observation as lines: its moment, its events, the state afterwards. A counter that does not exist is `-`.
    ///
    ///     moment 3 round 2
    ///       bomb: fork -> child bomb.2
    ///       bomb.1: fork -> EAGAIN
    ///       @host: write pids.max -> ok
    ///       living 3
    ///       cgroup /box current 3 max 3 events 1 peak -
    public var text: String { String(decoding: utf8, as: UTF8.self) }

    /// The bytes of ``text``.
    ///
    /// Put together as bytes: the probe does this for every moment, under emulation, where texts cost more than all that a
    /// kernel does in between.
    public var utf8: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128 + 64 * (events.count + snapshot.cgroups.count))
        bytes.append("moment ")
        if let step { bytes.append(number: Int64(step)) } else { bytes.append("start") }
        if let round {
            bytes.append(" round ")
            bytes.append(number: Int64(round))
        }
        bytes.append("\n")
        for event in events {
            bytes.append("  ")
            event.write(to: &bytes)
            bytes.append("\n")
        }
        bytes.append("  living ")
        bytes.append(number: Int64(snapshot.living))
        bytes.append("\n")
        for group in snapshot.cgroups {
            bytes.append("  cgroup ")
            bytes.append(text: group.path.description)
            bytes.append(" current ")
            bytes.append(number: group.current)
            bytes.append(" max ")
            if case .limited(let limit) = group.max { bytes.append(number: limit) } else { bytes.append("max") }
            bytes.append(" events ")
            if let events = group.eventsMax { bytes.append(number: events) } else { bytes.append("-") }
            bytes.append(" peak ")
            if let peak = group.peak { bytes.append(number: peak) } else { bytes.append("-") }
            bytes.append("\n")
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { append(contentsOf: $0) }
    }

    fileprivate mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }

    fileprivate mutating func append(number: Int64) {
        var rest = number.magnitude
        if number < 0 { append(UInt8(ascii: "-")) }
        let first = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[first...].reverse()
    }
}

extension Event {
    /// The event as a line: `bomb: fork -> child bomb.1`.
    public var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    fileprivate func write(to bytes: inout [UInt8]) {
        if let task { bytes.append(text: task.description) } else { bytes.append("@host") }
        bytes.append(": ")
        bytes.append(text: call)
        bytes.append(" -> ")
        bytes.append(text: outcome.text)
    }
}

extension Outcome {
    /// As ``description``, with the text quoted so that it stays one line.
    var text: String {
        switch self {
        case .forks(let made, let refused): "made \(made) then \(refused)"
        default: description
        }
    }

    /// The outcome of a text such as `ok`, `child a`, `reaped a exit 0`, `"box"`, `EAGAIN`, `errno 999`.
    init(_ cursor: inout TextCursor) throws(TextError) {
        if cursor.skip("ok") {
            self = .done
        } else if cursor.skip("child") {
            self = .child(try cursor.task())
        } else if cursor.skip("reaped") {
            self = .reaped(try cursor.task(), status: try cursor.waitStatus())
        } else if cursor.skip("seen") {
            self = .seen(try cursor.task(), status: try cursor.waitStatus())
        } else if cursor.skip("nothing") {
            self = .nothing
        } else if cursor.skip("process") {
            if cursor.skip("@outside") {
                self = .outsider
            } else {
                self = .process(cursor.skip("@host") ? nil : try cursor.task())
            }
        } else if cursor.skip("pids") {
            var numbers: [Int32?] = []
            while !cursor.isAtEnd { numbers.append(cursor.skip("-") ? nil : try cursor.number("a pid or -")) }
            self = .pids(numbers)
        } else if cursor.skip("namespace") {
            let kind = try cursor.value("a kind such as uts") { NamespaceKind(rawValue: $0) }
            self = .namespace(kind, try cursor.number("a namespace's number"))
        } else if cursor.skip("made") {
            let made: Int = try cursor.number("a number of children")
            try cursor.expect("then")
            self = .forks(made: made, refused: try cursor.errno())
        } else if cursor.skipsNoQuote() {
            self = .failed(try cursor.errno())
        } else {
            self = .text(try cursor.quoted("a text"))
        }
    }
}

/// Puts a trace together from its lines as they arrive.
///
///     var reader = TraceReader()
///     for line in lines { try reader.read(line) }
///     let trace = reader.trace
public struct TraceReader: Sendable {
    /// What was read so far. The last observation may be incomplete while lines are still to come.
    public private(set) var trace = Trace(observations: [])
    private var lineNumber: Int
    private var hasLiving = true

    /// Starts a trace, whose first line is number `firstLine`.
    public init(firstLine: Int = 1) { lineNumber = firstLine - 1 }

    /// The last observation has its snapshot, as far as can be told without knowing the number of cgroups.
    public var isAtBoundary: Bool { hasLiving }

    /// Takes one line, without its newline.
    public mutating func read(_ line: Substring) throws(TextError) {
        lineNumber += 1
        var cursor = TextCursor(line, line: lineNumber)
        if cursor.isAtEnd { return }
        if let observation = try cursor.moment() {
            guard hasLiving else { throw TextError(line: lineNumber, expected: "\"living\"", found: "moment") }
            trace.observations.append(observation)
            hasLiving = false
        } else if trace.observations.isEmpty {
            throw cursor.error(expected: "\"moment\"")
        } else if let living = try cursor.living() {
            guard !hasLiving else { throw TextError(line: lineNumber, expected: "\"moment\"", found: "living") }
            trace.observations[trace.observations.count - 1].snapshot.living = living
            hasLiving = true
        } else if let counters = try cursor.counters() {
            guard hasLiving else { throw TextError(line: lineNumber, expected: "\"living\"", found: "cgroup") }
            trace.observations[trace.observations.count - 1].snapshot.cgroups.append(counters)
        } else {
            guard !hasLiving else { throw cursor.error(expected: "\"moment\" or \"cgroup\"") }
            trace.observations[trace.observations.count - 1].events.append(try cursor.event())
        }
        try cursor.expectEnd()
    }
}

extension Trace {
    /// The trace of a text.
    public init(text: some StringProtocol) throws(TextError) {
        var reader = TraceReader()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            try reader.read(Substring(line))
        }
        guard reader.isAtBoundary else {
            throw TextError(line: text.split(separator: "\n").count + 1, expected: "\"living\"", found: "")
        }
        self = reader.trace
    }
}

extension TextCursor {
    fileprivate mutating func errno() throws(TextError) -> Errno {
        if skip("errno") { return Errno(rawValue: try number("an error number")) }
        return try value("an outcome such as ok, child c, EAGAIN") { Errno(name: $0) }
    }

    fileprivate mutating func waitStatus() throws(TextError) -> String {
        let kind = try value("\"exit\" or \"signal\"") { $0 == "exit" || $0 == "signal" ? $0 : nil }
        let number: UInt8 = try number("a number from 0 to 255")
        return "\(kind) \(number)"
    }

    fileprivate func skipsNoQuote() -> Bool {
        var ahead = self
        return !ahead.skip("\"")
    }

    // A task may be called `moment`, `living` or `cgroup`; then a colon follows its name.
    private mutating func skipKeyword(_ keyword: StaticString) -> Bool {
        var ahead = self
        guard ahead.skip(keyword) else { return false }
        var beyond = ahead
        guard !beyond.skip(":") else { return false }
        self = ahead
        return true
    }

    fileprivate mutating func moment() throws(TextError) -> Observation? {
        guard skipKeyword("moment") else { return nil }
        let step: Int? = skip("start") ? nil : try number("\"start\" or a step's index")
        let round: Int? = skip("round") ? try number("a round's number") : nil
        return Observation(step: step, round: round, events: [], snapshot: Snapshot(living: 0, cgroups: []))
    }

    fileprivate mutating func living() throws(TextError) -> Int? {
        skipKeyword("living") ? try number("a number of processes") : nil
    }

    fileprivate mutating func counters() throws(TextError) -> CgroupCounters? {
        guard skipKeyword("cgroup") else { return nil }
        let path = try path()
        try expect("current")
        let current: Int64 = try number("a count")
        try expect("max")
        let max = try limit()
        try expect("events")
        let events: Int64? = skip("-") ? nil : try number("a count or -")
        try expect("peak")
        let peak: Int64? = skip("-") ? nil : try number("a count or -")
        return CgroupCounters(path: path, current: current, max: max, eventsMax: events, peak: peak)
    }

    fileprivate mutating func event() throws(TextError) -> Event {
        let actor: TaskName? = skip("@host") ? nil : try task("an event such as \"p: fork -> EAGAIN\"")
        try expect(":")
        var words = [try word("a call")]
        while !skip("->") { words.append(try word("\"->\"")) }
        return Event(task: actor, call: words.joined(separator: " "), outcome: try Outcome(&self))
    }
}
