import KernelIndex

extension PathReport {
    /// The paths as one graph in Graphviz's language; calls through fields are dashed.
    public var dot: String {
        let graph = DrawnGraph(answer)
        var lines = ["digraph path {", "    node [shape=box, fontname=monospace];", "    edge [fontname=monospace];"]
        for (number, function) in graph.functions.enumerated() {
            let label = [function.shownName, function.home?.description].compactMap { $0 }
            lines.append("    n\(number) [label=\"\(label.map(Self.dotText).joined(separator: "\\n"))\"];")
        }
        for (from, to, edge) in graph.edges {
            let label = Self.labelLines(edge).map(Self.dotText).joined(separator: "\\n")
            let style = edge.evidence == .direct ? "" : ", style=dashed"
            lines.append("    n\(from) -> n\(to) [label=\"\(label)\"\(style)];")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    /// The paths as one Mermaid flowchart; calls through fields are dotted.
    public var mermaid: String {
        let graph = DrawnGraph(answer)
        var lines = ["flowchart TD"]
        for (number, function) in graph.functions.enumerated() {
            let label = [function.shownName, function.home?.description].compactMap { $0 }
            lines.append("    n\(number)[\"\(label.map(Self.mermaidText).joined(separator: "<br/>"))\"]")
        }
        for (from, to, edge) in graph.edges {
            let label = Self.labelLines(edge).map(Self.mermaidText).joined(separator: "<br/>")
            lines.append("    n\(from) \(edge.evidence == .direct ? "-->" : "-.->")|\"\(label)\"| n\(to)")
        }
        return lines.joined(separator: "\n")
    }

    private static func labelLines(_ edge: CallEdge) -> [String] {
        guard let dispatch = edge.dispatch, let registration = edge.registration else {
            guard let way = edge.trail?.inWords else { return [edge.site.description] }
            return ["\(edge.evidence.rawValue) \(way.called)", edge.site.description]
                + (way.put.map { ["put \($0)"] } ?? [])
        }
        return [
            "\(edge.evidence.rawValue) \(dispatch.field.shownName)",
            "dispatch \(dispatch.place)",
            "registration \(registration.place)",
        ]
    }

    private static func dotText(_ text: String) -> String {
        text.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    private static func mermaidText(_ text: String) -> String {
        // '#' opens an entity in Mermaid's texts, so that it goes first.
        text.map { character in
            switch character {
            case "#": "#35;"
            case "\"": "#quot;"
            case "<": "#lt;"
            case ">": "#gt;"
            default: String(character)
            }
        }
        .joined()
    }
}

/// The functions and edges of several paths, each once, numbered in the order of their appearance.
private struct DrawnGraph {
    private(set) var functions: [Symbol] = []
    private(set) var edges: [(from: Int, to: Int, edge: CallEdge)] = []

    init(_ answer: PathAnswer) {
        var numbers: [Symbol: Int] = [:]
        var drawn: Set<CallEdge> = []
        for path in answer.paths {
            for function in path.functions where numbers[function] == nil {
                numbers[function] = functions.count
                functions.append(function)
            }
            for step in path.steps where drawn.insert(step.edge).inserted {
                guard let from = numbers[step.edge.caller], let to = numbers[step.edge.callee] else { continue }
                edges.append((from, to, step.edge))
            }
        }
    }
}
