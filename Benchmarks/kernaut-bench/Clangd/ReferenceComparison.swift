import Foundation
import KernelIndex

/// Two indexes of the same files, made by different programs: is every use of a name that one knows known to the other?
///
/// A use is told by its file, line, column and the symbol's name. What a macro brings is where the macro stands. Only what
/// both index counts: functions, variables, members, enumerators and types outside of functions, not macros, and nothing
/// without a name. The number that `__COUNTER__` gave a name is left out: kernaut does not keep it.
struct ReferenceComparison {
    /// A use, lines and columns from 1.
    struct Use: Hashable {
        var file: String
        var line: Int
        var column: Int
        var name: String

        var text: String { "\(file):\(line):\(column) \(name)" }
    }

    /// The uses that both have.
    private(set) var common = 0
    /// The uses that clangd alone has, each with the kind of its symbol.
    private(set) var onlyTheirs: [(use: Use, kind: String)] = []
    /// The uses that kernaut alone has, each with the kind of its symbol.
    private(set) var onlyOurs: [(use: Use, kind: String)] = []

    /// - Parameters:
    ///   - store: kernaut's index.
    ///   - root: the folder that its paths are below.
    ///   - shards: the folder with clangd's.
    ///   - files: which files are looked at, as paths below the root.
    init(_ store: IndexStore, root: String, shards: URL, files: Set<String>) throws {
        let theirs = try Self.theirs(shards, root, files)
        let ours = try Self.ours(store, files)
        for (use, kind) in theirs {
            if ours[use] != nil { common += 1 } else { onlyTheirs.append((use, kind)) }
        }
        for (use, kind) in ours where theirs[use] == nil { onlyOurs.append((use, kind)) }
        onlyTheirs.sort { $0.use.text < $1.use.text }
        onlyOurs.sort { $0.use.text < $1.use.text }
    }

    /// How many of each kind.
    static func counts(_ uses: [(use: Use, kind: String)]) -> String {
        Dictionary(grouping: uses, by: \.kind).sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .map { "\($0.key) \($0.value.count)" }.joined(separator: ", ")
    }

    private static func ours(_ store: IndexStore, _ files: Set<String>) throws -> [Use: String] {
        try store.withAllFacts { facts in
            let paths = Dictionary(
                uniqueKeysWithValues: try facts.files().filter { files.contains($0.path) }.map { ($0.number, $0.path) }
            )
            var found: [(symbol: Int64, file: String, line: Int, column: Int)] = []
            try facts.eachUse { symbol, use in
                guard let path = paths[use.file] else { return }
                found.append((symbol, path, use.line, use.column))
            }
            try facts.eachDefinition { definition in
                guard let path = paths[definition.file] else { return }
                found.append((definition.symbol, path, definition.line, definition.column))
            }
            var entries: [Int64: AllFacts.Entry] = [:]
            var uses: [Use: String] = [:]
            for item in found {
                let entry = try entries[item.symbol] ?? facts.symbol(item.symbol)
                entries[item.symbol] = entry
                guard entry.kind != .macro, !entry.name.hasPrefix("(") else { continue }
                let name = plain(entry.name)
                uses[Use(file: item.file, line: item.line, column: item.column, name: name)] = entry.kind.rawValue
            }
            return uses
        }
    }

    /// clang's numbers for what it and kernaut both index.
    private static let kinds: [UInt8: String] = [
        5: "enum", 6: "record", 10: "record", 11: "typedef", 12: "function", 13: "variable", 14: "field",
        15: "enumerator",
    ]

    private static func theirs(_ folder: URL, _ root: String, _ files: Set<String>) throws -> [Use: String] {
        var symbols: [UInt64: ClangdShard.Symbol] = [:]
        var found: [ClangdShard.Use] = []
        let prefix = URL(filePath: root).absoluteString
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let shard = try ClangdShard(file)
            symbols.merge(shard.symbols) { first, _ in first }
            found += shard.uses.filter { use in
                use.location.uri.hasPrefix(prefix) && files.contains(String(use.location.uri.dropFirst(prefix.count)))
            }
        }
        var uses: [Use: String] = [:]
        for use in found {
            guard let symbol = symbols[use.symbol], let kind = kinds[symbol.kind] else { continue }
            let path = String(use.location.uri.dropFirst(prefix.count))
            let (line, column) = (use.location.line + 1, use.location.column + 1)
            uses[Use(file: path, line: line, column: column, name: plain(symbol.name))] = kind
        }
        return uses
    }

    private static func plain(_ name: String) -> String {
        guard name.hasPrefix("__UNIQUE_ID_") || name.hasPrefix("__compiletime_assert_") else { return name }
        return String(name[...(name.lastIndex { !$0.isNumber } ?? name.startIndex)])
    }
}
