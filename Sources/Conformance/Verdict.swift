/// What became of putting a prediction to a running kernel. Only ``conforms`` is a pass.
public enum Verdict: Hashable, Sendable, CustomStringConvertible {
    /// Everything that was predicted was observed, and there was something to compare.
    case conforms
    /// Something else was observed than was predicted.
    case diverges
    /// This machine or user lacks something, which the reason names. Nothing was run.
    case skipped(reason: String)
    /// The run took longer than it was allowed, and was ended.
    case timedOut(seconds: Int)
    /// The model or the probe does not know something that the program asks for.
    case unsupported(reason: String)
    /// kernaut failed: nothing is said about the kernel.
    case harnessError(reason: String)

    /// The name alone: `conforms`, `diverges`, `skipped`, `timedOut`, `unsupported`, `harnessError`.
    public var name: String {
        switch self {
        case .conforms: "conforms"
        case .diverges: "diverges"
        case .skipped: "skipped"
        case .timedOut: "timedOut"
        case .unsupported: "unsupported"
        case .harnessError: "harnessError"
        }
    }

    /// Why, where the name alone does not say it.
    public var reason: String? {
        switch self {
        case .conforms, .diverges: nil
        case .skipped(let reason), .unsupported(let reason), .harnessError(let reason): reason
        case .timedOut(let seconds): "after \(seconds) s"
        }
    }

    /// `conforms`, `skipped: not root`.
    public var description: String { reason.map { "\(name): \($0)" } ?? name }
}
