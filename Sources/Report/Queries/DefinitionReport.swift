import KernelABI
public import KernelIndex

/// What `show` shows: definitions with their source, read from the tree at that moment.
public struct DefinitionReport: QueryReport {
    /// A definition and its text.
    public struct Entry: Sendable {
        /// The definition.
        public let definition: Definition
        /// The text of its file; nil when it cannot be read.
        public let source: SourceText?
        /// The options of the configuration that it hangs on.
        public let options: [ConfigOption]

        /// Makes an entry.
        public init(definition: Definition, source: SourceText?, options: [ConfigOption] = []) {
            self.definition = definition
            self.source = source
            self.options = options
        }
    }

    /// The wire type of `show`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The name that was asked for.
        public let name: String
        /// The definitions.
        public let definitions: [DefinitionDocument]
    }

    /// A definition on the wire.
    public struct DefinitionDocument: Encodable, Sendable {
        /// What is defined.
        public let symbol: SymbolDocument
        /// The file.
        public let file: String
        /// The first line.
        public let line: Int
        /// The last line.
        public let endLine: Int
        /// False for a declaration.
        public let isDefinition: Bool
        /// The lines; absent when the source cannot be read.
        public let source: String?
        /// Whether the file is the one that was indexed; absent when that is not known.
        public let sourceIsAsIndexed: Bool?
        /// The options of the configuration that it hangs on; see `kernaut config`.
        public let options: [OptionDocument]
    }

    let entries: [Entry]
    let about: IndexDescription
    /// What `--json` prints.
    public let document: Document

    /// A report of definitions.
    public init(_ entries: [Entry], name: String, about: IndexDescription) {
        self.entries = entries
        self.about = about
        document = Document(
            kernel: about.kernelVersion.description,
            name: name,
            definitions: entries.map { entry in
                let definition = entry.definition
                return DefinitionDocument(
                    symbol: SymbolDocument(definition.symbol),
                    file: definition.place.file,
                    line: definition.place.line,
                    endLine: definition.endLine,
                    isDefinition: definition.isDefinition,
                    source: entry.excerpt?.joined(separator: "\n"),
                    sourceIsAsIndexed: entry.source?.isAsIndexed,
                    options: entry.options.map(OptionDocument.init)
                )
            }
        )
    }

    /// A heading with the place, then the numbered lines, for each definition.
    public func text(_ style: TextStyle) -> String {
        entries.map { entry in
            let definition = entry.definition
            let symbol = definition.symbol
            var lines = [
                "\(style.name(symbol.shownName))  \(symbol.describedKind)  \(style.place(definition.place))"
            ]
            if !entry.options.isEmpty {
                lines[0] += "  " + style.aside(entry.options.map(\.inWords).joined(separator: " "))
            }
            if let excerpt = entry.excerpt {
                if entry.source?.isAsIndexed == false {
                    lines.append(style.warning("the file has changed since it was indexed; lines may have moved"))
                }
                let width = String(definition.endLine).count
                for (offset, line) in excerpt.enumerated() {
                    let number = String(definition.place.line + offset)
                    let padding = String(repeating: " ", count: max(0, width - number.count))
                    lines.append("\(style.aside(padding + number))  \(line)")
                }
            } else {
                let path = about.absolutePath(of: definition.place.file)
                lines.append(style.warning("the source cannot be read: \(path) has vanished or is shorter"))
            }
            return lines.joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }
}

extension DefinitionReport.Entry {
    /// The definition's lines; nil when they cannot be read.
    var excerpt: [String]? {
        guard let source else { return nil }
        let lines = source.lines(definition.place.line, through: max(definition.place.line, definition.endLine))
        return lines.isEmpty ? nil : Array(lines)
    }
}
