public import KernelABI
public import KernelIndex

/// What `kernaut model check` answers: each rule's citation and where it stands in the tree at hand.
public struct RuleCheckReport: QueryReport {
    /// A rule and what became of its citation.
    public struct Checked: Sendable {
        var name: String
        var call: String
        var errno: Errno
        var citation: SourceCitation
        var resolution: CitationResolution
        var order: CitationResolution

        /// Makes an entry.
        ///
        /// - Parameter order: what became of the place at which the call comes by the condition.
        public init(
            name: String,
            call: String,
            errno: Errno,
            citation: SourceCitation,
            resolution: CitationResolution,
            order: CitationResolution
        ) {
            self.name = name
            self.call = call
            self.errno = errno
            self.citation = citation
            self.resolution = resolution
            self.order = order
        }
    }

    /// An atomic step of what is explored and what became of its citation.
    public struct CheckedStep: Sendable {
        var kind: String
        var citation: SourceCitation
        var resolution: CitationResolution

        /// Makes an entry.
        public init(kind: String, citation: SourceCitation, resolution: CitationResolution) {
            self.kind = kind
            self.citation = citation
            self.resolution = resolution
        }
    }

    /// The wire type of `model check`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The rules, in the model's order.
        public let rules: [RuleDocument]
        /// The atomic steps that interleavings are made of.
        public let atomicSteps: [StepDocument]
        /// How many citations, of rules and of atomic steps, did not resolve.
        public let unresolved: Int
        /// Where errors of the modelled functions start, and what the model says of each.
        public let origins: [CheckedOriginDocument]
        /// The functions at the model's edge whose errors are handed on.
        public let callees: [CheckedCalleeDocument]
        /// How many origins have a rule, are out for a reason, are not modelled yet, or have neither.
        public let accounts: AccountsDocument
        /// How many origins and callees have neither a rule nor a reason.
        public let unaccounted: Int
        /// How many written reasons speak of nothing in this kernel.
        public let idleReasons: Int
        /// In what the controllers are others than the model's.
        public let controllerDifferences: [String]
    }

    /// A rule on the wire.
    public struct RuleDocument: Encodable, Sendable {
        /// `pids-max`
        public let name: String
        /// `clone`
        public let call: String
        /// `EAGAIN`
        public let errno: String
        /// What the rule cites.
        public let citation: String
        /// The cited line's file; absent when it was not found.
        public let file: String?
        /// The cited line.
        public let line: Int?
        /// Whether the citation resolved.
        public let resolved: Bool
        /// Why it did not.
        public let problem: String?
    }

    /// An atomic step on the wire.
    public struct StepDocument: Encodable, Sendable {
        /// `charge`
        public let kind: String
        /// What the step cites.
        public let citation: String
        /// The cited line's file; absent when it was not found.
        public let file: String?
        /// The cited line.
        public let line: Int?
        /// Whether the citation resolved.
        public let resolved: Bool
        /// Why it did not.
        public let problem: String?
    }

    let errors: CheckedErrors
    /// What `--json` prints.
    public let document: Document

    /// Whether every citation resolves, every error is accounted for, and the controllers are the model's.
    public var isClean: Bool {
        document.unresolved == 0 && document.unaccounted == 0 && document.controllerDifferences.isEmpty
    }

    /// A report on rules, on the atomic steps of what is explored, on the errors that the rules have to account for, and on
    /// the controllers.
    public init(
        _ rules: [Checked],
        steps: [CheckedStep],
        errors: CheckedErrors,
        controllerDifferences: [String],
        about: IndexDescription
    ) {
        self.errors = errors
        let documents = rules.map { rule in
            RuleDocument(
                name: rule.name,
                call: rule.call,
                errno: rule.errno.description,
                citation: rule.citation.description,
                file: rule.resolution.place?.file,
                line: rule.resolution.place?.line,
                resolved: rule.resolution.place != nil && rule.order.place != nil,
                problem: rule.resolution.problem ?? rule.order.problem.map { "in the order of the checks: \($0)" }
            )
        }
        let stepDocuments = steps.map { step in
            StepDocument(
                kind: step.kind,
                citation: step.citation.description,
                file: step.resolution.place?.file,
                line: step.resolution.place?.line,
                resolved: step.resolution.place != nil,
                problem: step.resolution.problem
            )
        }
        document = Document(
            kernel: about.kernelVersion.description,
            rules: documents,
            atomicSteps: stepDocuments,
            unresolved: documents.count { !$0.resolved } + stepDocuments.count { !$0.resolved },
            origins: errors.origins.map(CheckedOriginDocument.init),
            callees: errors.callees.map(CheckedCalleeDocument.init),
            accounts: AccountsDocument(errors),
            unaccounted: errors.unaccounted,
            idleReasons: errors.idleReasons,
            controllerDifferences: controllerDifferences
        )
    }

    /// A line a rule, then a line an error, then the counts.
    public func text(_ style: TextStyle) -> String {
        var table = TextTable()
        for rule in document.rules {
            let place = rule.file.map { "\($0):\(rule.line ?? 0)" } ?? "not resolved"
            let said = rule.problem ?? rule.citation
            table.add(
                (rule.name, style.name(rule.name)),
                (rule.call, rule.call),
                (rule.errno, rule.errno),
                (place, rule.resolved ? place : style.warning(place)),
                (said, style.aside(said))
            )
        }
        // Steps that resolve are in the bound of what is explored; here they are only counted.
        for step in document.atomicSteps where !step.resolved {
            let said = step.problem ?? step.citation
            table.add(
                (step.kind, style.name(step.kind)),
                ("atomic step", "atomic step"),
                ("", ""),
                ("not resolved", style.warning("not resolved")),
                (said, style.aside(said))
            )
        }
        let cited = document.rules.count + document.atomicSteps.count
        let counted = "\(cited) citations (\(document.rules.count) rules, \(document.atomicSteps.count) atomic steps)"
        let verdict =
            document.unresolved == 0
            ? "all \(counted) stand in Linux \(document.kernel)"
            : "\(document.unresolved) of \(counted) do not stand in Linux \(document.kernel)"
        let differences = document.controllerDifferences
        let controllers =
            differences.isEmpty
            ? ["the controllers and what they do about tasks are those of the model"]
            : differences.map(style.warning)
        let lines = table.lines(indent: 0) + [verdict] + controllers + [""] + errors.lines(style)
        return (lines + [errors.verdict(document.kernel)]).joined(separator: "\n")
    }
}

extension CitationResolution {
    fileprivate var problem: String? {
        switch self {
        case .resolved: nil
        case .functionMissing(let elsewhere):
            elsewhere.isEmpty
                ? "no such function in the index"
                : "the function is defined elsewhere: \(elsewhere.map(\.description).joined(separator: ", "))"
        case .conditionMissing(let function): "the function at \(function) does not have the condition"
        case .sourceUnreadable(let function): "the source of the function at \(function) cannot be read"
        }
    }
}
