import KernelABI
public import KernelIndex

/// What `path` shows.
public struct PathReport: QueryReport {
    /// The wire type of `path`.
    public struct Document: Encodable, Sendable {
        /// The name that the paths start from, as it was given.
        public let from: String
        /// The name that they lead to, as it was given.
        public let to: String
        /// The kernel's version.
        public let kernel: String
        /// The paths, shortest first.
        public let paths: [PathDocument]
        /// What a reader has to know: which namesake was taken, what was left out.
        public let notes: [String]
        /// Whether there are more paths than these within the bound.
        public let truncated: Bool
    }

    /// A path on the wire.
    public struct PathDocument: Encodable, Sendable {
        /// The names of the functions in the order of the calls; a system call has the name that user space knows.
        public let functions: [String]
        /// The same functions with their places.
        public let definitions: [SymbolDocument]
        /// The calls, one less than the functions.
        public let edges: [EdgeDocument]
    }

    let answer: PathAnswer
    /// What `--json` prints.
    public let document: Document

    /// A report of an answer.
    public init(_ answer: PathAnswer, from: String, to: String, about: IndexDescription) {
        self.answer = answer
        document = Document(
            from: from,
            to: to,
            kernel: about.kernelVersion.description,
            paths: answer.paths.map { path in
                PathDocument(
                    functions: path.functions.map(\.shownName),
                    definitions: path.functions.map(SymbolDocument.init),
                    edges: path.steps.map { EdgeDocument($0.edge, others: $0.others) }
                )
            },
            notes: answer.notes,
            truncated: answer.isTruncated
        )
    }

    /// A block for each path: the functions one below the other, each with the call that leads to it.
    public func text(_ style: TextStyle) -> String {
        var blocks = answer.paths.map { text(of: $0, style) }
        let notes = answer.notes.map { style.aside("note: \($0)") }
        if !notes.isEmpty { blocks.append(notes.joined(separator: "\n")) }
        return blocks.joined(separator: "\n\n")
    }

    /// The name, with the file where the user's own name stands for several functions, or two of the path have it.
    private func name(of function: Symbol, in path: CallPath) -> String {
        let isAmbiguous = [answer.starts, answer.goals].contains { $0.count > 1 && $0.contains(function) }
        return isAmbiguous ? function.nameWithFile : function.shownName(among: path.functions)
    }

    private func text(of path: CallPath, _ style: TextStyle) -> String {
        var table = TextTable()
        let start = path.functions[0]
        let home = start.home?.description ?? ""
        table.add(
            (name(of: start, in: path), style.name(name(of: start, in: path))),
            (start.describedKind, start.describedKind),
            (home, style.place(home))
        )
        for step in path.steps {
            let edge = step.edge
            let name = "→ \(name(of: edge.callee, in: path))"
            let kind = edge.evidence.rawValue
            let evidence = edge.dispatch.map { "\(kind) \($0.field.shownName)" } ?? kind
            let others = step.others.isEmpty ? "" : "and \(step.others.count) more (--json lists them)"
            if let dispatch = edge.dispatch, let registration = edge.registration {
                table.add((name, style.name(name)), (evidence, style.evidence(evidence)), (others, style.aside(others)))
                table.add(
                    ("", ""),
                    ("  dispatch", "  dispatch"),
                    (dispatch.place.description, style.place(dispatch.place)),
                    (dispatch.receiver, dispatch.receiver)
                )
                table.add(
                    ("", ""),
                    ("  registration", "  registration"),
                    (registration.place.description, style.place(registration.place)),
                    (registration.describedObject, registration.describedObject)
                )
            } else {
                table.add(
                    (name, style.name(name)),
                    (evidence, style.evidence(evidence)),
                    (edge.site.description, style.place(edge.site)),
                    (others, style.aside(others))
                )
                if let way = edge.trail?.inWords {
                    table.add(("", ""), ("  called", "  called"), (way.called, way.called))
                    if let put = way.put { table.add(("", ""), ("  put", "  put"), (put, put)) }
                }
            }
        }
        return table.lines().joined(separator: "\n")
    }
}
