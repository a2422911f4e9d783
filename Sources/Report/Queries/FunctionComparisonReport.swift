import KernelABI
public import KernelIndex

/// What `diff` shows of a function: what two kernels call, check and hand on.
public struct FunctionComparisonReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable, Sendable {
        /// The first kernel's version.
        public let before: String
        /// The second kernel's version.
        public let after: String
        /// The name that was asked for.
        public let name: String
        /// The functions that both have.
        public let functions: [FunctionDocument]
        /// Functions that only the first kernel has.
        public let removed: [SymbolDocument]
        /// Functions that only the second kernel has.
        public let added: [SymbolDocument]
    }

    /// A function on the wire.
    public struct FunctionDocument: Encodable, Sendable {
        /// In the first kernel.
        public let before: SymbolDocument
        /// In the second kernel.
        public let after: SymbolDocument
        /// How many lines each has; absent where it is not defined.
        public let lines: [String: Int]
        /// Whether both kernels' indexes define it. If not, what follows is not compared.
        public let compared: Bool
        /// Whether nothing of what follows differs.
        public let equal: Bool
        /// Whether the text is the same but for comments and white space; absent where a source cannot be read.
        public let sameText: Bool?
        /// What only the second calls.
        public let addedCalls: [CalleeDocument]
        /// What only the first calls.
        public let removedCalls: [CalleeDocument]
        /// Members that both call through, with other functions behind them.
        public let targets: [TargetDocument]
        /// The checks that differ.
        public let errors: [ErrorChangeDocument]
        /// Whose errors only the second hands on.
        public let addedHandedOn: [String]
        /// Whose errors only the first hands on.
        public let removedHandedOn: [String]
        /// How many calls and checks are the same.
        public let same: [String: Int]
    }

    /// A callee on the wire.
    public struct CalleeDocument: Encodable, Sendable {
        /// The function, or the member that is called through.
        public let name: String
        /// `direct` or `ops`.
        public let evidence: String
        /// The file of the first call.
        public let file: String
        /// The lines of the calls.
        public let lines: [Int]
        /// For a member: what is stored there.
        public let targets: [String]?

        init(_ callee: FunctionFacts.Callee) {
            name = callee.name
            evidence = callee.isThroughMember ? "ops" : "direct"
            file = callee.places[0].file
            lines = callee.places.map(\.line)
            targets = callee.isThroughMember ? callee.targets : nil
        }
    }

    /// A member's targets on the wire.
    public struct TargetDocument: Encodable, Sendable {
        /// The member.
        public let member: String
        /// Only in the second kernel.
        public let added: [String]
        /// Only in the first kernel.
        public let removed: [String]
    }

    /// A check on the wire.
    public struct ErrorChangeDocument: Encodable, Sendable {
        /// In the first kernel; absent for a check that came.
        public let before: ErrorDocument?
        /// In the second kernel; absent for a check that went.
        public let after: ErrorDocument?
    }

    /// An error's start on the wire.
    public struct ErrorDocument: Encodable, Sendable {
        /// `EAGAIN`
        public let errno: String
        /// What decides.
        public let condition: String?
        /// The conditions around it.
        public let surroundings: [String]
        /// The file.
        public let file: String
        /// The line.
        public let line: Int

        init(_ origin: ErrorOrigin) {
            errno = origin.errno
            condition = origin.condition
            surroundings = origin.surroundings
            file = origin.place.file
            line = origin.place.line
        }
    }

    private let compared: ComparedFunctions
    private let about: (before: IndexDescription, after: IndexDescription)
    /// What `--json` prints.
    public let document: Document

    /// A report of the functions of a name in two kernels.
    public init(_ compared: ComparedFunctions, name: String, before: IndexDescription, after: IndexDescription) {
        self.compared = compared
        about = (before, after)
        document = Document(
            before: before.kernelVersion.description,
            after: after.kernelVersion.description,
            name: name,
            functions: compared.comparisons.map(FunctionDocument.init),
            removed: compared.removed.map { SymbolDocument($0.function) },
            added: compared.added.map { SymbolDocument($0.function) }
        )
    }

    /// A block for each function: where it is, then what differs, `-` for the first kernel and `+` for the second.
    public func text(_ style: TextStyle) -> String {
        var blocks = compared.comparisons.map { text(of: $0, style) }
        for (facts, kernel) in compared.removed.map({ ($0, about.before) }) + compared.added.map({ ($0, about.after) })
        {
            let place = facts.function.home.map { style.place($0) } ?? ""
            let size = facts.lines.map { ", \($0) lines" } ?? ""
            blocks.append("\(style.name(facts.function.shownName))  only in \(kernel.inWords)\(size)  \(place)")
        }
        return blocks.joined(separator: "\n\n")
    }

    private func text(of comparison: FunctionComparison, _ style: TextStyle) -> String {
        var lines = [style.name(comparison.after.function.shownName)]
        for (facts, kernel) in [(comparison.before, about.before), (comparison.after, about.after)] {
            let place = facts.function.home?.description ?? ""
            let size = facts.lines.map { "\($0) lines" } ?? "declared only: no file of \(kernel.inWords) defines it"
            lines.append("  \(kernel.kernelVersion)  \(style.place(place))  \(size)")
        }
        guard comparison.isDefinedInBoth else {
            lines.append(style.warning("  not compared: that takes two indexes that define it (--scope all)"))
            return lines.joined(separator: "\n")
        }
        if comparison.isEqual {
            let same = "calls, checks and types are the same"
            switch comparison.isSameText {
            case true?: lines.append("  the text is the same")
            case false?: lines.append("  \(same), the text is not")
            case nil: lines.append("  \(same)")
            }
            return lines.joined(separator: "\n")
        }
        if comparison.before.function.type != comparison.after.function.type {
            lines += [
                "", "Type", "  - \(comparison.before.function.type ?? "?")",
                "  + \(comparison.after.function.type ?? "?")",
            ]
        }
        lines += calls(comparison, style) + errors(comparison, style) + handedOn(comparison, style)
        lines += [
            "", style.aside("the same in both: \(comparison.sameCallees) callees, \(comparison.sameErrors) checks"),
        ]
        return lines.joined(separator: "\n")
    }

    private func calls(_ comparison: FunctionComparison, _ style: TextStyle) -> [String] {
        var table = TextTable()
        for (sign, callees) in [("-", comparison.removedCallees), ("+", comparison.addedCallees)] {
            for callee in callees {
                let evidence = callee.isThroughMember ? "ops" : "direct"
                let numbers = callee.places.map { "\($0.line)" }.joined(separator: ", ")
                let place = "\(callee.places[0].file):\(numbers)"
                table.add(
                    (sign, style.evidence(sign)),
                    (callee.name, style.name(callee.name)),
                    (evidence, style.evidence(evidence)),
                    (place, style.place(place)),
                    (FunctionComparisonReport.list(callee.targets), FunctionComparisonReport.list(callee.targets))
                )
            }
        }
        for change in comparison.targets {
            let names = change.removed.map { "-\($0)" } + change.added.map { "+\($0)" }
            table.add(
                ("~", style.evidence("~")),
                (change.member, style.name(change.member)),
                ("ops", style.evidence("ops")),
                (FunctionComparisonReport.list(names), FunctionComparisonReport.list(names))
            )
        }
        let lines = table.lines(indent: 2)
        return lines.isEmpty ? [] : ["", "Calls"] + lines
    }

    private static func list(_ names: [String]) -> String {
        names.count <= 8
            ? names.joined(separator: " ") : names.prefix(8).joined(separator: " ") + " and \(names.count - 8) more"
    }

    private func errors(_ comparison: FunctionComparison, _ style: TextStyle) -> [String] {
        var lines: [String] = []
        for change in comparison.errors {
            for (sign, origin) in [("-", change.before), ("+", change.after)] {
                guard let origin else { continue }
                lines.append("  \(style.evidence(sign)) \(style.name(origin.errno))  \(style.place(origin.place))")
                if let condition = origin.condition { lines.append("      when  \(condition)") }
                for around in origin.surroundings.reversed() { lines.append("      and   \(around)") }
            }
        }
        return lines.isEmpty ? [] : ["", "Checks"] + lines
    }

    private func handedOn(_ comparison: FunctionComparison, _ style: TextStyle) -> [String] {
        let lines =
            comparison.removedHandedOn.map { "  \(style.evidence("-")) \($0)" }
            + comparison.addedHandedOn.map { "  \(style.evidence("+")) \($0)" }
        return lines.isEmpty ? [] : ["", "Errors handed on from"] + lines
    }
}

