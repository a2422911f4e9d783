/// A limit that an administrator sets and that a refusal comes from.
public struct Knob: Hashable, Sendable {
    /// What the kernel's documentation calls it: `kernel.threads-max`.
    public let name: String
    /// Where it is set.
    public let setBy: String
    /// Where to look whether it was this one.
    public let evidence: [String]
    /// The functions whose refusals it is behind.
    let functions: [String]
    /// Identifiers of the kernel's source that stand in the conditions it is behind; with functions given, both have to
    /// fit.
    let identifiers: [String]
    /// The errors that it is behind; empty for all.
    let errors: [String]

    init(
        _ name: String,
        setBy: String,
        evidence: [String],
        functions: [String] = [],
        identifiers: [String] = [],
        errors: [String] = []
    ) {
        precondition(!functions.isEmpty || !identifiers.isEmpty, "a knob is known by functions or identifiers")
        self.name = name
        self.setBy = setBy
        self.evidence = evidence
        self.functions = functions
        self.identifiers = identifiers
        self.errors = errors
    }

    /// Whether it is behind an origin.
    ///
    /// - Parameter words: those of the origin's conditions.
    func isBehind(_ origin: NumberedOrigin, _ words: [Substring]) -> Bool {
        guard errors.isEmpty || errors.contains(origin.errno) else { return false }
        guard functions.isEmpty || functions.contains(origin.name) else { return false }
        return identifiers.isEmpty || identifiers.contains { words.contains(Substring($0)) }
    }
}
