extension CallTrace {
    /// Several traces as one: each pair once, with the counts of all. It ended as the first of them that did not complete.
    public init(merging traces: [CallTrace]) {
        struct Pair: Hashable {
            var caller: String
            var callee: String
            var context: CallContext
        }
        var calls: [Pair: ObservedCall] = [:]
        var entries: [Pair: ObservedEntry] = [:]
        self.init()
        for trace in traces {
            for call in trace.calls {
                let key = Pair(caller: call.caller, callee: call.callee, context: call.context)
                guard var known = calls[key] else {
                    calls[key] = call
                    continue
                }
                known.count += call.count
                known.resumed += call.resumed
                known.interrupted += call.interrupted
                calls[key] = known
            }
            for entry in trace.entries {
                let key = Pair(caller: "", callee: entry.function, context: entry.context)
                entries[key, default: ObservedEntry(function: entry.function, context: entry.context, count: 0)]
                    .count +=
                    entry.count
            }
            functionsEntered += trace.functionsEntered
            lost += trace.lost
            unclear += trace.unclear
            switchingMilliseconds = max(switchingMilliseconds, trace.switchingMilliseconds)
            readingMilliseconds += trace.readingMilliseconds
            if case .completed = ending { ending = trace.ending }
        }
        self.calls = calls.values.sorted { ($0.caller, $0.callee, $0.context) < ($1.caller, $1.callee, $1.context) }
        self.entries = entries.values.sorted { ($0.function, $0.context) < ($1.function, $1.context) }
    }
}
