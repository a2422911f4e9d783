/// What became of a statement on one kernel.
public enum ClaimVerdict: Hashable, Sendable {
    /// All that could be checked is so, and all that matters was checked.
    case holds
    /// It is so in the main; the texts say what is true instead of the rest.
    case holdsWithCorrection([String])
    /// It is not so; the texts say what is true instead.
    case doesNotHold([String])
    /// What matters cannot be told here; the texts say why.
    case notCheckable([String])

    /// `holds`, `holdsWithCorrection`, `doesNotHold`, `notCheckable`
    public var name: String {
        switch self {
        case .holds: "holds"
        case .holdsWithCorrection: "holdsWithCorrection"
        case .doesNotHold: "doesNotHold"
        case .notCheckable: "notCheckable"
        }
    }

    /// The names of all verdicts, the best first.
    public static let names = ["holds", "holdsWithCorrection", "doesNotHold", "notCheckable"]

    /// The verdict on a statement, of what became of its parts.
    ///
    /// A part that could not be checked and is a detail leaves the verdict to the others.
    init(_ parts: [JudgedPart]) {
        func texts(_ text: (JudgedPart) -> String?) -> [String] { parts.compactMap(text) }
        let instead = texts(\.outcome.instead)
        if parts.contains(where: { $0.part.weight == .core && $0.outcome.instead != nil }) {
            self = .doesNotHold(instead)
            return
        }
        let unknown = texts { $0.part.weight == .core ? $0.outcome.reason : nil }
        if !unknown.isEmpty || !parts.contains(where: { $0.outcome.reason == nil }) {
            self = .notCheckable(unknown.isEmpty ? texts(\.outcome.reason) : unknown)
            return
        }
        self = instead.isEmpty ? .holds : .holdsWithCorrection(instead)
    }
}
