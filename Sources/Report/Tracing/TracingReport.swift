/// What `kernaut verify guest --trace` answers: the calls that were observed, those of controllers beside the model's, and an
/// error on its way up.
public struct TracingReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable {
        let calls: CallTraceReport.Document
        /// Absent where the model does not know the program.
        let callbacks: [CallbackReport.Row]?
        let returns: ReturnPathReport.Document
    }

    private let calls: CallTraceReport
    private let callbacks: CallbackReport?
    private let returns: ReturnPathReport

    /// A report of all parts.
    ///
    /// - Parameter callbacks: nil where the model does not know the program.
    public init(calls: CallTraceReport, callbacks: CallbackReport?, returns: ReturnPathReport) {
        self.calls = calls
        self.callbacks = callbacks
        self.returns = returns
    }

    /// What `--json` prints.
    public var document: Document {
        Document(calls: calls.document, callbacks: callbacks?.rows, returns: returns.document)
    }

    /// One after the other.
    public func text(_ style: TextStyle) -> String {
        let parts = [calls.text(style), callbacks?.text(style), returns.text(style)]
        return parts.compactMap(\.self).joined(separator: "\n\n")
    }
}
