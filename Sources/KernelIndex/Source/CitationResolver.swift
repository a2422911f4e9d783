public import KernelABI

/// What became of a citation in the tree at hand.
public enum CitationResolution: Hashable, Sendable {
    /// The function is defined in the cited file, and its text has the condition. `place` is the line of the condition,
    /// or the function's first line where the citation names none.
    case resolved(place: LocatedLine)
    /// The index has no such function in that file; it may be defined in others.
    case functionMissing(definedElsewhere: [LocatedLine])
    /// The function is there, but its text does not have the condition.
    case conditionMissing(function: LocatedLine)
    /// The function is there, but its text cannot be read: the tree has vanished or is not the one that was indexed.
    case sourceUnreadable(function: LocatedLine)

    /// The line that the citation stands for, when it was found.
    public var place: LocatedLine? {
        if case .resolved(let place) = self { place } else { nil }
    }
}

/// Looks citations up in an index and in the source tree behind it.
///
/// Conditions are looked for in the function's own lines with white space folded, so that a condition may span lines.
/// A file is read once, however many citations name it.
public final class CitationResolver {
    private let store: IndexStore
    private var texts: [String: SourceText?] = [:]

    /// A resolver for an index.
    public init(_ store: IndexStore) { self.store = store }

    /// What becomes of a citation.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func resolve(_ citation: SourceCitation) throws -> CitationResolution {
        let definitions = try store.functions(named: citation.function)
            .flatMap(store.definitions).filter(\.isDefinition)
        guard let definition = definitions.first(where: { $0.place.file == citation.file }) else {
            return .functionMissing(definedElsewhere: definitions.map(\.place))
        }
        guard let condition = citation.condition else { return .resolved(place: definition.place) }
        guard let text = try text(of: citation.file), text.isAsIndexed != false else {
            return .sourceUnreadable(function: definition.place)
        }
        let body = text.lines(definition.place.line, through: definition.endLine)
        guard let line = CitationResolver.line(of: condition, in: body) else {
            return .conditionMissing(function: definition.place)
        }
        let place = LocatedLine(file: citation.file, line: definition.place.line + line, column: 1)
        return .resolved(place: place)
    }

    private func text(of file: String) throws -> SourceText? {
        if let known = texts[file] { return known }
        let text = try store.sourceText(of: file)
        texts[file] = text
        return text
    }

    /// The line, from 0, on which a text begins in lines whose white space is folded.
    static func line(of wanted: String, in lines: some Sequence<String>) -> Int? {
        let words = folded(wanted)
        guard !words.isEmpty else { return nil }
        var text: [UInt8] = []
        var lineStarts: [Int] = []
        for line in lines {
            if !text.isEmpty, text.last != UInt8(ascii: " ") { text.append(UInt8(ascii: " ")) }
            lineStarts.append(text.count)
            text += folded(line)
        }
        guard text.count >= words.count else { return nil }
        for start in 0...(text.count - words.count) where text[start..<(start + words.count)].elementsEqual(words) {
            return lineStarts.lastIndex { $0 <= start }
        }
        return nil
    }

    private static func folded(_ text: String) -> [UInt8] {
        let words = text.utf8.split { byte in " \t\r\n".utf8.contains(byte) }
        return Array(words.joined(separator: [UInt8(ascii: " ")]))
    }
}
