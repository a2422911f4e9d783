import KernelIndex
import KernelTrace

/// A function of the source: of the index, or of assembly.
enum CallNode: Hashable {
    /// Its number in the index.
    case indexed(Int64)
    /// Its symbol.
    case assembly(String)
}

/// The calls that the source can make: those of the index, of its static calls, and of assembly.
final class SourceCalls {
    /// A call.
    struct Edge {
        let callee: CallNode
        let evidence: CallEvidence
        /// Where it is, for assembly.
        let place: String?
    }

    let facts: CallFacts
    let assembly: AssemblyCalls
    /// For a static call's function `__SCT__name`, what it is set to.
    private var staticTargets: [Int64: Set<Int64>]
    private let trampolines: Set<Int64>
    /// Where assembly calls a function, by its name.
    private let assemblyCalls: [String: String]
    private var visibilities: [CallNode: KernelFunctions.Visibility?] = [:]
    private var directCallees: Set<Int64>?
    private let cleanups: [Int64: Set<Int64>]
    private var known: [CallNode: [Edge]] = [:]

    /// - Parameter cleanups: what ``CleanupCalls`` found.
    init(facts: CallFacts, assembly: AssemblyCalls, cleanups: [Int64: Set<Int64>]) {
        self.facts = facts
        self.assembly = assembly
        self.cleanups = cleanups
        staticTargets = facts.staticCalls
        assemblyCalls = assembly.calls.values.joined().reduce(into: [:]) { places, call in
            places[call.callee] = min(places[call.callee] ?? call.place, call.place)
        }
        trampolines = Set(facts.functions.lazy.filter { $0.value.name.hasPrefix("__SCT__") }.map(\.key))
        // DECLARE_STATIC_CALL(name, func) gives the function the type `typeof (func)`.
        for (number, function) in facts.functions where isStaticCall(.indexed(number)) {
            guard let type = function.type, type.hasPrefix("typeof ("), type.hasSuffix(")") else { continue }
            let name = String(type.dropFirst("typeof (".count).dropLast())
            staticTargets[number, default: []].formUnion(facts.named[name] ?? [])
        }
    }

    func name(of node: CallNode) -> String {
        switch node {
        case .indexed(let number): facts.functions[number]?.name ?? "?"
        case .assembly(let name): name
        }
    }

    /// Whether it is the trampoline of a static call, which the kernel writes itself.
    func isStaticCall(_ node: CallNode) -> Bool {
        switch node {
        case .indexed(let number): trampolines.contains(number)
        case .assembly(let name): name.hasPrefix("__SCT__")
        }
    }

    /// What a running kernel lets be seen of a function; nil where it has no code of that name.
    func visibility(of node: CallNode, _ symbols: RunningSymbols) -> KernelFunctions.Visibility? {
        if let known = visibilities[node] { return known }
        let found = symbols.visibility(of: name(of: node))
        visibilities[node] = .some(found)
        return found
    }

    /// Whether its body is known: an indexed file or assembly has it.
    func isDefined(_ node: CallNode) -> Bool {
        switch node {
        case .indexed(let number): facts.functions[number]?.file != nil || isStaticCall(node)
        case .assembly: true
        }
    }

    /// Whether it is a static call whose target the source does not tell.
    func isSetAtRunTime(_ node: CallNode) -> Bool {
        guard case .indexed(let number) = node, isStaticCall(node) else { return false }
        return (staticTargets[number] ?? []).isEmpty
    }

    /// The tracepoint whose probes a function calls: `__traceiter_NAME`, or the static call `__SCT__tp_func_NAME`, which
    /// the kernel sets to the one probe where there is only one.
    func tracepoint(of node: CallNode) -> String? {
        let name = name(of: node)
        for prefix in ["__SCT__tp_func_", "__traceiter_"] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return nil
    }

    /// The name that a function has in the running kernel: `kmemdup` for `__real_kmemdup`, which
    /// include/linux/fortify-string.h declares as another name of it.
    func runningName(of node: CallNode) -> String {
        let name = name(of: node)
        return name.hasPrefix("__real_") && !isDefined(node) ? String(name.dropFirst("__real_".count)) : name
    }

