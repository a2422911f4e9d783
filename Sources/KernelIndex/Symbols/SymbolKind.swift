import IndexFacts

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

extension SymbolFact.Kind {
    /// The number that the table of symbols has for it: its place among all.
    var number: Int {
        switch self {
        case .function: 0
        case .variable: 1
        case .record: 2
        case .field: 3
        case .enum: 4
        case .enumerator: 5
        case .typedef: 6
        case .macro: 7
        }
    }
}

extension ReferenceRole {
    /// Its place among all, which a ``UseList`` has for it.
    var number: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .call: 2
        case .address: 3
        case .type: 4
        case .expansion: 5
        }
    }
}
