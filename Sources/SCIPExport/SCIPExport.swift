import IndexFacts
import KernelABI
public import KernelIndex

/// Writes an index in the format of SCIP, which code browsers and scip's own tools read.
///
/// Documents are the source tree's files; what the build generated lies outside of it and is left out. A function that is
/// stored in a member implements the member, so that "find implementations" goes through tables of functions.
public struct SCIPExport {
    /// What was written.
    public struct Summary: Sendable {
        /// How many files.
        public internal(set) var documents = 0
        /// How many names in them.
        public internal(set) var occurrences = 0
        /// How many symbols are defined in them.
        public internal(set) var symbols = 0
        /// How many symbols are used and defined in none of them.
        public internal(set) var externalSymbols = 0
        /// How many files have names, but lie outside of the source tree.
        public internal(set) var filesOutside = 0
        /// Files that cannot be read any more, or have changed: their names' lengths are taken from the index.
        public internal(set) var filesChanged: [String] = []
    }

    private let store: IndexStore
    private let write: ([UInt8]) throws -> Void
    private let mostAtOnce: Int

    /// - Parameters:
    ///   - mostAtOnce: how many occurrences are in memory at once, as far as files allow; 24 bytes each.
    ///   - write: takes the bytes as they come.
    public init(_ store: IndexStore, mostAtOnce: Int = 2_000_000, write: @escaping ([UInt8]) throws -> Void) {
        self.store = store
        self.mostAtOnce = mostAtOnce
        self.write = write
    }

    /// Writes all of it.
    ///
    /// - Throws: ``Failure`` when the index is damaged, and what writing throws.
    public func run() throws -> Summary {
        try write(metadata())
        return try store.withAllFacts { facts in
            var run = try SCIPRun(facts: facts, version: store.about.kernelVersion.description, write: write)
            try run.documents(mostAtOnce: mostAtOnce)
            try run.externalSymbols()
            return run.summary
        }
    }

    private func metadata() -> [UInt8] {
        var tool = ProtobufWriter()
        tool.write("kernaut", field: SCIP.ToolInfo.name)
        tool.write(store.about.kernelVersion.description, field: SCIP.ToolInfo.version)
        var metadata = ProtobufWriter()
        metadata.write(tool, field: SCIP.Metadata.toolInfo)
        metadata.write("file://\(store.about.sourceRoot)", field: SCIP.Metadata.projectRoot)
        metadata.write(SCIP.utf8, field: SCIP.Metadata.textDocumentEncoding)
        var index = ProtobufWriter()
        index.write(metadata, field: SCIP.Index.metadata)
        return index.bytes
    }
}

/// An export under way.
private struct SCIPRun {
    let facts: AllFacts
    let version: String
    let write: ([UInt8]) throws -> Void
    var summary = SCIPExport.Summary()
    private var symbols: [UInt32: (text: String, entry: AllFacts.Entry)] = [:]
    private var isUsed: [Bool]
    private var isDefined: [Bool]

    init(facts: AllFacts, version: String, write: @escaping ([UInt8]) throws -> Void) throws {
        self.facts = facts
        self.version = version
        self.write = write
        let count = Int(try facts.lastSymbol()) + 1
        isUsed = Array(repeating: false, count: count)
        isDefined = isUsed
    }

    // MARK: Documents

    /// Goes through the index once for each group of files whose occurrences fit into memory together.
    mutating func documents(mostAtOnce: Int) throws {
        let files = try facts.files()
        let last = Int(files.last?.number ?? 0)
        var counts = [Int](repeating: 0, count: last + 1)
        try facts.eachUse { _, use in if use.file <= last { counts[Int(use.file)] += 1 } }
        try facts.eachDefinition { if $0.file <= last { counts[Int($0.file)] += 1 } }
        let inside = files.filter { !$0.path.hasPrefix("/") && !$0.path.hasPrefix("@build/") }
        summary.filesOutside = files.count { counts[Int($0.number)] > 0 } - inside.count { counts[Int($0.number)] > 0 }
        var next = 0
        while next < inside.count {
            var chosen: [Int64: String] = [:]
            var count = 0
            while next < inside.count, chosen.isEmpty || count + counts[Int(inside[next].number)] <= mostAtOnce {
                count += counts[Int(inside[next].number)]
                chosen[inside[next].number] = inside[next].path
                next += 1
            }
            try write(documentsOf: chosen, room: count, last: last)
        }
    }

    private mutating func write(documentsOf chosen: [Int64: String], room: Int, last: Int) throws {
        var isChosen = [Bool](repeating: false, count: last + 1)
        for number in chosen.keys { isChosen[Int(number)] = true }
        var found: [FoundOccurrence] = []
        found.reserveCapacity(room)
        try facts.eachDefinition { definition in
            guard definition.file <= last, isChosen[Int(definition.file)] else { return }
            found.append(
                FoundOccurrence(
                    line: UInt32(clamping: definition.line),
                    column: UInt32(clamping: definition.column),
                    symbol: UInt32(clamping: definition.symbol),
                    endLine: UInt32(clamping: definition.endLine),
                    roles: UInt32(definition.isDefinition ? SCIP.Role.definition : SCIP.Role.forwardDefinition),
                    file: UInt32(clamping: definition.file)
                )
            )
        }
        try facts.eachUse { symbol, use in
            guard use.file <= last, isChosen[Int(use.file)] else { return }
            let roles: Int
            switch use.role {
            case .read, .call: roles = SCIP.Role.readAccess
            case .write: roles = SCIP.Role.writeAccess
            case .address, .type, .expansion: roles = 0
            }
            found.append(
                FoundOccurrence(
                    line: UInt32(clamping: use.line),
                    column: UInt32(clamping: use.column),
                    symbol: UInt32(clamping: symbol),
                    endLine: 0,
                    roles: UInt32(roles),
                    file: UInt32(clamping: use.file)
                )
            )
        }
        found.sort()
        var start = 0
        while start < found.count {
            var end = start + 1
            while end < found.count, found[end].file == found[start].file { end += 1 }
            if let path = chosen[Int64(found[start].file)] { try writeDocument(path, found[start..<end]) }
            start = end
        }
    }

