public import KernelIndex
public import KernelTrace

/// Holds the pairs of functions that a running kernel was seen to call against the calls that its source has.
///
/// A pair is an edge where the index has one; a path where the index leads from caller to callee through functions that
/// the trace cannot show (``CallReach``); else it is missed, and the reason is one that a fact shows.
public struct CallTraceCheck {
    /// How the reason of a pair begins whose caller no indexed file defines.
    public static let callerOutside = "no indexed file defines the caller "

    private let graph: SourceCalls
    private let symbols: RunningSymbols
    private let facts: CallFacts
    private let version: String
    /// The text of a function's body without white space; nil where it cannot be read.
    private let body: (Int64) -> String?
    /// Where interruptions come in, and what each of them leads to.
    private let interruptions: [(entry: String, reach: CallReach)]
    /// By function: what it is handed to as an argument.
    private let receivers: [Int64: Set<Int64>]

    /// - Parameters:
    ///   - store: the index of the kernel that was traced.
    ///   - functions: what that kernel has as code of its own.
    public init(store: IndexStore, functions: KernelFunctions) throws {
        let facts = try store.callFacts()
        self.init(
            facts: facts,
            assembly: AssemblyCalls(tree: store.about.sourceRoot),
            cleanups: CleanupCalls.find(
                facts,
                text: { try? store.sourceText(of: $0) },
                macro: { try? store.symbols(named: $0).first { $0.kind == .macro }?.home }
            ),
            functions: functions,
            version: store.about.inWords,
            body: { number in
                guard let home = facts.functions[number]?.home, let end = facts.functions[number]?.endLine,
                    let lines = try? store.sourceText(of: home.file)?.lines(home.line, through: end)
                else { return nil }
                let text = lines.joined(separator: "\n")
                return text.firstIndex(of: "{").map { text[$0...].filter { !$0.isWhitespace } }
            }
        )
    }

    init(
        facts: CallFacts,
        assembly: AssemblyCalls,
        cleanups: [Int64: Set<Int64>],
        functions: KernelFunctions,
        version: String,
        body: @escaping (Int64) -> String?
    ) {
        self.body = body
        self.facts = facts
        self.version = version
        let graph = SourceCalls(facts: facts, assembly: assembly, cleanups: cleanups)
        let symbols = RunningSymbols(functions)
        self.graph = graph
        self.symbols = symbols
        interruptions = ["preempt_schedule_notrace", "irqentry_exit", "exc_page_fault"].map { entry in
            (entry, CallReach(from: graph.defined([entry]), graph: graph, symbols: symbols))
        }
        var receivers: [Int64: Set<Int64>] = [:]
        for argument in facts.arguments {
            receivers[argument.function, default: []].insert(argument.callee)
        }
        self.receivers = receivers
    }

    /// Judges every pair of a trace.
    public func judge(_ trace: CallTrace) -> CallTraceComparison {
        // Pairs come by caller, and what one leads to can be much.
        var last: (caller: String, reach: CallReach)?
        var pairs: [JudgedPair] = []
        let sorted = trace.calls.sorted { ($0.caller, $0.callee, $0.context) < ($1.caller, $1.callee, $1.context) }
        for sightings in sorted.chunked() {
            let caller = sightings[0].caller
            let callee = sightings[0].callee
            let reach: CallReach
            if let last, last.caller == caller {
                reach = last.reach
            } else {
                reach = CallReach(from: graph.defined(symbols.names(of: caller)), graph: graph, symbols: symbols)
                last = (caller, reach)
            }
            var verdict = self.verdict(caller, callee, reach)
            let isInterruption = sightings.allSatisfy { $0.interrupted == $0.count }
            if isInterruption, case .missed(let reason, _) = verdict {
                let found = interruption(callee)
                if case .interruption = found {
                    verdict = found
                } else if reason == .unknown {
                    verdict = found
                }
            }
            pairs.append(JudgedPair(caller: caller, callee: callee, sightings: sightings, verdict: verdict))
        }
        return CallTraceComparison(pairs: pairs, entries: trace.entries, lost: trace.lost)
    }

    private func verdict(_ caller: String, _ callee: String, _ reach: CallReach) -> CallVerdict {
        if callee.hasPrefix("\(RunningSymbols.source(of: caller)).part.") { return .edge(.part) }
        let starts = graph.defined(symbols.names(of: caller))
        guard !starts.isEmpty else {
            return .missed(.outsideIndexedScope, why: CallTraceCheck.callerOutside + RunningSymbols.source(of: caller))
        }
        let goals = Set(graph.nodes(symbols.names(of: callee)))
        if let found = nearest(goals, reach) ?? folded(goals, starts) { return found }
        // A trace gives names only: which of several functions of one name it was, it does not tell.
        if symbols.count(of: caller) > starts.count {
            return .missed(
                .outsideIndexedScope,
                why: "the kernel has \(symbols.count(of: caller)) functions \(caller), indexed files \(starts.count)"
            )
        }
        return reason(callee, goals, starts, reach)
    }

