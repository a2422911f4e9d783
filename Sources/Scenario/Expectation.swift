public import KernelABI

/// What a scenario says will come of its program. It is put to the prediction and to the observation alike.
public enum Expectation: Hashable, Sendable {
    /// What the one call of a step returns.
    case outcome(step: Int, ExpectedOutcome)
    /// How many forks of a step succeed and fail, in all rounds of a bomb together; nil leaves it open.
    case forks(step: Int, made: Int?, refused: Int?)
    /// How many of the program's processes live after the last step.
    case living(Int)
    /// What a file of a cgroup says after the last step.
    case counter(CgroupPath, CounterFile, PidsLimit)

    /// The files that an expectation can name.
    public enum CounterFile: String, CaseIterable, Hashable, Sendable {
        /// `pids.current`
        case current = "pids.current"
        /// `pids.max`
        case max = "pids.max"
        /// `max` in `pids.events`
        case events = "pids.events"
        /// `pids.peak`
        case peak = "pids.peak"
    }
}

/// What a scenario says about the outcome of a single call.
public enum ExpectedOutcome: Hashable, Sendable, CustomStringConvertible {
    /// Success, whatever it brings.
    case success
    /// This error.
    case failed(Errno)
    /// Success, and this text.
    case text(String)
    /// Success, and this process; nil is one outside of the program.
    case process(TaskName?)
    /// Success, and nobody was waited for.
    case nothing
    /// Success, and the namespace that the program has seen as this one of its kind, from 1.
    case namespace(Int)
    /// Success, and a process that the caller's PID namespace has no number for.
    case outsider
    /// Success, and these numbers in the innermost PID namespaces, the process's own last.
    case pids([Int32])

    /// `ok`, `EAGAIN`, `"box"`
    public var description: String {
        switch self {
        case .success: "ok"
        case .failed(let errno): errno.description
        case .text(let text): "\"\(text)\""
        case .process(let name): Outcome.process(name).description
        case .nothing: Outcome.nothing.description
        case .namespace(let number): "namespace \(number)"
        case .outsider: Outcome.outsider.description
        case .pids(let numbers): Outcome.pids(numbers).description
        }
    }

    /// Whether an outcome is the expected one.
    public func matches(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.failed(let expected), .failed(let errno)): expected == errno
        case (.text(let expected), .text(let text)): expected == text
        case (.process(let expected), .process(let name)): expected == name
        case (.namespace(let expected), .namespace(_, let number)): expected == number
        case (.outsider, .outsider), (.nothing, .nothing): true
        case (.pids(let expected), .pids(let numbers)): Array(numbers.suffix(expected.count)) == expected
        case (.success, .failed), (.failed, _), (.text, _), (.process, _), (.namespace, _), (.outsider, _),
            (.nothing, _), (.pids, _):
            false
        case (.success, _): true
        }
    }
}

/// What a run of a program shows, as far as expectations ask.
public struct Evidence: Hashable, Sendable {
    /// How many forks of a step there were.
    public struct Forks: Hashable, Sendable {
        /// How many succeeded.
        public var made: Int
        /// How many failed.
        public var refused: Int

        /// Makes a count.
        public init(made: Int = 0, refused: Int = 0) {
            self.made = made
            self.refused = refused
        }
    }

    /// What the call of each step returned that is no bomb; a step that made no call is missing.
    public var outcomes: [Int: Outcome]
    /// The forks of each bomb's step.
    public var forks: [Int: Forks]
    /// The state after the last step.
    public var final: Snapshot

    /// Makes evidence of its parts.
    public init(outcomes: [Int: Outcome], forks: [Int: Forks], final: Snapshot) {
        self.outcomes = outcomes
        self.forks = forks
        self.final = final
    }

    /// The evidence of a trace, which must have at least the state before the first step.
    public init(_ trace: Trace) {
        guard let last = trace.observations.last else { preconditionFailure("a trace without observations") }
        self.init(outcomes: [:], forks: [:], final: last.snapshot)
        for observation in trace.observations {
            guard let step = observation.step else { continue }
            let isRace = observation.events.contains { if case .forks = $0.outcome { true } else { false } }
            guard observation.round != nil || isRace else {
                outcomes[step] = observation.events.first?.outcome
                continue
            }
            forks[step] = forks[step] ?? Forks()
            for event in observation.events {
                if case .forks(let made, _) = event.outcome {
                    forks[step, default: Forks()].made += made
                    forks[step, default: Forks()].refused += 1
                    continue
                }
                // Some bombs' processes end, and are waited for.
                guard event.call == "fork" else { continue }
                if case .failed = event.outcome {
                    forks[step, default: Forks()].refused += 1
                } else {
                    forks[step, default: Forks()].made += 1
                }
            }
        }
    }
}

/// An expectation beside what was found.
public struct Finding: Hashable, Sendable {
    /// What came of the comparison.
    public enum Result: String, Hashable, Sendable {
        /// As expected.
        case met
        /// Something else.
        case unmet
        /// This kernel has no such file, so nothing was compared.
        case absent
    }

    /// What was expected.
    public var expectation: Expectation
    /// Whether it came so.
    public var result: Result
    /// What it was about: `step 3`, `/box pids.current`, `living`.
    public var subject: String
    /// What was expected, as text.
    public var expected: String
    /// What was found, as text.
    public var found: String
}

extension Expectation {
    /// Holds the expectation against evidence.
    public func finding(in evidence: Evidence) -> Finding {
        switch self {
        case .outcome(let step, let expected):
            let outcome = evidence.outcomes[step]
            return Finding(
                expectation: self,
                result: outcome.map(expected.matches) == true ? .met : .unmet,
                subject: "step \(step + 1)",
                expected: expected.description,
                found: outcome?.description ?? "no call: the process does not live"
            )
        case .forks(let step, let made, let refused):
            let forks = evidence.forks[step] ?? Evidence.Forks()
            let isMet = forks.made == made ?? forks.made && forks.refused == refused ?? forks.refused
            return Finding(
                expectation: self,
                result: isMet ? .met : .unmet,
                subject: "step \(step + 1)",
                expected: [made.map { "\($0) made" }, refused.map { "\($0) refused" }]
                    .compactMap { $0 }.joined(separator: ", "),
                found: "\(forks.made) made, \(forks.refused) refused"
            )
        case .living(let number):
            return Finding(
                expectation: self,
                result: evidence.final.living == number ? .met : .unmet,
                subject: "living",
                expected: "\(number)",
                found: "\(evidence.final.living)"
            )
        case .counter(let path, let file, let expected):
            let counters = evidence.final.cgroups.first { $0.path == path }
            let found = counters.flatMap { file.value(in: $0) }
            let missing: Finding.Result = counters == nil ? .unmet : .absent
            return Finding(
                expectation: self,
                result: found.map { $0 == expected ? .met : .unmet } ?? missing,
                subject: "\(path) \(file.rawValue)",
                expected: expected.description,
                found: found?.description ?? (counters == nil ? "no such cgroup" : "no such file")
            )
        }
    }
}

extension Expectation.CounterFile {
    fileprivate func value(in counters: CgroupCounters) -> PidsLimit? {
        switch self {
        case .current: .limited(counters.current)
        case .max: counters.max
        case .events: counters.eventsMax.map(PidsLimit.limited)
        case .peak: counters.peak.map(PidsLimit.limited)
        }
    }
}