    private mutating func writeDocument(_ path: String, _ found: ArraySlice<FoundOccurrence>) throws {
        var document = ProtobufWriter()
        document.write(path, field: SCIP.Document.relativePath)
        document.write("C", field: SCIP.Document.language)
        document.write(SCIP.utf8, field: SCIP.Document.positionEncoding)
        let source = try facts.sourceBytes(of: path)
        if source?.isAsIndexed != true { summary.filesChanged.append(path) }
        let lines = source?.isAsIndexed == true ? source.map { TextLines($0.bytes) } : nil
        var defined: [UInt32] = []
        var next = found.startIndex
        while next < found.endIndex {
            var occurrence = found[next]
            next += 1
            // What is used and defined at one place, or used twice by one macro, is one occurrence.
            while next < found.endIndex, found[next].isSame(as: occurrence) {
                occurrence.roles |= found[next].roles
                occurrence.endLine = max(occurrence.endLine, found[next].endLine)
                next += 1
            }
            if occurrence.roles & UInt32(SCIP.Role.definition) != 0, defined.last != occurrence.symbol {
                defined.append(occurrence.symbol)
            }
            document.write(try message(occurrence, lines), field: SCIP.Document.occurrences)
            summary.occurrences += 1
            isUsed[Int(occurrence.symbol)] = true
        }
        var seen: Set<UInt32> = []
        for symbol in defined where seen.insert(symbol).inserted {
            isDefined[Int(symbol)] = true
            document.write(try information(symbol), field: SCIP.Document.symbols)
            summary.symbols += 1
        }
        var index = ProtobufWriter()
        index.write(document, field: SCIP.Index.documents)
        try write(index.bytes)
        summary.documents += 1
    }

    private mutating func message(_ occurrence: FoundOccurrence, _ lines: TextLines?) throws -> ProtobufWriter {
        let (text, entry) = try symbol(occurrence.symbol)
        let line = max(0, Int(occurrence.line) - 1)
        let column = max(0, Int(occurrence.column) - 1)
        var length = entry.name.utf8.count
        if let lines {
            // Where a macro puts the name together, or a system call's is its macro's, the word that stands there counts.
            let word = lines.word(line: line, column: column)
            length =
                word.map { $0.name.utf8.count - (column - $0.column) }
                ?? min(length, max(0, lines[line].count - column))
        }
        var message = ProtobufWriter()
        message.write(packed: [line, column, column + max(0, length)], field: SCIP.Occurrence.range)
        message.write(text, field: SCIP.Occurrence.symbol)
        message.write(Int(occurrence.roles), field: SCIP.Occurrence.symbolRoles)
        if occurrence.endLine > occurrence.line, entry.kind == .function || entry.kind == .record,
            occurrence.roles & UInt32(SCIP.Role.definition) != 0
        {
            let end = Int(occurrence.endLine) - 1
            message.write(packed: [line, 0, end, lines?[end].count ?? 0], field: SCIP.Occurrence.enclosingRange)
        }
        return message
    }

    // MARK: Symbols

    private mutating func symbol(_ number: UInt32) throws -> (text: String, entry: AllFacts.Entry) {
        if let known = symbols[number] { return known }
        if symbols.count >= 200_000 { symbols = [:] }
        let entry = try facts.symbol(Int64(number))
        let text = SCIPSymbol.text(ofIdentity: entry.identity, version: version)
        symbols[number] = (text, entry)
        return (text, entry)
    }

    private mutating func information(_ number: UInt32) throws -> ProtobufWriter {
        let (text, entry) = try symbol(number)
        var message = ProtobufWriter()
        message.write(text, field: SCIP.SymbolInformation.symbol)
        if let type = entry.type {
            message.write("```c\n\(entry.name): \(type)\n```", field: SCIP.SymbolInformation.documentation)
        }
        if entry.kind == .function {
            for member in try facts.members(holding: Int64(number)) {
                var relationship = ProtobufWriter()
                relationship.write(try symbol(UInt32(clamping: member)).text, field: SCIP.Relationship.symbol)
                relationship.write(true, field: SCIP.Relationship.isImplementation)
                message.write(relationship, field: SCIP.SymbolInformation.relationships)
            }
        }
        message.write(SCIP.kind(entry), field: SCIP.SymbolInformation.kind)
        message.write(entry.name, field: SCIP.SymbolInformation.displayName)
        return message
    }

    /// What is used in the documents and defined in none of them.
    mutating func externalSymbols() throws {
        for number in isUsed.indices where isUsed[number] && !isDefined[number] {
            var index = ProtobufWriter()
            index.write(try information(UInt32(number)), field: SCIP.Index.externalSymbols)
            try write(index.bytes)
            summary.externalSymbols += 1
        }
    }
}
