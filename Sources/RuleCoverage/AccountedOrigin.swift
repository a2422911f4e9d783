public import KernelIndex
public import KernelModel

/// A place where an error of the modelled functions starts, and what the model says about it.
public struct AccountedOrigin: Sendable {
    /// What the model says.
    public enum Account: Sendable {
        /// This rule.
        case rule(Rule.Name)
        /// Nothing, for a reason.
        case out(String)
        /// Nothing yet.
        case notYet(String)
        /// Nothing, and nobody has said why.
        case none
    }

    /// Where the error starts.
    public let origin: ErrorOrigin
    /// The modelled calls that can return it, such as `clone`.
    public let calls: [String]
    /// What the model says.
    public let account: Account
}

/// A function or field that a modelled function hands errors on from, and that is no modelled function.
public struct AccountedCallee: Sendable {
    /// The function or field.
    public let callee: Symbol
    /// Why the model stays out of it; nil when nobody has said.
    public let reason: String?
}

/// All errors of the modelled functions, held against the rules.
public struct RuleCoverage: Sendable {
    /// The origins, by function in the order of files.
    public let origins: [AccountedOrigin]
    /// The functions and fields at the model's edge, by name.
    public let callees: [AccountedCallee]
    /// Reasons that speak of nothing any more, because a rule has taken the place or the source has changed.
    public let idleReasons: Int
}
