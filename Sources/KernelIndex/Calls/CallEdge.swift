import IndexFacts

/// What a call edge rests on.
public enum Evidence: String, CaseIterable, Comparable, Sendable {
    /// The caller's text names the callee.
    case direct
    /// The caller calls through a field, and the callee is stored in that field of that struct somewhere.
    case ops
    /// The callee is handed to a function as an argument, and gets from there to where it is called.
    case argument
    /// The callee is put into a variable, or returned, and gets from there to where it is called.
    case variable
    /// The callee stands in an array of functions.
    case table
    /// The caller's static call is set to the callee.
    case staticCall = "static call"
    /// The caller calls through a field, and nothing is known of the callee but that it has the type that the field points
    /// to, and that its address is taken. Given on request only.
    case type
    /// No call: the callee is handed over, and runs later, by a work queue, a timer, RCU, a thread or an interrupt.
    case async

    /// Where the case stands among the others. A dictionary of them would cost every question a search through all that the
    /// program's types conform to.
    private var rank: Int {
        switch self {
        case .direct: 0
        case .ops: 1
        case .argument: 2
        case .variable: 3
        case .table: 4
        case .staticCall: 5
        case .type: 6
        case .async: 7
        }
    }

    /// What is certain comes first; the others in the order of the cases.
    public static func < (left: Evidence, right: Evidence) -> Bool { left.rank < right.rank }
}

/// A call through a field: `ss->can_fork(child, kargs->cset)`.
public struct DispatchSite: Hashable, Sendable {
    /// The function that calls.
    public let caller: Symbol
    /// The field that it calls through.
    public let field: Symbol
    /// The called expression as the source spells it: `ss->can_fork`.
    public let receiver: String
    /// Where.
    public let place: LocatedLine
    /// Where the structure that has the field comes from.
    var bases: [PointerPlace]
}

/// A function stored in a field: `.can_fork = pids_can_fork`.
public struct Registration: Hashable, Sendable {
    /// The field.
    public let field: Symbol
    /// The function that is stored there.
    public let function: Symbol
    /// The variable that is initialised (`pids_cgrp_subsys`), or the function that assigns; nil for what has no name.
    public let object: Symbol?
    /// `initializer` or `assignment`.
    public let how: String
    /// Where.
    public let place: LocatedLine
    /// Where the structure that has the field comes from.
    var bases: [PointerPlace]
}

/// A call from one function to another, with what it rests on.
public struct CallEdge: Hashable, Sendable {
    /// The function that calls.
    public let caller: Symbol
    /// The function that is called.
    public let callee: Symbol
    /// What the edge rests on.
    public let evidence: Evidence
    /// Where the caller calls: the call, or the dispatch site.
    public let site: LocatedLine
    /// For `ops`: the call through the field.
    public let dispatch: DispatchSite?
    /// For `ops`: how the callee came to be in the field.
    public let registration: Registration?
    /// For what is neither named by the call nor put by its name into the field that the call names: the way between.
    public let trail: PointerTrail?
    /// Whether the structure that is called through comes from somewhere that is not followed, so that every structure of
    /// its type is taken for possible.
    public let isWidened: Bool

    init(
        caller: Symbol,
        callee: Symbol,
        evidence: Evidence,
        site: LocatedLine,
        dispatch: DispatchSite? = nil,
        registration: Registration? = nil,
        trail: PointerTrail? = nil,
        isWidened: Bool = false
    ) {
        self.caller = caller
        self.callee = callee
        self.evidence = evidence
        self.site = site
        self.dispatch = dispatch
        self.registration = registration
        self.trail = trail
        self.isWidened = isWidened
    }

    /// Edges in the order in which they are shown. What decides is sorted, since to move edges takes far longer.
    static func inShownOrder(_ edges: [CallEdge]) -> [CallEdge] {
        edges.enumerated().map { ShownOrder($1, number: $0) }.sorted(by: <).map { edges[$0.number] }
    }

    /// Certain edges first, then in the order of the source: the call's place, then the registration's.
    private struct ShownOrder {
        let number: Int
        private let evidence: Evidence
        private let site: LocatedLine
        private let registration: LocatedLine?
        private let functions: (caller: Int64, callee: Int64)

        init(_ edge: CallEdge, number: Int) {
            self.number = number
            evidence = edge.evidence
            site = edge.site
            registration = edge.registration?.place
            functions = (edge.caller.id, edge.callee.id)
        }

        static func < (left: ShownOrder, right: ShownOrder) -> Bool {
            if left.evidence != right.evidence { return left.evidence < right.evidence }
            if left.site != right.site { return left.site < right.site }
            if let first = left.registration, let second = right.registration, first != second { return first < second }
            return left.functions < right.functions
        }
    }
}
