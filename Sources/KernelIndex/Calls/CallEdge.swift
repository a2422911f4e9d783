/// What a call edge rests on.
public enum Evidence: String, Comparable, Sendable {
    /// The caller's text names the callee.
    case direct
    /// The caller calls through a field, and the callee is stored in that field of that struct somewhere.
    case ops

    /// What is certain comes first.
    public static func < (left: Evidence, right: Evidence) -> Bool { left == .direct && right == .ops }
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

    /// Certain edges first, then in the order of the source: the call's place, then the registration's.
    static func isShownBefore(_ left: CallEdge, _ right: CallEdge) -> Bool {
        if left.evidence != right.evidence { return left.evidence < right.evidence }
        if left.site != right.site { return left.site < right.site }
        if let first = left.registration?.place, let second = right.registration?.place, first != second {
            return first < second
        }
        return (left.caller.id, left.callee.id) < (right.caller.id, right.callee.id)
    }
}
