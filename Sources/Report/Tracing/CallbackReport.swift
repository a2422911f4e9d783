public import KernelABI
import KernelModel
public import KernelTrace

/// What `verify guest --trace` shows of controllers: how often the model has each of their functions called, and how often the
/// kernel was seen to call it.
public struct CallbackReport: Sendable {
    /// One function on the wire.
    public struct Row: Encodable, Hashable, Sendable {
        /// `pids`
        public let controller: String
        /// `can_fork`
        public let callback: String
        /// `pids_can_fork`
        public let function: String
        /// How often the model has it called.
        public let predicted: Int
        /// How often the kernel was seen to call it.
        public let seen: Int
    }

    /// Every function of a controller that has a say in, or is told of, what the program does, in the kernel's order.
    public let rows: [Row]

    /// Whether the kernel called each as often as the model.
    public var conforms: Bool { !rows.isEmpty && rows.allSatisfy { $0.predicted == $0.seen } }

    /// Those that are held against each other: the ends of a program's processes are not all within its trace.
    private static let compared: [SubsysCallback] = [.canFork, .cancelFork, .fork]

    /// A report of a program's predicted callbacks and of the trace of its run.
    ///
    /// - Parameters:
    ///   - predicted: the functions' names, one for each call.
    ///   - version: the kernel's.
    public init(predicted: [String], seen trace: CallTrace, in version: KernelVersion) {
        let controllers = KernelConfiguration(version: version, unified: true).controllers
        let calls = Dictionary(grouping: predicted, by: \.self).mapValues(\.count)
        var seen: [String: Int] = [:]
        for call in trace.calls where call.context == .task { seen[call.callee, default: 0] += call.count }
        rows = CallbackReport.compared.flatMap { callback in
            controllers.compactMap { controller in
                controller.callbacks[callback].map { function in
                    Row(
                        controller: controller.name,
                        callback: callback.rawValue,
                        function: function,
                        predicted: calls[function] ?? 0,
                        seen: seen[function] ?? 0
                    )
                }
            }
        }
    }

    /// A line for each function, and the verdict.
    public func text(_ style: TextStyle) -> String {
        var table = TextTable()
        let headings = ["callback", "function", "predicted", "seen"]
        table.add(row: headings.map { ($0, style.aside($0)) })
        for row in rows {
            let isEqual = row.predicted == row.seen
            table.add(
                (row.callback, row.callback),
                (row.function, style.name(row.function)),
                ("\(row.predicted)", "\(row.predicted)"),
                ("\(row.seen)", isEqual ? "\(row.seen)" : style.warning("\(row.seen)"))
            )
        }
        let verdict =
            conforms
            ? "each controller was called as often as the model says"
            : style.warning("controllers were called otherwise than the model says")
        return (["Functions of controllers"] + table.lines(indent: 2) + ["", verdict]).joined(separator: "\n")
    }
}
