import KernelABI
public import KernelIndex

/// What `refs` shows.
public struct ReferencesReport: QueryReport {
    /// The wire type of `refs`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The name that was asked for.
        public let name: String
        /// An element for each symbol of the name.
        public let symbols: [SymbolReferences]
    }

    /// The uses of one symbol on the wire.
    public struct SymbolReferences: Encodable, Sendable {
        /// The symbol.
        public let symbol: SymbolDocument
        /// How many uses there are of each role, those left out included.
        public let counts: [String: Int]
        /// The uses by file and line.
        public let references: [ReferenceDocument]
        /// How many more there are.
        public let leftOut: Int
    }

    /// A use on the wire.
    public struct ReferenceDocument: Encodable, Sendable {
        /// The file.
        public let file: String
        /// The line.
        public let line: Int
        /// The column.
        public let column: Int
        /// `read`, `write`, `call`, `address`, `type`, `expansion`.
        public let role: String
        /// The function or variable around it.
        public let within: String?
    }

    let found: [(symbol: Symbol, references: References)]
    /// What `--json` prints.
    public let document: Document

    /// A report of the uses of the symbols of a name.
    public init(_ found: [(symbol: Symbol, references: References)], name: String, about: IndexDescription) {
        self.found = found
        document = Document(
            kernel: about.kernelVersion.description,
            name: name,
            symbols: found.map { symbol, references in
                SymbolReferences(
                    symbol: SymbolDocument(symbol),
                    counts: Dictionary(uniqueKeysWithValues: references.counts.map { ($0.rawValue, $1) }),
                    references: references.occurrences.map {
                        ReferenceDocument(
                            file: $0.place.file,
                            line: $0.place.line,
                            column: $0.place.column,
                            role: $0.role.rawValue,
                            within: $0.within?.shownName
                        )
                    },
                    leftOut: references.leftOut
                )
            }
        )
    }

    /// A heading for each symbol, then a line for each use: place, role, function around it.
    public func text(_ style: TextStyle) -> String {
        found.map { symbol, references in
            let place = symbol.home?.description ?? ""
            var heading = "\(style.name(symbol.shownName))  \(symbol.describedKind)  \(style.place(place))"
            let counts = references.counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            let counted = counts.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            heading += counted.isEmpty ? "  no uses" : "  \(counted)"
            var table = TextTable()
            for use in references.occurrences {
                let within = use.within.map { "in \($0.shownName)" } ?? ""
                table.add(
                    (use.place.description, style.place(use.place)),
                    (use.role.rawValue, style.evidence(use.role.rawValue)),
                    (within, within)
                )
            }
            var lines = [heading] + table.lines(indent: 2)
            if references.leftOut > 0 {
                lines.append(style.aside("  … \(references.leftOut) more (--limit shows more)"))
            }
            return lines.joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }
}