extension FunctionComparisonReport.FunctionDocument {
    init(_ comparison: FunctionComparison) {
        before = SymbolDocument(comparison.before.function)
        after = SymbolDocument(comparison.after.function)
        var lines: [String: Int] = [:]
        lines["before"] = comparison.before.lines
        lines["after"] = comparison.after.lines
        self.lines = lines
        compared = comparison.isDefinedInBoth
        equal = comparison.isEqual
        sameText = comparison.isSameText
        addedCalls = comparison.addedCallees.map(FunctionComparisonReport.CalleeDocument.init)
        removedCalls = comparison.removedCallees.map(FunctionComparisonReport.CalleeDocument.init)
        targets = comparison.targets.map {
            FunctionComparisonReport.TargetDocument(member: $0.member, added: $0.added, removed: $0.removed)
        }
        errors = comparison.errors.map {
            FunctionComparisonReport.ErrorChangeDocument(
                before: $0.before.map(FunctionComparisonReport.ErrorDocument.init),
                after: $0.after.map(FunctionComparisonReport.ErrorDocument.init)
            )
        }
        addedHandedOn = comparison.addedHandedOn
        removedHandedOn = comparison.removedHandedOn
        same = ["calls": comparison.sameCallees, "errors": comparison.sameErrors]
    }
}