    /// Whether some indexed function calls a function by its name.
    func isCalledDirectly(_ node: CallNode) -> Bool {
        if directCallees == nil {
            var callees: Set<Int64> = []
            for steps in facts.steps.values {
                for step in steps where step.evidence == .direct { callees.insert(step.callee) }
            }
            directCallees = callees
        }
        guard case .indexed(let number) = node else { return true }
        return directCallees!.contains(number)
    }

    func areSeenTogether(_ one: CallNode, _ other: CallNode) -> Bool {
        guard case .indexed(let first) = one, case .indexed(let second) = other else { return false }
        return facts.areSeenTogether(first, second)
    }

    /// Where assembly calls a function that calls one of its parameters; nil where it is no such function.
    func handOverByAssembly(to node: CallNode) -> String? {
        guard case .indexed(let number) = node, facts.parameterCallers.contains(number) else { return nil }
        return assemblyCalls[name(of: node)]
    }

    /// Whether a function calls another through a member of a structure that one of its parameters is, not points to: `struct
    /// rhashtable_params`.
    func callsByValue(_ caller: CallNode, _ callee: CallNode) -> Bool {
        guard case .indexed(let calling) = caller, case .indexed(let called) = callee,
            let type = facts.functions[calling]?.type,
            let members = facts.dispatched[calling]?.intersection(facts.registered[called] ?? [])
        else { return false }
        return members.contains { member in
            guard let owner = facts.members[member]?.prefix(while: { $0 != "." }) else { return false }
            return type.contains("struct \(owner),") || type.contains("struct \(owner))")
        }
    }

    /// Whether one file defines both functions.
    func areInOneFile(_ one: CallNode, _ other: CallNode) -> Bool {
        guard case .indexed(let first) = one, case .indexed(let second) = other,
            let file = facts.functions[first]?.file
        else { return false }
        return facts.functions[second]?.file == file
    }

    /// The functions of some names whose bodies are known, assembly last.
    func defined(_ names: Set<String>) -> [CallNode] {
        nodes(names).filter(isDefined)
    }

    /// The functions of some names, known or only declared.
    func nodes(_ names: Set<String>) -> [CallNode] {
        var nodes: [CallNode] = []
        for name in names.sorted() {
            nodes += (facts.named[name] ?? []).map(CallNode.indexed)
            if assembly.calls[name] != nil { nodes.append(.assembly(name)) }
        }
        return nodes
    }

    /// What a function calls; a callee that assembly defines stands as that.
    func edges(of node: CallNode) -> [Edge] {
        if let edges = known[node] { return edges }
        var edges: [Edge] = []
        switch node {
        case .indexed(let number):
            for step in facts.steps[number] ?? [] {
                edges.append(
                    Edge(callee: body(of: step.callee), evidence: CallEvidence(step.evidence), place: nil)
                )
            }
            for callee in (cleanups[number] ?? []).sorted() {
                edges.append(Edge(callee: body(of: callee), evidence: .cleanup, place: nil))
            }
            for target in (staticTargets[number] ?? []).sorted() {
                edges.append(Edge(callee: body(of: target), evidence: .staticCall, place: nil))
            }
            // arch/x86/mm/extable.c
            for handler in facts.functions[number]?.name == "fixup_exception" ? assembly.exceptionHandlers : [] {
                for callee in nodes([handler.callee]) {
                    edges.append(Edge(callee: callee, evidence: .assembly, place: handler.place))
                }
            }
        case .assembly(let name):
            for call in assembly.calls[name] ?? [] {
                for callee in nodes([call.callee]) {
                    edges.append(Edge(callee: callee, evidence: .assembly, place: call.place))
                }
            }
        }
        known[node] = edges
        return edges
    }

    private func body(of number: Int64) -> CallNode {
        guard let function = facts.functions[number], function.file == nil, assembly.calls[function.name] != nil else {
            return .indexed(number)
        }
        return .assembly(function.name)
    }
}
