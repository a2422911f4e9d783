import KernelABI
public import KernelIndex

/// What `config` shows: the options that lines hang on.
public struct ConfigReport: QueryReport {
    /// A line that was asked about, or that a name or an edge leads to.
    public struct Entry: Sendable {
        /// What is there, in words: `pids_can_fork`, `cgroup_can_fork calls pids_can_fork`.
        public let title: String
        /// What is asked of the line: `definition`, `call`, `registration`, `line`.
        public let what: String
        /// What it hangs on.
        public let needs: ConfigNeeds
        /// For a definition of several lines: the conditions that begin inside.
        public let inside: [ConfigNeeds.Condition]

        /// Makes an entry.
        public init(title: String, what: String, needs: ConfigNeeds, inside: [ConfigNeeds.Condition] = []) {
            self.title = title
            self.what = what
            self.needs = needs
            self.inside = inside
        }
    }

    /// The wire type of `config`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// What was asked for.
        public let name: String
        /// Whether the configuration could be read, so that options have values.
        public let configurationIsKnown: Bool
        /// The lines.
        public let lines: [LineDocument]
    }

    /// A line on the wire.
    public struct LineDocument: Encodable, Sendable {
        /// What is there.
        public let title: String
        /// `definition`, `call`, `registration` or `line`.
        public let what: String
        /// The file.
        public let file: String
        /// The line.
        public let line: Int
        /// All options, each once.
        public let options: [OptionDocument]
        /// The Makefiles' lines, that of the outermost folder first.
        public let rules: [RuleDocument]
        /// The conditions around the line that name options.
        public let conditions: [ConditionDocument]
        /// The conditions that begin inside of the definition.
        public let inside: [ConditionDocument]
        /// The place that includes the file, where no Makefile names it.
        public let includedBy: String?
        /// Whether the file is the one that was indexed; absent when that is not known.
        public let sourceIsAsIndexed: Bool?
    }

    /// A Makefile's line on the wire.
    public struct RuleDocument: Encodable, Sendable {
        /// The Makefile.
        public let file: String
        /// The line.
        public let line: Int
        /// What matters of it.
        public let text: String
        /// The options in it.
        public let options: [OptionDocument]
    }

    /// A condition on the wire.
    public struct ConditionDocument: Encodable, Sendable {
        /// In the source's words, earlier branches negated before it.
        public let text: String
        /// The line of the directive.
        public let line: Int
        /// The options in it.
        public let options: [OptionDocument]
        /// Whether it holds; absent where options alone do not tell.
        public let holds: Bool?

        init(_ condition: ConfigNeeds.Condition) {
            text = condition.text
            line = condition.place.line
            options = condition.options.map(OptionDocument.init)
            holds = condition.holds
        }
    }

    private let entries: [Entry]
    /// What `--json` prints.
    public let document: Document

    /// A report of lines.
    ///
    /// - Parameter isKnown: whether the configuration could be read.
    public init(_ entries: [Entry], name: String, isKnown: Bool, about: IndexDescription) {
        self.entries = entries
        document = Document(
            kernel: about.kernelVersion.description,
            name: name,
            configurationIsKnown: isKnown,
            lines: entries.map(LineDocument.init)
        )
    }

    /// A block for each line: the options, then the Makefiles' lines and the conditions that they come from.
    public func text(_ style: TextStyle) -> String {
        var blocks = entries.map { text(of: $0, style) }
        if !document.configurationIsKnown {
            blocks.append(style.warning("the configuration cannot be read: options are without values"))
        }
        return blocks.joined(separator: "\n\n")
    }

    private func text(of entry: Entry, _ style: TextStyle) -> String {
        let needs = entry.needs
        var lines = ["\(style.name(entry.title))  \(entry.what)  \(style.place(needs.place))"]
        if needs.isAsIndexed == false {
            lines.append(style.warning("  the file has changed since it was indexed; lines may have moved"))
        }
        let options = needs.options
        lines.append(
            "  "
                + (options.isEmpty
                    ? "hangs on no option" : options.map { style.name($0.inWords) }.joined(separator: "  "))
        )
        var table = TextTable()
        for rule in needs.rules {
            table.add(
                ("built", style.evidence("built")),
                (rule.rule.place.description, style.place(rule.rule.place)),
                (rule.rule.text, rule.rule.text)
            )
        }
        if let includer = needs.includedBy {
            table.add(("included", style.evidence("included")), (includer.description, style.place(includer)))
        }
        for condition in needs.conditions { table.add(condition, "under", style) }
        for condition in entry.inside { table.add(condition, "inside", style) }
        lines += table.lines(indent: 2)
        if !needs.isBuildKnown, !needs.place.file.hasSuffix(".h") {
            lines.append(style.aside("  no Makefile was found that names its object"))
        }
        return lines.joined(separator: "\n")
    }
}

extension TextTable {
    fileprivate mutating func add(_ condition: ConfigNeeds.Condition, _ word: String, _ style: TextStyle) {
        let holds = condition.holds.map { $0 ? "holds" : "does not hold" } ?? ""
        add(
            (word, style.evidence(word)),
            (condition.place.description, style.place(condition.place)),
            (condition.text, condition.text),
            (holds, condition.holds == false ? style.warning(holds) : holds)
        )
    }
}

extension ConfigOption {
    /// `CONFIG_CGROUP_PIDS=y`; the name alone where the value is not known.
    var inWords: String { value.map { "\(name)=\($0)" } ?? name }
}

extension ConfigReport.LineDocument {
    init(_ entry: ConfigReport.Entry) {
        let needs = entry.needs
        title = entry.title
        what = entry.what
        file = needs.place.file
        line = needs.place.line
        options = needs.options.map(OptionDocument.init)
        rules = needs.rules.map {
            ConfigReport.RuleDocument(
                file: $0.rule.place.file,
                line: $0.rule.place.line,
                text: $0.rule.text,
                options: $0.options.map(OptionDocument.init)
            )
        }
        conditions = needs.conditions.map(ConfigReport.ConditionDocument.init)
        inside = entry.inside.map(ConfigReport.ConditionDocument.init)
        includedBy = needs.includedBy?.description
        sourceIsAsIndexed = needs.isAsIndexed
    }
}
