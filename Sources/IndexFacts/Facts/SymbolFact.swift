/// Something that the source names, told apart from everything else of its name by ``identity``.
public struct SymbolFact: Hashable, Sendable {
    /// What a symbol can be. The raw values are the words of the database.
    public enum Kind: String, CaseIterable, Sendable {
        case function, variable, record, field, `enum`, enumerator, typedef, macro
    }

    /// `f:kernel_clone`, `f:copy_process@kernel/fork.c` (static), `d:nsproxy.uts_ns`.
    public var identity: String
    /// The name as the source spells it.
    public var name: String
    /// What it is.
    public var kind: Kind
    /// Whether it has internal linkage.
    public var isStatic: Bool
    /// The type as C spells it; nil where there is none to tell (macros, records).
    public var type: String?

    /// Makes a symbol.
    public init(identity: String, name: String, kind: Kind, isStatic: Bool, type: String?) {
        self.identity = identity
        self.name = name
        self.kind = kind
        self.isStatic = isStatic
        self.type = type
    }
}
