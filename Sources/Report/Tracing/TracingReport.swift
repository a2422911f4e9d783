/// What `kernaut verify guest --trace` answers: the calls that were observed, and an error on its way up.
public struct TracingReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable {
        let calls: CallTraceReport.Document
        let returns: ReturnPathReport.Document
    }

    private let calls: CallTraceReport
    private let returns: ReturnPathReport

    /// A report of both parts.
    public init(calls: CallTraceReport, returns: ReturnPathReport) {
        self.calls = calls
        self.returns = returns
    }

    /// What `--json` prints.
    public var document: Document { Document(calls: calls.document, returns: returns.document) }

    /// One after the other.
    public func text(_ style: TextStyle) -> String { calls.text(style) + "\n\n" + returns.text(style) }
}
