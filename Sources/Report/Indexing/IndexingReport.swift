public import KernelIndex

/// What `kernaut index` says of a run.
public struct IndexingReport: QueryReport {
    /// The wire type of `index`.
    public struct Document: Encodable, Sendable {
        /// The kernel's exact version.
        public var kernel: String
        /// Debian's version of the source package; absent for another tree.
        public var package: String?
        /// `fork` or `all`.
        public var scope: String
        /// The database.
        public var index: String
        /// What became of the units.
        public var units: Units
        /// What was written in this run.
        public var facts: FactCounts
        /// How long the run took, in seconds.
        public var seconds: Double

        /// Makes a document.
        public init(
            kernel: String,
            package: String?,
            scope: String,
            index: String,
            units: Units,
            facts: FactCounts,
            seconds: Double
        ) {
            self.kernel = kernel
            self.package = package
            self.scope = scope
            self.index = index
            self.units = units
            self.facts = facts
            self.seconds = seconds
        }
    }

    /// Units by what became of them.
    public struct Units: Encodable, Sendable {
        /// Parsed in this run.
        public var parsed: Int
        /// Not parsed, since nothing had changed.
        public var reused: Int
        /// No longer asked for.
        public var removed: Int
        /// Parsed on top of shared headers.
        public var onPrefix: Int
        /// Files that have errors, of this run or an earlier one.
        public var failed: [Failed]
        /// Files of the scope that this configuration does not build.
        public var notBuilt: [String]
        /// Why headers could not be shared, a line each.
        public var prefixProblems: [String]

        /// Makes the counts.
        public init(
            parsed: Int,
            reused: Int,
            removed: Int,
            onPrefix: Int,
            failed: [Failed],
            notBuilt: [String],
            prefixProblems: [String]
        ) {
            self.parsed = parsed
            self.reused = reused
            self.removed = removed
            self.onPrefix = onPrefix
            self.failed = failed
            self.notBuilt = notBuilt
            self.prefixProblems = prefixProblems
        }
    }

    /// A file with errors.
    public struct Failed: Encodable, Sendable {
        /// The file, relative to the tree.
        public var path: String
        /// The first error.
        public var reason: String

        /// Makes an entry.
        public init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// What `--json` prints.
    public let document: Document

    /// A report of a run.
    public init(_ document: Document) { self.document = document }

    /// What was indexed, what failed, what was written, and where it is.
    public func text(_ style: TextStyle) -> String {
        let units = document.units
        let package = document.package.map { " (Debian \($0))" } ?? ""
        var lines = [
            "Linux \(document.kernel)\(package), scope \(document.scope): \(units.parsed + units.reused) files, "
                + "\(units.parsed) parsed (\(units.onPrefix) on shared headers), \(units.reused) unchanged, "
                + "\(units.failed.count) with errors"
        ]
        lines += units.failed.map { style.warning("  \($0.path): \($0.reason)") }
        lines += units.prefixProblems.map { "  headers not shared: \($0)" }
        if !units.notBuilt.isEmpty {
            lines.append("  not built in this configuration: \(units.notBuilt.joined(separator: ", "))")
        }
        if units.parsed > 0 {
            let facts = document.facts
            lines.append(
                "  \(facts.symbols) symbols, \(facts.definitions) definitions, \(facts.references) references, "
                    + "\(facts.calls) direct calls, \(facts.dispatches) dispatch sites, \(facts.registrations) "
                    + "registrations, \(facts.records) structs, \(facts.systemCalls) system calls, \(facts.errorOrigins) origins of errors"
            )
        }
        let tenths = Int((document.seconds * 10).rounded())
        lines.append("  \(document.index), \(tenths / 10).\(tenths % 10) s")
        return lines.joined(separator: "\n")
    }
}
