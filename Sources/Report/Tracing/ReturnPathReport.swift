import KernelABI
public import KernelIndex
import KernelTrace
public import SourceConformance

/// What `verify guest --trace` shows of an error on its way up: what each function of the path returned.
public struct ReturnPathReport: QueryReport {
    /// The wire type.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// `EAGAIN`
        public let errno: String
        /// The functions of the path, outermost first.
        public let functions: [String]
        /// The different ways that were seen.
        public let journeys: [JourneyDocument]
        /// Returns that the kernel could not keep.
        public let lost: Int
        /// Whether the error was seen, and every function that is code of its own returned it.
        public let conforms: Bool
    }

    /// A way on the wire.
    public struct JourneyDocument: Encodable, Sendable {
        /// How often it was seen.
        public let count: Int
        /// What each function returned, outermost first.
        public let steps: [StepDocument]
    }

    /// A function's return on the wire.
    public struct StepDocument: Encodable, Sendable {
        /// The function.
        public let function: String
        /// The error; absent where it returned none or was not seen.
        public let errno: String?
        /// The value, where it is no error.
        public let value: Int64?
        /// Why nothing is known of it.
        public let problem: String?
    }

    /// What `--json` prints.
    public let document: Document

    /// A report of a comparison.
    public init(_ comparison: ReturnPathComparison, about: IndexDescription) {
        document = Document(
            kernel: about.kernelVersion.description,
            errno: comparison.errno.description,
            functions: comparison.functions,
            journeys: comparison.journeys.map { journey, count in
                JourneyDocument(
                    count: count,
                    steps: journey.steps.map { step in
                        switch step.outcome {
                        case .failed(let errno):
                            StepDocument(function: step.function, errno: errno.description, value: nil, problem: nil)
                        case .returned(let value):
                            StepDocument(function: step.function, errno: nil, value: value, problem: nil)
                        case .notSeparate:
                            StepDocument(
                                function: step.function,
                                errno: nil,
                                value: nil,
                                problem: comparison.refusals[step.function] ?? "not asked for"
                            )
                        case .notSeen:
                            StepDocument(
                                function: step.function,
                                errno: nil,
                                value: nil,
                                problem: "not seen to return"
                            )
                        }
                    }
                )
            },
            lost: comparison.lost,
            conforms: comparison.conforms
        )
    }

    /// A line for each function of each way.
    public func text(_ style: TextStyle) -> String {
        var lines: [String] = []
        if document.journeys.isEmpty {
            lines.append(
                style.warning("\(document.errno) was not seen on \(document.functions.joined(separator: " → "))")
            )
        }
        for journey in document.journeys {
            lines.append("\(document.errno) on its way up, seen \(journey.count) times")
            var table = TextTable()
            for step in journey.steps {
                let said = step.errno.map { "-\($0)" } ?? step.value.map { "\($0)" } ?? step.problem ?? ""
                let isExpected = step.errno == document.errno
                table.add(
                    (step.function, style.name(step.function)),
                    (
                        said,
                        isExpected
                            ? style.evidence(said) : step.problem == nil ? style.warning(said) : style.aside(said)
                    )
                )
            }
            lines += table.lines(indent: 2)
        }
        if document.lost > 0 { lines.append(style.warning("\(document.lost) returns were lost: nothing is proved")) }
        return lines.joined(separator: "\n")
    }
}