    /// The edge or the path with the fewest unseen functions.
    private func nearest(_ goals: Set<CallNode>, _ reach: CallReach) -> CallVerdict? {
        guard let best = reach.exit(to: goals) else { return nil }
        let way = reach.way(to: best.node)
        if let place = best.place ?? reach.assembly(to: best.node) {
            return .missed(.assembly, why: (way.map(\.name) + ["at \(place)"]).joined(separator: " → "))
        }
        return way.isEmpty ? .edge(best.evidence) : .path(way, last: best.evidence)
    }

    // MARK: - Missed

    /// The compiler makes one function of two that have the same body (`-fipa-icf`): the other one jumps to it.
    private func folded(_ goals: Set<CallNode>, _ starts: [CallNode]) -> CallVerdict? {
        for case .indexed(let start) in starts {
            for case .indexed(let goal) in goals {
                guard let one = facts.functions[start], let other = facts.functions[goal], one.file == other.file,
                    one.type == other.type, let text = body(start), text == body(goal)
                else { continue }
                return .missed(
                    .tailCall,
                    why: "\(one.name) and \(other.name) have the same body: one of them is a jump to the other"
                )
            }
        }
        return nil
    }

    private func reason(
        _ callee: String,
        _ goals: Set<CallNode>,
        _ starts: [CallNode],
        _ reach: CallReach
    ) -> CallVerdict {
        let name = RunningSymbols.source(of: callee)
        let isDefined = goals.contains(where: graph.isDefined)
        let members = reach.order.reduce(into: Set<Int64>()) { members, node in
            guard case .indexed(let number) = node else { return }
            members.formUnion(facts.dispatched[number] ?? [])
            members.formUnion((facts.loaded[number] ?? []).filter { hasType(of: $0, goals) })
        }
        let possible = members.filter { isPossible(goals, through: $0) }
        if !possible.isEmpty, !isDefined {
            return .missed(
                .outsideIndexedScope,
                why: "\(name) is defined in no indexed file; called through \(words(possible))"
            )
        }
        if !possible.isEmpty, isStoredOutside(goals) {
            return .missed(
                .outsideIndexedScope,
                why: "no indexed file stores \(name) in a member; called through \(words(possible))"
            )
        }
        if let member = possible.first(where: { isParavirtual($0) && isStored(goals, in: $0) }) {
            return .missed(
                .generatedAtRunTime,
                why: "what \(facts.members[member] ?? "") holds is called by code that the kernel patches"
            )
        }
        if let call = reach.order.first(where: { graph.isSetAtRunTime($0) && isPossible(goals, throughCall: $0) }) {
            return .missed(.generatedAtRunTime, why: "what \(graph.name(of: call)) calls is set at run time")
        }
        if let point = reach.order.compactMap(graph.tracepoint).first(where: CallTraceCheck.traced.contains) {
            return .missed(.generatedAtRunTime, why: "the tracer has a probe at the tracepoint \(point)")
        }
        for node in reach.order where isParameter(goals, of: node) {
            guard let place = graph.handOverByAssembly(to: node) else { continue }
            return .missed(.assembly, why: "\(graph.name(of: node)) calls what assembly hands to it, at \(place)")
        }
        let hidden = unknownFunctions(reach)
        if !hidden.isEmpty {
            let shown = hidden.prefix(4).joined(separator: ", ") + (hidden.count > 4 ? ", …" : "")
            return .missed(
                .outsideIndexedScope,
                why: "the caller calls \(shown), which cannot be traced and no indexed file defines"
            )
        }
        return .missed(.unknown, why: "nothing in \(version) leads there")
    }

    private func words(_ members: Set<Int64>) -> String {
        let names = members.compactMap { facts.members[$0] }.sorted()
        return names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    }

    /// Whether a member is one of `pv_ops` (arch/x86/include/asm/paravirt_types.h), which assembly calls.
    private func isParavirtual(_ member: Int64) -> Bool { facts.members[member]?.hasPrefix("pv_") ?? false }

    private func isStored(_ goals: Set<CallNode>, in member: Int64) -> Bool {
        goals.contains { node in
            guard case .indexed(let goal) = node else { return false }
            return facts.registered[goal]?.contains(member) ?? false
        }
    }

