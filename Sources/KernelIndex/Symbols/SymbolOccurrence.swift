import IndexFacts

/// How a place uses a symbol.
public struct SymbolRole: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word that the index has: `read`, `write`, `call`, `address`, `type`, `expansion`.
    public let rawValue: String

    /// Wraps the word that the index has.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The value is read.
    public static let read = SymbolRole(rawValue: "read")
    /// The value is written.
    public static let write = SymbolRole(rawValue: "write")
    /// The function is called.
    public static let call = SymbolRole(rawValue: "call")

    /// The same as ``rawValue``.
    public var description: String { rawValue }
}

/// A place where a symbol is used.
public struct SymbolOccurrence: Sendable {
    /// The symbol.
    public let symbol: Symbol
    /// Where.
    public let place: LocatedLine
    /// How.
    public let role: SymbolRole
    /// The function or variable around the place; nil at the top level.
    public let within: Symbol?
}

/// What `refs` found.
public struct References: Sendable {
    /// The uses, by file and line.
    public let occurrences: [SymbolOccurrence]
    /// How many more there are.
    public let leftOut: Int
    /// How many uses there are of each role, those left out included.
    public let counts: [SymbolRole: Int]
}

extension IndexStore {
    /// The places that use a symbol, in the order of files and lines.
    ///
    /// - Parameters:
    ///   - symbol: of this index.
    ///   - role: only uses of this role.
    ///   - limit: how many to give at most.
    public func references(to symbol: Symbol, role: SymbolRole? = nil, limit: Int = 1000) throws -> References {
        try read { reader in
            var occurrences: [SymbolOccurrence] = []
            var counts: [SymbolRole: Int] = [:]
            var leftOut = 0
            let uses = try reader.uses(of: symbol.id).map { (place: try reader.place(of: $0), use: $0) }.sorted {
                ($0.place, $0.use.role.rawValue) < ($1.place, $1.use.role.rawValue)
            }
            for (place, use) in uses {
                let found = SymbolRole(rawValue: use.role.rawValue)
                counts[found, default: 0] += 1
                guard role == nil || role == found else { continue }
                guard occurrences.count < limit else {
                    leftOut += 1
                    continue
                }
                let within = try use.within.map { try reader.symbol($0) }
                occurrences.append(SymbolOccurrence(symbol: symbol, place: place, role: found, within: within))
            }
            return References(occurrences: occurrences, leftOut: leftOut, counts: counts)
        }
    }
}
