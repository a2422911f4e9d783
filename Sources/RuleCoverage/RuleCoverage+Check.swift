import Failure
import KernelABI
public import KernelIndex
import KernelModel

extension RuleCoverage {
    /// Holds the errors that the modelled functions of an index can return against the rules of its release.
    ///
    /// A rule owns an origin when it has the same error and its citation stands in the origin's conditions, or on the
    /// line of the condition or of the constant.
    ///
    /// - Throws: ``Failure`` when the index is damaged.
    public static func check(_ store: IndexStore) throws -> RuleCoverage {
        try check(store, starts: ModelledFunctions.starts(in: store.about.kernelVersion))
    }

    /// The same for some of the calls.
    static func check(_ store: IndexStore, starts: [(call: String, function: String)]) throws -> RuleCoverage {
        let functions = ModelledFunctions.all
        var calls: [ErrorOrigin: [String]] = [:]
        var beyond: [Symbol: String?] = [:]
        for (call, start) in starts {
            let answer = try store.errnoOrigins(of: start, within: functions)
            for found in answer.origins { calls[found.origin, default: []].append(call) }
            for edge in answer.beyond { beyond[edge.callee] = .some(edge.field?.shownName) }
        }
        let rules = try RuleLines(Rules.of(store.about.kernelVersion), store)
        var used: Set<Int> = []
        let origins = calls.keys.sorted { ($0.place, $0.conditions) < ($1.place, $1.conditions) }.map { origin in
            let account: AccountedOrigin.Account
            if let rule = rules.owner(of: origin) {
                account = .rule(rule)
            } else if let number = OriginReasons.all.firstIndex(where: { $0.covers(origin) }) {
                used.insert(number)
                let reason = OriginReasons.all[number]
                account = reason.kind == .out ? .out(reason.text) : .notYet(reason.text)
            } else {
                account = .none
            }
            return AccountedOrigin(origin: origin, calls: calls[origin] ?? [], account: account)
        }
        return RuleCoverage(
            origins: origins,
            callees: beyond.sorted { ($0.key.shownName, $0.key.id) < ($1.key.shownName, $1.key.id) }.map {
                AccountedCallee(callee: $0, reason: CalleeReasons.reason(for: $0.shownName, through: $1))
            },
            idleReasons: OriginReasons.all.count - used.count
        )
    }
}

/// The lines that the rules of a release cite.
private struct RuleLines {
    private let cited: [(rule: Rule, place: LocatedLine?)]

    init(_ rules: [Rule], _ store: IndexStore) throws {
        let resolver = CitationResolver(store)
        cited = try rules.map { ($0, try resolver.resolve($0.citation).place) }
    }

    func owner(of origin: ErrorOrigin) -> Rule.Name? {
        ownerByCitation(origin) ?? ownerOfAnswer(origin)
    }

    /// The first of the rules that decide in a function which says no more than yes or no.
    private func ownerOfAnswer(_ origin: ErrorOrigin) -> Rule.Name? {
        cited.first { rule, _ in
            rule.place.function == origin.function.name && rule.errno.description == origin.errno
                && rule.place.file == origin.place.file && rule.place.condition == origin.condition
        }?.rule.name
    }

    private func ownerByCitation(_ origin: ErrorOrigin) -> Rule.Name? {
        cited.first { rule, place in
            guard rule.citation.function == origin.function.name, rule.errno.description == origin.errno,
                rule.citation.file == origin.place.file
            else { return false }
            if let condition = rule.citation.condition, origin.decides(condition) { return true }
            guard let place else { return false }
            return place.line == origin.place.line || place.line == origin.decision?.line
        }?.rule.name
    }
}

extension ErrorOrigin {
    /// Whether a condition is one of those under which the error starts, or a part of the one that decides.
    fileprivate func decides(_ cited: String) -> Bool {
        conditions.contains(cited) || condition?.contains(cited) == true
    }
}
