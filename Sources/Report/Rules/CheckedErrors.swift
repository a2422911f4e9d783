public import KernelIndex

/// A place where an error of a modelled function starts, and what the model says about it.
public struct CheckedOrigin: Sendable {
    /// What the model says.
    public enum Account: Sendable {
        /// The rule of this name.
        case rule(String)
        /// Nothing, for this reason.
        case out(String)
        /// Nothing yet; this is missing.
        case notYet(String)
        /// Nothing, and nobody has said why.
        case none
    }

    let origin: ErrorOrigin
    let calls: [String]
    let account: Account

    /// Makes an entry.
    ///
    /// - Parameter calls: the modelled calls that can return the error.
    public init(origin: ErrorOrigin, calls: [String], account: Account) {
        self.origin = origin
        self.calls = calls
        self.account = account
    }
}

/// A function or field at the model's edge whose errors are handed on.
public struct CheckedCallee: Sendable {
    let name: String
    let reason: String?

    /// Makes an entry.
    ///
    /// - Parameter reason: why the model stays out of it; nil when nobody has said.
    public init(name: String, reason: String?) {
        self.name = name
        self.reason = reason
    }
}

/// All errors of the modelled functions.
public struct CheckedErrors: Sendable {
    let origins: [CheckedOrigin]
    let callees: [CheckedCallee]
    let idleReasons: Int

    /// Puts them together.
    ///
    /// - Parameter idleReasons: how many written reasons speak of nothing in this kernel.
    public init(origins: [CheckedOrigin], callees: [CheckedCallee], idleReasons: Int) {
        self.origins = origins
        self.callees = callees
        self.idleReasons = idleReasons
    }

    /// How many origins and callees have neither a rule nor a reason.
    var unaccounted: Int {
        origins.count { if case .none = $0.account { true } else { false } } + callees.count { $0.reason == nil }
    }

    /// A line an origin, by account, then the callees without a reason.
    func lines(_ style: TextStyle) -> [String] {
        var table = TextTable()
        for entry in origins {
            let (account, isMissing) = entry.account.words
            let place = entry.origin.place.description
            let conditions = entry.origin.conditions.isEmpty ? "whatever happens" : entry.origin.conditions
            table.add(
                (entry.origin.errno, entry.origin.errno),
                (place, style.place(place)),
                (entry.origin.function.shownName, style.name(entry.origin.function.shownName)),
                (account, isMissing ? style.warning(account) : account),
                (conditions, style.aside(conditions))
            )
        }
        let missing = callees.filter { $0.reason == nil }.map {
            style.warning("\($0.name): its errors are handed on; it is not modelled and has no reason")
        }
        return table.lines(indent: 0) + missing
    }

    /// The counts in a sentence.
    func verdict(_ kernel: String) -> String {
        let counts = AccountsDocument(self)
        let edge = callees.isEmpty ? "" : "; \(callees.count) callees at the model's edge"
        return "\(origins.count) places in Linux \(kernel) where errors of the modelled functions start: "
            + "\(counts.rule) with a rule, \(counts.out) out with a reason, \(counts.notYet) not modelled yet, "
            + "\(unaccounted) unaccounted\(edge)"
    }
}

extension CheckedOrigin.Account {
    fileprivate var words: (text: String, isMissing: Bool) {
        switch self {
        case .rule(let name): ("rule \(name)", false)
        case .out(let reason): ("out: \(reason)", false)
        case .notYet(let reason): ("not modelled yet: \(reason)", false)
        case .none: ("neither rule nor reason", true)
        }
    }
}
