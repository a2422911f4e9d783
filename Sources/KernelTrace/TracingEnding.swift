/// How tracing ended.
public enum TracingEnding: Hashable, Sendable {
    /// Everything was traced and told.
    case completed
    /// This kernel or user lacks something, which the reason names; nothing was traced.
    case skipped(reason: String)
    /// Tracing failed, as the reason says.
    case fault(reason: String)

    /// `completed`, `skipped …`, `fault …`: what follows the first word is the reason, to the end of the line.
    public var text: String {
        switch self {
        case .completed: "completed"
        case .skipped(let reason): "skipped \(TracingEnding.inOneLine(reason))"
        case .fault(let reason): "fault \(TracingEnding.inOneLine(reason))"
        }
    }

    init?(_ words: Substring) {
        let parts = words.split(separator: " ", maxSplits: 1)
        switch (parts.first, parts.count) {
        case ("completed", 1): self = .completed
        case ("skipped", 2): self = .skipped(reason: String(parts[1]))
        case ("fault", 2): self = .fault(reason: String(parts[1]))
        default: return nil
        }
    }

    static func inOneLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
