/// What a symbol is, in the words of the index: `function`, `record`, `field`, `macro`…
public struct SymbolKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word.
    public let rawValue: String

    /// Wraps the word that the index has.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A function, static or not.
    public static let function = SymbolKind(rawValue: "function")
    /// A variable.
    public static let variable = SymbolKind(rawValue: "variable")
    /// A struct or a union.
    public static let record = SymbolKind(rawValue: "record")
    /// A member of a record.
    public static let field = SymbolKind(rawValue: "field")
    /// A macro.
    public static let macro = SymbolKind(rawValue: "macro")

    /// The same as ``rawValue``.
    public var description: String { rawValue }
}
