import KernelIndex

/// A position as the protocol counts it: line and character from 0.
struct Position: Hashable {
    var line: Int
    var character: Int

    var json: JSON { ["line": .integer(line), "character": .integer(character)] }
}

/// A file that a client has open.
struct OpenDocument {
    /// The text that the client sees.
    var lines: TextLines
}

/// Reads the source and converts places of the index into those of the protocol, and back.
///
/// The index speaks of the source as it was indexed. Where the client has a file open and has changed it, lines before the
/// first and behind the last change are still known.
final class SourceView {
    private static let keptFiles = 256

    /// The names of files are those of this index.
    var store: IndexStore {
        didSet { forget() }
    }
    var encoding = PositionEncoding.utf16
    /// The folders that the client works in.
    var folders: [String] = []
    private(set) var documents: [String: OpenDocument] = [:]
    private var texts: [String: (lines: TextLines, isAsIndexed: Bool)?] = [:]
    private var maps: [String: LineMap?] = [:]
    private var paths: [String: String?] = [:]

    init(_ store: IndexStore) { self.store = store }

    // MARK: Files

    /// Enters, changes or (with nil) removes an open document.
    func set(_ document: OpenDocument?, at address: String) {
        documents[address] = document
        maps[address] = nil
    }

    private func forget() {
        texts = [:]
        maps = [:]
        paths = [:]
    }

    /// The name that the index has for the file of an address; nil for files that it does not know.
    ///
    /// A file of another tree is the file of the same path in the client's folder.
    func indexedPath(of address: String) throws -> String? {
        if let known = paths[address] { return known }
        var found: String?
        if let path = FileAddress.path(of: address) {
            for candidate in candidates(for: path) where try store.hasRead(candidate) {
                found = candidate
                break
            }
        }
        paths[address] = .some(found)
        return found
    }

    private func candidates(for path: String) -> [String] {
        let about = store.about
        var found: [String] = []
        let real = RealPath.of(path)
        func add(_ root: String?, _ prefix: String) {
            guard let root else { return }
            for (file, folder) in [(path, root), (real, RealPath.of(root))] where file.hasPrefix("\(folder)/") {
                found.append(prefix + file.dropFirst(folder.utf8.count + 1))
            }
        }
        // A build's folder may lie in the source's.
        add(about.buildRoot, "@build/")
        add(about.sourceRoot, "")
        found.append(path)
        for folder in folders { add(folder, "") }
        return found
    }

    /// Whether a file of an address is the one that was indexed, rather than one of the same path in another tree.
    func isOfIndexedTree(_ address: String, _ path: String) -> Bool {
        guard let file = FileAddress.path(of: address) else { return false }
        return RealPath.of(file) == RealPath.of(store.about.absolutePath(of: path))
    }

    /// The lines of a file of the index, and whether they are still those that were indexed.
    func text(of path: String) throws -> (lines: TextLines, isAsIndexed: Bool)? {
        if let known = texts[path] { return known }
        if texts.count >= SourceView.keptFiles { texts = [:] }
        let source = try store.sourceBytes(of: path)
        let text = source.map { (lines: TextLines($0.bytes), isAsIndexed: $0.isAsIndexed != false) }
        texts[path] = text
        return text
    }

    /// What the client sees of a file: its open document, else the file.
    func seen(at address: String) throws -> TextLines? {
        if let document = documents[address] { return document.lines }
        guard let path = try indexedPath(of: address) else { return nil }
        return try text(of: path)?.lines
    }

    private func map(_ address: String, _ path: String) throws -> LineMap? {
        if let known = maps[address] { return known }
        var map: LineMap?
        if let document = documents[address], let indexed = try text(of: path), indexed.isAsIndexed {
            map = LineMap(document.lines, indexed.lines)
        }
        maps[address] = .some(map)
        return map
    }

    // MARK: Positions

    /// The word at a position of a document, and the place of the index that it stands at: nil where the document is no
    /// file of the index, or has been changed there.
    func word(at position: Position, in address: String) throws -> (name: String, place: LocatedLine?, range: JSON)? {
        guard let lines = try seen(at: address), position.line >= 0, position.line < lines.count else { return nil }
        let line = lines[position.line]
        let column = encoding.bytes(ofUnits: position.character, in: line)
        guard let word = lines.word(line: position.line, column: column) else { return nil }
        let start = Position(line: position.line, character: encoding.units(in: line.prefix(word.column)))
        let length = encoding.units(in: line.dropFirst(word.column).prefix(word.name.utf8.count))
        let end = Position(line: position.line, character: start.character + length)
        let range: JSON = ["start": start.json, "end": end.json]
        guard let path = try indexedPath(of: address) else { return (word.name, nil, range) }
        var indexed: Int? = position.line
        if documents[address] != nil, let map = try map(address, path) { indexed = map.second(of: position.line) }
        return (
            word.name, indexed.map { LocatedLine(file: path, line: $0 + 1, column: word.column + 1) }, range
        )
    }

    /// The address under which a client knows a file of the index: that of its open document, if it has one.
    func address(of path: String) throws -> String {
        let address = FileAddress.address(of: store.about.absolutePath(of: path))
        if documents[address] != nil { return address }
        // A client may come to the file by another way, over a symbolic link.
        for open in documents.keys.sorted() where try indexedPath(of: open) == path && isOfIndexedTree(open, path) {
            return open
        }
        return address
    }

    /// The range of a name that stands at a place of the index. A name that a macro puts together is the word there.
    func range(of name: String, at place: LocatedLine) throws -> JSON {
        let address = try address(of: place.file)
        guard let text = try text(of: place.file) else {
            let start = Position(line: max(0, place.line - 1), character: max(0, place.column - 1))
            return SourceView.range(start, Position(line: start.line, character: start.character + name.utf8.count))
        }
        var line = max(0, place.line - 1)
        var lines = text.lines
        if let document = documents[address], let map = try map(address, place.file) {
            line = map.first(of: line) ?? min(line, document.lines.count - 1)
            lines = document.lines
        }
        let bytes = lines[line]
        let wanted = min(max(0, place.column - 1), bytes.count)
        let word: (name: String, column: Int)?
        if let column = lines.column(of: name, line: line, from: wanted), column == wanted {
            word = (name, column)
        } else {
            // The line may have been moved sideways since, or the name be a part of what a macro makes.
            word = lines.word(line: line, column: wanted) ?? lines.column(of: name, line: line).map { (name, $0) }
        }
        let column = word?.column ?? wanted
        let start = Position(line: line, character: encoding.units(in: bytes.prefix(column)))
        let length = word.map { encoding.units(in: bytes.dropFirst(column).prefix($0.name.utf8.count)) } ?? 0
        return SourceView.range(start, Position(line: line, character: start.character + length))
    }

    /// The range from a place to the end of a line: a whole definition.
    func range(from place: LocatedLine, through endLine: Int) throws -> JSON {
        let address = try address(of: place.file)
        var first = max(0, place.line - 1)
        var last = max(first, endLine - 1)
        var lines = try text(of: place.file)?.lines
        if let document = documents[address], let map = try map(address, place.file) {
            first = map.first(of: first) ?? min(first, document.lines.count - 1)
            last = max(first, map.first(of: last) ?? min(last, document.lines.count - 1))
            lines = document.lines
        }
        let length = lines.map { encoding.units(in: $0[last]) } ?? 0
        return SourceView.range(Position(line: first, character: 0), Position(line: last, character: length))
    }

    static func range(_ start: Position, _ end: Position) -> JSON { ["start": start.json, "end": end.json] }
}
