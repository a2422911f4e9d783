import KernelABI
public import KernelIndex

/// What `find` shows.
public struct FindingReport: QueryReport {
    /// The wire type of `find`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The text that was looked for.
        public let query: String
        /// The best matches.
        public let symbols: [SymbolDocument]
        /// How many more match.
        public let leftOut: Int
    }

    let finding: Finding
    /// What `--json` prints.
    public let document: Document

    /// A report of a finding.
    public init(_ finding: Finding, query: String, about: IndexDescription) {
        self.finding = finding
        document = Document(
            kernel: about.kernelVersion.description,
            query: query,
            symbols: finding.symbols.map(SymbolDocument.init),
            leftOut: finding.leftOut
        )
    }

    /// One line a symbol: name, kind, place.
    public func text(_ style: TextStyle) -> String {
        var table = TextTable()
        for symbol in finding.symbols {
            let place = symbol.home?.description ?? ""
            table.add(
                (symbol.shownName, style.name(symbol.shownName)),
                (symbol.describedKind, symbol.describedKind),
                (place, style.place(place))
            )
        }
        var lines = table.lines()
        if finding.leftOut > 0 { lines.append(style.aside("… \(finding.leftOut) more (--limit shows more)")) }
        return lines.joined(separator: "\n")
    }
}
