import CLibclang
import IndexFacts

/// Collects which pointers get where within one top-level declaration.
///
/// The order of statements is not looked at: what is put into an automatic variable anywhere is what is read from it. So
/// facts that depend on one are made at the end, by ``finish()``.
final class PointerFlows {
    unowned let facts: UnitFacts
    /// Whether the declaration lies in a `.c` file.
    let isInSource: Bool

    private var inflows: [UInt: [PointerSource]] = [:]
    private var pending: [() -> Void] = []

    init(_ facts: UnitFacts, isInSource: Bool) {
        self.facts = facts
        self.isInSource = isInSource
    }

    /// A parameter or an automatic variable.
    func local(_ declaration: CXCursor) -> PointerSource {
        if declaration.kind == CXCursor_ParmDecl, inflows[declaration.node] == nil {
            inflows[declaration.node] = [.node(parameter(declaration))]
        }
        return .local(declaration.node)
    }

    private func parameter(_ declaration: CXCursor) -> PointerPlace {
        let function = clang_getCursorSemanticParent(declaration)
        guard function.kind == CXCursor_FunctionDecl,
            let symbol = facts.symbol(of: function, isInSource: isInSource)
        else { return .unknown }
        for position in 0..<max(0, clang_Cursor_getNumArguments(function))
        where clang_Cursor_getArgument(function, UInt32(position)) == declaration {
            return .parameter(of: symbol, position: Int(position))
        }
        return .unknown
    }

    /// Puts what an expression is into a place.
    func add(to destination: PointerSource, from value: CXCursor, within: Int?, at place: Place) {
        let found = sources(of: value)
        guard case .node(let node) = destination else {
            if case .local(let variable) = destination { inflows[variable, default: []] += found }
            return
        }
        pending.append { [self] in flow(to: node, from: found, within: within, at: place) }
    }

    /// Hands what an expression is to what is called.
    func add(argument: CXCursor, _ position: Int, of callees: [PointerSource], within: Int?, at place: Place) {
        let found = sources(of: argument)
        pending.append { [self] in
            for callee in resolved(callees) {
                switch callee.node {
                case .function(let function):
                    flow(to: .parameter(of: function, position: position), from: found, within: within, at: place)
                case .member(let member):
                    let parameter = PointerPlace.parameterThrough(member: member, position: position)
                    flow(to: parameter, from: found, within: within, at: place)
                default: break
                }
            }
        }
    }

    /// A call of what an expression is.
    func addCall(by caller: Int, of callees: [PointerSource], receiver: String, at place: Place) {
        pending.append { [self] in
            for callee in resolved(callees) {
                facts.report(.pointerCall(caller: caller, through: callee.node, receiver: receiver, place: place))
            }
        }
    }

    /// A call through a member of the structure that an expression is.
    func addDispatch(by caller: Int, field: Int, receiver: String, base: [PointerSource], at place: Place) {
        pending.append { [self] in
            for base in bases(base) {
                facts.report(.dispatch(caller: caller, field: field, receiver: receiver, base: base, place: place))
            }
        }
    }

    /// A function that is put into a member of the structure that an expression is.
    func addRegistration(
        field: Int,
        function: Int,
        object: Int?,
        isInitializer: Bool,
        base: [PointerSource],
        at place: Place
    ) {
        pending.append { [self] in
            for base in bases(base) {
                facts.report(
                    .registration(
                        field: field,
                        function: function,
                        object: object,
                        isInitializer: isInitializer,
                        base: base,
                        place: place
                    )
                )
            }
        }
    }

    /// Reports all that was added.
    func finish() {
        pending.forEach { $0() }
        pending = []
        inflows = [:]
    }

    private func flow(to node: PointerPlace, from found: [PointerSource], within: Int?, at place: Place) {
        for source in resolved(found) where source.node != node {
            if case .function = source.node, !source.isThroughVariable, node.isReportedElsewhere { continue }
            facts.report(.flow(to: node, from: source.node, within: within, place: place))
        }
    }

    private func bases(_ sources: [PointerSource]) -> [PointerPlace] {
        let nodes = resolved(sources).map(\.node)
        return nodes.isEmpty ? [.unknown] : nodes
    }

    /// The places behind automatic variables, without duplicates.
    private func resolved(_ sources: [PointerSource]) -> [(node: PointerPlace, isThroughVariable: Bool)] {
        var nodes: [(node: PointerPlace, isThroughVariable: Bool)] = []
        var seen: Set<PointerSource> = []
        var open = sources.map { ($0, false) }
        while let (source, isThroughVariable) = open.popLast() {
            guard seen.insert(source).inserted else { continue }
            switch source {
            case .node(let node): nodes.append((node, isThroughVariable))
            case .local(let variable): open += (inflows[variable] ?? [.node(.unknown)]).map { ($0, true) }
            }
        }
        return nodes.reversed()
    }
}

extension PointerPlace {
    /// Whether a function that gets here by its name is a registration or an argument.
    fileprivate var isReportedElsewhere: Bool {
        switch self {
        case .member, .parameter, .parameterThrough: true
        default: false
        }
    }
}
