import KernelABI
public import KernelIndex
public import SCIPExport

/// What `export` says of what it has written.
public struct ExportReport: QueryReport {
    /// The wire type of `export`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The file that was written.
        public let file: String
        /// How many files of the source are in it.
        public let documents: Int
        /// How many names.
        public let occurrences: Int
        /// How many symbols are defined in them.
        public let symbols: Int
        /// How many are used and not defined in them.
        public let externalSymbols: Int
        /// How many files lie outside of the source tree and are left out.
        public let filesOutside: Int
        /// Files that have changed or gone since they were indexed.
        public let filesChanged: [String]
    }

    /// What `--json` prints.
    public let document: Document

    /// A report of an export.
    public init(_ summary: SCIPExport.Summary, file: String, about: IndexDescription) {
        document = Document(
            kernel: about.kernelVersion.description,
            file: file,
            documents: summary.documents,
            occurrences: summary.occurrences,
            symbols: summary.symbols,
            externalSymbols: summary.externalSymbols,
            filesOutside: summary.filesOutside,
            filesChanged: summary.filesChanged
        )
    }

    /// A line with the figures, and one for what is not in it.
    public func text(_ style: TextStyle) -> String {
        var lines = [
            "\(style.name(document.file))  \(document.documents) documents, \(document.occurrences) occurrences, "
                + "\(document.symbols) symbols defined and \(document.externalSymbols) others"
        ]
        if document.filesOutside > 0 {
            lines.append(style.aside("  left out: \(document.filesOutside) files outside of the source tree"))
        }
        if !document.filesChanged.isEmpty {
            let names = document.filesChanged.prefix(5).joined(separator: ", ")
            lines.append(
                style.warning("  \(document.filesChanged.count) files have changed since they were indexed: \(names)")
            )
        }
        return lines.joined(separator: "\n")
    }
}
