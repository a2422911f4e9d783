import KernelABI
public import KernelIndex

/// What `callers` and `callees` show: a tree of calls for each function of the name.
public struct CallTreeReport: QueryReport {
    /// The wire type of `callers` and `callees`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The name that was asked for.
        public let name: String
        /// `callers` or `callees`.
        public let direction: String
        /// How many levels were asked for.
        public let depth: Int
        /// An element for each function of the name.
        public let functions: [TreeDocument]
    }

    /// The calls around one function on the wire.
    public struct TreeDocument: Encodable, Sendable {
        /// The function.
        public let function: SymbolDocument
        /// The edges, level by level; each function's edges are here once.
        public let edges: [LevelledEdge]
        /// How many edges are left out because there were too many.
        public let leftOut: Int
        /// For callers: where the function is handed to another as an argument. These are no calls.
        public let passedAsArgument: [ArgumentDocument]
    }

    /// An edge and its level on the wire.
    public struct LevelledEdge: Encodable, Sendable {
        /// How many steps it is away from the function that was asked for, from 1.
        public let depth: Int
        /// The function at the far end of the edge.
        public let function: SymbolDocument
        /// The edge.
        public let edge: EdgeDocument
    }

    /// An argument on the wire.
    public struct ArgumentDocument: Encodable, Sendable {
        /// The function that receives it.
        public let callee: String
        /// Which argument, from 0.
        public let position: Int
        /// The function around the place.
        public let within: String?
        /// The file.
        public let file: String
        /// The line.
        public let line: Int
    }

    let trees: [CallTree]
    private let name: String
    private let direction: CallDirection
    private let depth: Int
    private let about: IndexDescription

    /// A report of the trees of a name's functions, which all grow the same way.
    public init(_ trees: [CallTree], name: String, direction: CallDirection, depth: Int, about: IndexDescription) {
        self.trees = trees
        self.name = name
        self.direction = direction
        self.depth = depth
        self.about = about
    }

    /// What `--json` prints.
    public var document: Document {
        Document(
            kernel: about.kernelVersion.description,
            name: name,
            direction: direction.rawValue,
            depth: depth,
            functions: trees.map { tree in
                TreeDocument(
                    function: SymbolDocument(tree.root),
                    edges: tree.entries.map {
                        LevelledEdge(
                            depth: $0.depth,
                            function: SymbolDocument(direction == .callers ? $0.edge.caller : $0.edge.callee),
                            edge: EdgeDocument($0.edge)
                        )
                    },
                    leftOut: tree.leftOut,
                    passedAsArgument: tree.argumentUses.map {
                        ArgumentDocument(
                            callee: $0.callee.shownName,
                            position: $0.position,
                            within: $0.within?.shownName,
                            file: $0.place.file,
                            line: $0.place.line
                        )
                    }
                )
            }
        )
    }

    /// A heading for each function, then its tree.
    public func text(_ style: TextStyle) -> String {
        trees.map { text(of: $0, style) }.joined(separator: "\n\n")
    }

    private func text(of tree: CallTree, _ style: TextStyle) -> String {
        let root = tree.root
        let place = root.home?.description ?? ""
        var lines = ["\(style.name(root.shownName))  \(root.describedKind)  \(style.place(place))"]
        let edges = Dictionary(grouping: tree.entries) { near($0.edge, tree.direction).id }
        var shown: Set<Int64> = [root.id]
        func add(_ function: Symbol, depth: Int) {
            for entry in edges[function.id] ?? [] where entry.depth == depth {
                let far = far(entry.edge, tree.direction)
                let isFirst = shown.insert(far.id).inserted
                let isElsewhere = !isFirst && edges[far.id] != nil && depth < self.depth
                let tail = isElsewhere ? style.aside("  (its \(tree.direction.rawValue) stand elsewhere here)") : ""
                let indent = String(repeating: "  ", count: depth)
                lines.append(indent + line(for: entry.edge, function: far, style) + tail)
                if isFirst { add(far, depth: depth + 1) }
            }
        }
        add(root, depth: 1)
        if tree.entries.isEmpty { lines.append(style.aside("  no \(tree.direction.rawValue)")) }
        if tree.direction == .callers, let call = root.systemCall {
            let entry = call.entry == nil ? "without an entry in the 64-bit table" : "user space calls it"
            lines.append(style.aside("  a system call: \(entry)"))
        }
        for use in tree.argumentUses {
            let within = use.within.map { " in \($0.shownName)" } ?? ""
            lines.append(
                style.aside("  not a call: argument \(use.position) of \(use.callee.shownName)\(within)  ")
                    + style.place(use.place)
            )
        }
        if tree.leftOut > 0 {
            lines.append(
                style.aside("  … \(tree.leftOut) more at this level, and what hangs below (--limit shows more)")
            )
        }
        return lines.joined(separator: "\n")
    }

    private func line(for edge: CallEdge, function: Symbol, _ style: TextStyle) -> String {
        let kind = function.systemCall == nil ? "" : " (\(function.describedKind))"
        var line = "\(style.name(function.shownName))\(kind)  \(style.evidence(edge.evidence.rawValue))"
        guard let dispatch = edge.dispatch, let registration = edge.registration else {
            line += "  \(style.place(edge.site))"
            if let dispatch = edge.dispatch, edge.trail == nil { line += "  \(dispatch.receiver)" }
            if let way = edge.trail?.inWords { line += "  \(way.called)" + (way.put.map { "  put \($0)" } ?? "") }
            return line
        }
        line += "  \(dispatch.field.shownName)  dispatch \(style.place(dispatch.place)) \(dispatch.receiver)"
        line += "  registration \(style.place(registration.place)) \(registration.describedObject)"
        if edge.isWidened { line += style.aside("  (any structure of the type)") }
        return line
    }

    private func near(_ edge: CallEdge, _ direction: CallDirection) -> Symbol {
        direction == .callers ? edge.callee : edge.caller
    }

    private func far(_ edge: CallEdge, _ direction: CallDirection) -> Symbol {
        direction == .callers ? edge.caller : edge.callee
    }
}
