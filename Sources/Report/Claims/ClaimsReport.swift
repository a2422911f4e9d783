public import Claims
import KernelABI
public import KernelIndex

/// What `kernaut claims` answers: each statement with its verdict, what is true instead, and the evidence.
public struct ClaimsReport: QueryReport {
    /// How many lines of evidence the text shows of one part.
    private static let mostEvidence = 8

    private let claims: [JudgedClaim]
    private let about: IndexDescription

    /// A report on statements that were judged by an index.
    public init(_ claims: [JudgedClaim], about: IndexDescription) {
        self.claims = claims
        self.about = about
    }

    /// What `--json` prints.
    public var document: ClaimsDocument { ClaimsDocument(claims, about: about) }

    /// A block for each statement, then one line that counts the verdicts.
    public func text(_ style: TextStyle) -> String {
        var head = "Linux \(about.kernelVersion)"
        if let scope = about.scope { head += ", scope \(scope)" }
        if about.failedUnits > 0 { head += ", " + style.warning("units that failed: \(about.failedUnits)") }
        let blocks = claims.map { block($0, style) }
        return ([head] + blocks + [ClaimsReport.summary(claims)]).joined(separator: "\n\n")
    }

    private func block(_ judged: JudgedClaim, _ style: TextStyle) -> String {
        var lines = ["\(style.name(judged.claim.id))  \(ClaimsReport.words(judged.verdict, style))"]
        lines.append("  \(judged.claim.statement)")
        let corrections = judged.parts.compactMap(\.outcome.instead)
        lines += corrections.map { "  \(style.warning("instead:")) \($0)" }
        lines += judged.parts.flatMap { part($0, style) }
        return lines.joined(separator: "\n")
    }

    private func part(_ judged: JudgedPart, _ style: TextStyle) -> [String] {
        let mark =
            switch judged.outcome {
            case .met: style.evidence("so")
            case .unmet: style.warning("not so")
            case .unknown: style.aside("unknown")
            }
        var lines = ["  \(mark): \(judged.part.says)"]
        if let reason = judged.part.outside { lines.append("    \(style.aside(reason))") }
        var table = TextTable()
        for evidence in judged.evidence.prefix(ClaimsReport.mostEvidence) {
            let place = evidence.place?.description ?? ""
            table.add((evidence.text, evidence.text), (place, style.place(place)))
        }
        lines += table.lines(indent: 4)
        let leftOut = judged.evidence.count - ClaimsReport.mostEvidence
        if leftOut > 0 { lines.append("    " + style.aside("… \(leftOut) more; --json has them all")) }
        if let fact = judged.observation { lines += observation(fact, style) }
        return lines
    }

    private func observation(_ fact: ObservedFact, _ style: TextStyle) -> [String] {
        let place = fact.kernel.map { "\(fact.place), kernel \($0)" } ?? fact.place
        switch fact.result {
        case .skipped(let reason): return ["    " + style.aside("not observed: \(reason)")]
        case .agrees: return fact.seen.map { "    observed on \(place): \($0)" }
        case .disagrees: return fact.seen.map { "    \(style.warning("observed otherwise")) on \(place): \($0)" }
        }
    }

    private static func words(_ verdict: ClaimVerdict, _ style: TextStyle) -> String {
        switch verdict {
        case .holds, .holdsWithCorrection: style.evidence(phrase(verdict))
        case .doesNotHold: style.warning(phrase(verdict))
        case .notCheckable: style.aside(phrase(verdict))
        }
    }

    /// A verdict in words.
    static func phrase(_ verdict: ClaimVerdict) -> String {
        switch verdict {
        case .holds: "holds"
        case .holdsWithCorrection: "holds with a correction"
        case .doesNotHold: "does not hold"
        case .notCheckable: "cannot be checked here"
        }
    }

    /// `19 statements: 5 hold, 11 hold with a correction, 1 does not hold, 2 cannot be checked here`
    public static func summary(_ claims: [JudgedClaim]) -> String {
        let phrases = [
            ("holds", "holds", "hold"), ("holdsWithCorrection", "holds with a correction", "hold with a correction"),
            ("doesNotHold", "does not hold", "do not hold"),
            ("notCheckable", "cannot be checked here", "cannot be checked here"),
        ]
        let counts = phrases.compactMap { name, one, several -> String? in
            let count = claims.count { $0.verdict.name == name }
            return count == 0 ? nil : "\(count) \(count == 1 ? one : several)"
        }
        let statements = claims.count == 1 ? "1 statement" : "\(claims.count) statements"
        return "\(statements): \(counts.joined(separator: ", "))"
    }
}
