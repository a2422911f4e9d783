import GRDB

/// What `find` found.
public struct Finding: Sendable {
    /// The best matches: equal names first, then names that start with the text, then names that contain it.
    public let symbols: [Symbol]
    /// How many more match.
    public let leftOut: Int
}

extension IndexStore {
    /// Looks for a text in all names; capitals do not matter.
    ///
    /// - Parameters:
    ///   - text: a part of a name.
    ///   - kind: only symbols of this kind.
    ///   - limit: how many to give at most.
    public func find(_ text: String, kind: SymbolKind? = nil, limit: Int = 50) throws -> Finding {
        try read { reader in
            let wanted = text.lowercased()
            var matches: [Match] = []
            let blocks = try reader.blocks(mayContain: wanted)
            // One statement for all blocks, and no LIKE, which SQLite prepares anew with each pattern.
            let rows =
                blocks == nil
                ? "symbol"
                : """
                json_each(?2) AS block CROSS JOIN symbol
                ON symbol.id >= block.value << \(NameParts.blockBits) AND symbol.id < (block.value + 1) << \(NameParts.blockBits)
                """
            try reader.each(
                "SELECT symbol.name, symbol.id, symbol.kind FROM \(rows) WHERE instr(lower(symbol.name), ?1) > 0",
                [wanted] + (blocks.map { [FactReader.list($0)] } ?? [])
            ) { row in
                if let kind, try row.text(2) != kind.rawValue { return }
                let name = try row.text(0)
                // Who looks for a system call does not think of the name of its body.
                let known = name.hasPrefix("__do_sys_") ? String(name.dropFirst("__do_sys_".count)) : name
                let folded = known.lowercased()
                let rank = known == text ? 0 : folded == wanted ? 1 : folded.hasPrefix(wanted) ? 2 : 3
                matches.append(Match(rank: rank, name: known, id: try row.identifier(1)))
            }
            matches.sort()
            // Equal names are put in order before the cut, so that a function is not lost behind members of its name.
            let equal = matches.prefix { $0.rank == 0 }.count
            try reader.prepare(matches.prefix(max(limit, equal)).map(\.id))
            let shown = try matches.prefix(max(limit, equal)).map { (match: $0, symbol: try reader.symbol($0.id)) }
            let ordered = shown.sorted { left, right in
                guard left.match.rank == right.match.rank, left.match.name == right.match.name else {
                    return left.match < right.match
                }
                return FactReader.isShownBefore(left.symbol, right.symbol)
            }
            let symbols = ordered.prefix(limit).map(\.symbol)
            return Finding(symbols: symbols, leftOut: matches.count - symbols.count)
        }
    }
}

/// A name that matches, and how well: 0 is best. Short names come before long ones.
private struct Match: Comparable {
    let rank: Int
    let name: String
    let id: Int64

    static func < (left: Match, right: Match) -> Bool {
        (left.rank, left.name.utf8.count, left.name, left.id)
            < (right.rank, right.name.utf8.count, right.name, right.id)
    }
}
