import KernelABI
public import KernelIndex

/// What `errno` shows.
public struct ErrnoReport: QueryReport {
    /// The wire type of `errno`.
    public struct Document: Encodable, Sendable {
        /// The name as it was given.
        public let name: String
        /// The error that was asked for; absent for all.
        public let errno: String?
        /// The kernel's version.
        public let kernel: String
        /// Where the errors start: those with a knob nearby first, then by the number of calls.
        public let origins: [OriginDocument]
        /// How many more places there are, behind those of `origins`.
        public let farther: Int
        /// How many functions were walked through.
        public let functions: Int
        /// Functions that hand errors on, but that no indexed file defines.
        public let outside: [String]
        /// Fields that are called through, but that no indexed file stores a function in.
        public let unregistered: [String]
        /// How many functions lie deeper than was asked for.
        public let deeper: Int
        /// Whether something was left out.
        public let truncated: Bool
        /// What a reader has to know.
        public let notes: [String]
    }

    /// An origin on the wire.
    public struct OriginDocument: Encodable, Sendable {
        /// `EAGAIN`
        public let errno: String
        /// The function in which it starts.
        public let function: String
        /// The file of the constant.
        public let file: String
        /// The line of the constant.
        public let line: Int
        /// The condition that decides, in the source's words.
        public let condition: String?
        /// The line on which the condition starts.
        public let conditionLine: Int?
        /// The conditions around it, the outermost first.
        public let surroundings: [String]
        /// The functions from the one that was asked about to this one.
        public let path: [String]
        /// The calls between them.
        public let edges: [EdgeDocument]
        /// The limit behind it.
        public let knob: KnobDocument?
    }

    /// A limit on the wire.
    public struct KnobDocument: Encodable, Sendable {
        /// `kernel.threads-max`
        public let name: String
        /// Where it is set.
        public let setBy: String
        /// Where to look whether it was this one.
        public let evidence: [String]
    }

    let answer: ErrnoAnswer
    /// What `--json` prints.
    public let document: Document

    /// A report of an answer.
    public init(_ answer: ErrnoAnswer, name: String, errno: String?, about: IndexDescription) {
        self.answer = answer
        document = Document(
            name: name,
            errno: errno,
            kernel: about.kernelVersion.description,
            origins: answer.origins.map(OriginDocument.init),
            farther: answer.farther,
            functions: answer.functions,
            outside: answer.outside,
            unregistered: answer.unregistered,
            deeper: answer.deeper,
            truncated: answer.deeper > 0 || answer.farther > 0,
            notes: answer.notes
        )
    }

    /// A block for each origin, then what was left out.
    public func text(_ style: TextStyle) -> String {
        let count = answer.origins.count + answer.farther
        let what = document.errno.map { "\($0) of \(document.name)" } ?? "an error of \(document.name)"
        var blocks = [
            "\(what) can start at \(count) \(count == 1 ? "place" : "places") in Linux \(document.kernel)"
                + (answer.origins.contains { $0.knob != nil } ? ", those with a limit behind them first" : "")
        ]
        blocks += zip(answer.origins, document.origins).map { text(of: $0, $1, style) }
        blocks.append(leftOut.map { style.aside("note: \($0)") }.joined(separator: "\n"))
        return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func text(of found: ErrnoOrigin, _ origin: OriginDocument, _ style: TextStyle) -> String {
        var lines = [
            "\(style.name(origin.errno))  \(style.place(found.origin.place))  \(origin.function)"
        ]
        let conditions = origin.surroundings + [origin.condition ?? "whatever happens"]
        for (number, condition) in conditions.enumerated() {
            lines.append((number == 0 ? "  when  " : "  and   ") + condition)
        }
        if let knob = found.knob {
            lines.append("  knob  \(style.evidence(knob.name)): \(knob.setBy)")
            for (number, evidence) in knob.evidence.enumerated() {
                lines.append((number == 0 ? "  look  " : "        ") + evidence)
            }
        }
        let functions = found.functions
        let steps = found.path.map { edge in
            edge.callee.shownName(among: functions) + (edge.dispatch.map { " (ops \($0.field.shownName))" } ?? "")
        }
        let path = [functions[0].shownName(among: functions)] + steps
        lines.append(style.aside("  path  " + path.joined(separator: " → ")))
        return lines.joined(separator: "\n")
    }

    private var leftOut: [String] {
        var notes = answer.notes
        if answer.farther > 0 {
            notes.append("cut: \(answer.farther) places that are farther away; --limit shows more of them")
        }
        if answer.deeper > 0 {
            notes.append("cut: \(answer.deeper) functions whose errors are handed on lie deeper than --depth")
        }
        if !answer.outside.isEmpty {
            notes.append("not indexed, though their errors are handed on: \(shortened(answer.outside))")
        }
        if !answer.unregistered.isEmpty {
            notes.append("called through, with nothing registered in the index: \(shortened(answer.unregistered))")
        }
        return notes
    }

    private func shortened(_ names: [String]) -> String {
        let shown = names.prefix(8).joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more (--json lists them)" : shown
    }
}

extension ErrnoReport.OriginDocument {
    init(_ found: ErrnoOrigin) {
        errno = found.origin.errno
        function = found.origin.function.shownName
        file = found.origin.place.file
        line = found.origin.place.line
        condition = found.origin.condition
        conditionLine = found.origin.decision?.line
        surroundings = found.origin.surroundings
        path = found.functions.map(\.shownName)
        edges = found.path.map { EdgeDocument($0) }
        knob = found.knob.map {
            ErrnoReport.KnobDocument(name: $0.name, setBy: $0.setBy, evidence: $0.evidence)
        }
    }
}