    /// The tracepoints at which the tracer itself has probes, to follow the processes that it traces: kernel/trace/ftrace.c
    /// and trace_events.c. Others are off, so that nothing is called there.
    private static let traced: Set<String> = [
        "sched_switch", "sched_process_fork", "sched_process_exit", "sched_process_free", "page_fault_kernel",
    ]

    /// Whether a static call can be set to a function, as for a member.
    private func isPossible(_ goals: Set<CallNode>, throughCall call: CallNode) -> Bool {
        guard case .indexed(let number) = call, let type = facts.functions[number]?.type.map(CallTraceCheck.comparable)
        else { return false }
        // typeof (*((int (*)(struct task_struct *))((void *)0)))
        return names(type, goals) || !goals.contains(where: graph.isCalledDirectly)
    }

    /// Whether a pointer to one of some functions can be a parameter of another.
    private func isParameter(_ goals: Set<CallNode>, of node: CallNode) -> Bool {
        guard case .indexed(let number) = node, let type = facts.functions[number]?.type else { return false }
        return names(CallTraceCheck.comparable(type), goals)
    }

    /// Whether a type names that of pointers to one of some functions.
    private func names(_ type: String, _ goals: Set<CallNode>) -> Bool {
        goals.contains { node in
            guard case .indexed(let goal) = node, let own = facts.functions[goal]?.type,
                let parameters = own.firstIndex(of: "(")
            else { return false }
            return type.contains(CallTraceCheck.comparable("\(own[..<parameters])(*)\(own[parameters...])"))
        }
    }

    /// A type without blanks, and without what says of a parameter alone that the function does not change it.
    private static func comparable(_ type: String) -> String {
        type.filter { $0 != " " }.replacing("*const,", with: "*,").replacing("*const)", with: "*)")
    }

    /// Whether a function can be in a member: both have the same type; or the function has none in the index, and nothing
    /// that is indexed calls it by its name.
    private func isPossible(_ goals: Set<CallNode>, through member: Int64) -> Bool {
        hasType(of: member, goals) || !goals.contains(where: graph.isCalledDirectly)
    }

    private func hasType(of member: Int64, _ goals: Set<CallNode>) -> Bool {
        guard let type = facts.memberTypes[member] else { return false }
        let wanted = CallTraceCheck.comparable(type.replacing("(*)", with: "", maxReplacements: 1))
        return goals.contains { node in
            guard case .indexed(let number) = node, let type = facts.functions[number]?.type else { return false }
            return CallTraceCheck.comparable(type) == wanted
        }
    }

    /// Whether no indexed file stores any of the functions in a member, and other files can: what is static can be stored
    /// by its own file only, and that is indexed.
    private func isStoredOutside(_ goals: Set<CallNode>) -> Bool {
        goals.contains { node in
            guard case .indexed(let number) = node, let function = facts.functions[number] else { return false }
            return !function.identity.contains("@") && facts.registered[number] == nil && receivers[number] == nil
        }
    }

    /// The functions that the caller calls, that the trace cannot show, and whose calls the index does not know.
    private func unknownFunctions(_ reach: CallReach) -> [String] {
        var names: [String] = []
        for node in reach.order where !graph.isDefined(node) {
            let name = graph.runningName(of: node)
            guard symbols.visibility(of: name) == .hidden else { continue }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// What comes when a function is interrupted is called by what the function calls nowhere: exc_page_fault handles page
    /// faults (arch/x86/mm/fault.c), irqentry_exit ends interrupts (kernel/entry/common.c), and __schedule lets others run
    /// where preemption has become possible, in the tracer's own code too. None of them can be traced.
    private func interruption(_ callee: String) -> CallVerdict {
        let goals = Set(graph.nodes(symbols.names(of: callee)))
        var missing: [String] = []
        for (entry, reach) in interruptions {
            // Also where the way leads through assembly, as that of a switch of tasks does.
            if nearest(goals, reach) != nil { return .interruption(entry) }
            if reach.order.isEmpty { missing.append(entry) }
        }
        return .missed(
            missing.isEmpty ? .unknown : .outsideIndexedScope,
            why: "it came after an interruption"
                + (missing.isEmpty
                    ? ", and none leads there" : "; no indexed file defines \(missing.joined(separator: " or "))")
        )
    }
}

extension [ObservedCall] {
    /// The sightings of each pair, of a list that is sorted by pairs.
    fileprivate func chunked() -> [[ObservedCall]] {
        var chunks: [[ObservedCall]] = []
        for call in self {
            if let last = chunks.last?.first, last.caller == call.caller, last.callee == call.callee {
                chunks[chunks.count - 1].append(call)
            } else {
                chunks.append([call])
            }
        }
        return chunks
    }
}
