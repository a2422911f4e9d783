import KernelABI
public import KernelIndex

/// What `diff` shows of an object with callbacks: a controller, a table of operations.
public struct ObjectComparisonReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable, Sendable {
        /// The first kernel's version.
        public let before: String
        /// The second kernel's version.
        public let after: String
        /// The name that was asked for.
        public let name: String
        /// The objects that both have.
        public let objects: [ObjectDocument]
        /// Objects that only the first kernel has.
        public let removed: [SymbolDocument]
        /// Objects that only the second kernel has.
        public let added: [SymbolDocument]
    }

    /// An object on the wire.
    public struct ObjectDocument: Encodable, Sendable {
        /// In the first kernel.
        public let before: SymbolDocument
        /// In the second kernel.
        public let after: SymbolDocument
        /// The callbacks that differ.
        public let callbacks: [CallbackDocument]
        /// The callbacks that are the same.
        public let same: [String]
        /// For a controller: whether it may be in threaded cgroups, in the first and in the second kernel.
        public let threaded: [Bool]?
    }

    /// A callback on the wire.
    public struct CallbackDocument: Encodable, Sendable {
        /// The member.
        public let member: String
        /// In the first kernel.
        public let before: RegistrationDocument?
        /// In the second kernel.
        public let after: RegistrationDocument?
    }

    private let compared: ComparedObjects
    private let about: (before: IndexDescription, after: IndexDescription)
    /// What `--json` prints.
    public let document: Document

    /// A report of the objects of a name in two kernels.
    public init(_ compared: ComparedObjects, name: String, before: IndexDescription, after: IndexDescription) {
        self.compared = compared
        about = (before, after)
        document = Document(
            before: before.kernelVersion.description,
            after: after.kernelVersion.description,
            name: name,
            objects: compared.comparisons.map { comparison in
                ObjectDocument(
                    before: SymbolDocument(comparison.before),
                    after: SymbolDocument(comparison.after),
                    callbacks: comparison.changes.map {
                        CallbackDocument(
                            member: $0.member,
                            before: $0.before.map(RegistrationDocument.init),
                            after: $0.after.map(RegistrationDocument.init)
                        )
                    },
                    same: comparison.same,
                    threaded: comparison.controllers.map { [$0.before.isThreaded, $0.after.isThreaded] }
                )
            },
            removed: compared.removed.map(SymbolDocument.init),
            added: compared.added.map(SymbolDocument.init)
        )
    }

    /// A block for each object: where it is, then the callbacks that differ.
    public func text(_ style: TextStyle) -> String {
        var blocks = compared.comparisons.map { text(of: $0, style) }
        for (object, kernel) in compared.removed.map({ ($0, about.before) }) + compared.added.map({ ($0, about.after) })
        {
            let place = object.home.map { style.place($0) } ?? ""
            blocks.append("\(style.name(object.name))  only in \(kernel.inWords)  \(place)")
        }
        return blocks.joined(separator: "\n\n")
    }

    private func text(of comparison: ObjectComparison, _ style: TextStyle) -> String {
        var lines = ["\(style.name(comparison.after.name))  \(comparison.after.type ?? "")"]
        for (object, kernel) in [(comparison.before, about.before), (comparison.after, about.after)] {
            lines.append("  \(kernel.kernelVersion)  \(style.place(object.home?.description ?? ""))")
        }
        var table = TextTable()
        for change in comparison.changes {
            for (sign, registration) in [("-", change.before), ("+", change.after)] {
                guard let registration else { continue }
                table.add(
                    (sign, style.evidence(sign)),
                    (change.member, change.member),
                    (registration.function.shownName, style.name(registration.function.shownName)),
                    (registration.place.description, style.place(registration.place))
                )
            }
        }
        lines += table.lines(indent: 2)
        if let (before, after) = comparison.controllers, before.isThreaded != after.isThreaded {
            lines.append("  \(style.evidence(after.isThreaded ? "+" : "-")) threaded")
        }
        if comparison.changes.isEmpty {
            lines.append(comparison.same.isEmpty ? "  no function is stored in it" : "  the callbacks are the same")
        }
        if !comparison.same.isEmpty {
            lines.append(style.aside("  the same in both: \(comparison.same.joined(separator: " "))"))
        }
        return lines.joined(separator: "\n")
    }
}
