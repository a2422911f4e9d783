import KernelIndex

/// An origin and its account on the wire.
public struct CheckedOriginDocument: Encodable, Sendable {
    /// `EAGAIN`
    public let errno: String
    /// The function in which it starts.
    public let function: String
    /// The file of the constant.
    public let file: String
    /// The line of the constant.
    public let line: Int
    /// The condition that decides, in the source's words.
    public let condition: String?
    /// The conditions around it, the outermost first.
    public let surroundings: [String]
    /// The modelled calls that can return it.
    public let calls: [String]
    /// `rule`, `out`, `notYet` or `none`.
    public let account: String
    /// The rule.
    public let rule: String?
    /// Why there is none.
    public let reason: String?

    init(_ entry: CheckedOrigin) {
        errno = entry.origin.errno
        function = entry.origin.function.shownName
        file = entry.origin.place.file
        line = entry.origin.place.line
        condition = entry.origin.condition
        surroundings = entry.origin.surroundings
        calls = entry.calls
        switch entry.account {
        case .rule(let name): (account, rule, reason) = ("rule", name, nil)
        case .out(let text): (account, rule, reason) = ("out", nil, text)
        case .notYet(let text): (account, rule, reason) = ("notYet", nil, text)
        case .none: (account, rule, reason) = ("none", nil, nil)
        }
    }
}

/// A function or field at the model's edge on the wire.
public struct CheckedCalleeDocument: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// Why the model stays out of it; absent when nobody has said.
    public let reason: String?

    init(_ callee: CheckedCallee) {
        name = callee.name
        reason = callee.reason
    }
}

/// How many origins have which account.
public struct AccountsDocument: Encodable, Sendable {
    /// With a rule.
    public let rule: Int
    /// Out for a reason.
    public let out: Int
    /// Not modelled yet.
    public let notYet: Int
    /// With neither.
    public let none: Int

    init(_ errors: CheckedErrors) {
        let accounts = errors.origins.map { CheckedOriginDocument($0).account }
        rule = accounts.count { $0 == "rule" }
        out = accounts.count { $0 == "out" }
        notYet = accounts.count { $0 == "notYet" }
        none = accounts.count { $0 == "none" }
    }
}
