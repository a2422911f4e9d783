public import KernelIndex

/// The parts of a report that come from the index, with excerpts read from the tree at that moment.
public struct SourceSections {
    private let store: IndexStore

    /// Sections about the kernel of an index.
    public init(_ store: IndexStore) { self.store = store }

    /// How one function comes to call another: a table of the calls, then the source of each.
    public func path(_ answer: PathAnswer, from: String, to: String) throws -> Page.Section {
        var blocks: [Page.Block] = []
        if let path = answer.paths.first {
            blocks.append(.table(Self.table(of: path)))
            for step in path.steps { blocks += try excerpts(of: step.edge) }
        }
        blocks += answer.notes.map(Page.Block.text)
        return Page.Section(
            anchor: "path",
            title: "From \(from) to \(to)",
            lead: "What the source says: each call with the place that makes it. A call through a field names both its "
                + "ends, where the kernel calls through the field and where a function was stored in it.",
            blocks: blocks
        )
    }

    /// The chain of structures, and the functions that one object brings as callbacks.
    public func structures(chain: MemberChain, object: String, callbacks: [Registration]) throws -> Page.Section {
        let rows = chain.steps.map { step in
            [
                Page.Cell("\(step.record.name).\(step.member.symbol.name)", .code),
                Page.Cell(step.member.type, .code),
                Page.Cell("\(step.member.offsetBytes)", .number),
                Page.Cell("\(step.member.sizeBits / 8)", .number),
                Page.Cell(step.member.isEmbedded ? "embedded" : "pointer"),
                Page.Cell(step.member.symbol.home.map { "\($0)" } ?? "", .code),
            ]
        }
        var blocks: [Page.Block] = [
            .table(Page.Table(headers: ["member", "type", "offset", "bytes", "is", "place"], rows: rows))
        ]
        blocks.append(.text("The callbacks that \(object) registers:"))
        blocks.append(
            .table(
                Page.Table(
                    headers: ["callback", "function", "place"],
                    rows: callbacks.map {
                        [
                            Page.Cell($0.field.name, .code), Page.Cell($0.function.name, .code),
                            Page.Cell("\($0.place)", .code),
                        ]
                    }
                )
            )
        )
        return Page.Section(
            anchor: "structures",
            title: "From task_struct to new_utsname",
            lead:
                "The members on the way, with offset and size in bytes for this configuration, and the controller that "
                + "stops a fork bomb.",
            blocks: blocks
        )
    }

    /// Some lines around a place, with that place marked; nothing when the tree is not there any more.
    public func excerpt(at place: LocatedLine, around: Int = 3, caption: String) throws -> Page.Block? {
        guard let text = try store.sourceText(of: place.file) else { return nil }
        let first = max(1, place.line - around)
        let lines = text.lines(first, through: place.line + around)
        guard !lines.isEmpty else { return nil }
        return .excerpt(
            Page.Excerpt(file: place.file, first: first, text: Array(lines), marked: [place.line], caption: caption)
        )
    }

    private func excerpts(of edge: CallEdge) throws -> [Page.Block] {
        let call = "\(edge.caller.shownName) calls \(edge.callee.shownName)"
        guard let dispatch = edge.dispatch, let registration = edge.registration else {
            return [try excerpt(at: edge.site, caption: call)].compactMap { $0 }
        }
        let object = registration.object.map { " in \($0.name)" } ?? ""
        return [
            try excerpt(at: dispatch.place, caption: "\(call) through \(dispatch.receiver): the call"),
            try excerpt(
                at: registration.place,
                caption: "\(registration.function.name) is stored\(object): the registration"
            ),
        ].compactMap { $0 }
    }

    private static func table(of path: CallPath) -> Page.Table {
        Page.Table(
            headers: ["caller", "callee", "evidence", "called at", "registered at"],
            rows: path.steps.map { step in
                let edge = step.edge
                let registration = edge.registration.map { found in
                    "\(found.place)" + (found.object.map { " (\($0.name))" } ?? "")
                }
                return [
                    Page.Cell(edge.caller.shownName, .code), Page.Cell(edge.callee.shownName, .code),
                    Page.Cell(edge.evidence.rawValue), Page.Cell("\(edge.site)", .code),
                    Page.Cell(registration ?? "", .code),
                ]
            }
        )
    }
}
