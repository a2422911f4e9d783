public import KernelABI
public import KernelIndex
public import KernelTrace

/// Follows an error up a call path, function by function, as a running kernel returned it.
public struct ReturnPathCheck: Sendable {
    /// The system call, as user space knows it: `clone`.
    public let systemCall: String
    /// The error.
    public let errno: Errno
    /// The path of the index from the system call to the function that the rule cites.
    public let path: CallPath

    /// Finds the path from a system call to the function that a rule cites.
    ///
    /// - Throws: ``Failure`` of status `negative` where the index has none.
    public init(store: IndexStore, systemCall: String, citation: SourceCitation, errno: Errno) throws {
        self.systemCall = systemCall
        self.errno = errno
        let goal = "\(citation.function)@\(citation.file)"
        path = try store.paths(from: systemCall, to: goal).paths[0]
    }

    /// The functions whose returns are to be traced, outermost first: the system call's entry, then the path.
    public var functions: [String] {
        var names: [String] = []
        for function in path.functions {
            // The compiler makes __do_sys_clone a part of __x64_sys_clone.
            if function == path.functions[0], let entry = function.systemCall {
                names.append("__x64_sys_\(entry.definition)")
            }
            if !names.contains(function.name) { names.append(function.name) }
        }
        return names
    }

    /// Says for each function of the path what it returned each time that the error started below it.
    public func judge(_ trace: ReturnTrace) -> ReturnPathComparison {
        var symbols: [String: Set<String>] = [:]
        var refusals: [String: String] = [:]
        for probe in trace.probes {
            symbols[probe.function] = Set(probe.symbols)
            refusals[probe.function] = probe.refusal
        }
        // The innermost function comes first: it returns first.
        let inward = functions.reversed().map { (name: $0, symbols: symbols[$0] ?? []) }
        var journeys: [ReturnJourney: Int] = [:]
        guard let innermost = inward.first(where: { !$0.symbols.isEmpty }) else {
            return ReturnPathComparison(
                errno: errno,
                functions: functions,
                refusals: refusals,
                journeys: [],
                lost: trace.lost
            )
        }
        for (start, first) in trace.returns.enumerated()
        where innermost.symbols.contains(first.function) && first.errno == errno {
            var steps: [ReturnJourney.Step] = []
            var at = start
            // What this task returns after it has come there again belongs to the next time.
            let end =
                trace.returns[(start + 1)...].firstIndex {
                    $0.task == first.task && innermost.symbols.contains($0.function)
                } ?? trace.returns.endIndex
            for function in inward {
                guard !function.symbols.isEmpty else {
                    steps.append(ReturnJourney.Step(function: function.name, outcome: .notSeparate))
                    continue
                }
                // The next one of the same task that belongs to this function.
                let found = trace.returns[at..<end].firstIndex {
                    $0.task == first.task && function.symbols.contains($0.function)
                }
                guard let found else {
                    steps.append(ReturnJourney.Step(function: function.name, outcome: .notSeen))
                    continue
                }
                at = found
                let value = trace.returns[found]
                let outcome: ReturnJourney.Outcome = value.errno.map { .failed($0) } ?? .returned(value.value)
                steps.append(ReturnJourney.Step(function: function.name, outcome: outcome))
            }
            journeys[ReturnJourney(steps: steps.reversed()), default: 0] += 1
        }
        let sorted = journeys.sorted { left, right in
            left.value != right.value ? left.value > right.value : "\(left.key)" < "\(right.key)"
        }
        return ReturnPathComparison(
            errno: errno,
            functions: functions,
            refusals: refusals,
            journeys: sorted.map { (journey: $0.key, count: $0.value) },
            lost: trace.lost
        )
    }
}
