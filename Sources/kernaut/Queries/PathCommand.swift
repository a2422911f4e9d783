import ArgumentParser
import KernelIndex
import Report

/// `kernaut path FROM TO`
struct PathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "Show how one function comes to call another.",
        discussion: """
            FROM may be a system call's name. NAME@FILE chooses among static functions of one name.
            JSON: from, to, kernel, paths [functions, definitions, edges [from, to, evidence, file, line, column, \
            dispatch [field, receiver, function, file, line, column], registration [field, function, object, how, file, \
            line, column], trail [receiver, called, put, file, line], widened, others]], notes, truncated.
            """
    )

    /// The forms of the answer.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, dot, mermaid
    }

    @Argument(help: "A system call, or a function.", completion: .functionName)
    var from: String

    @Argument(help: "A function.", completion: .functionName)
    var to: String

    @Flag(help: "Show all paths up to --slack calls longer than the shortest, instead of one shortest.")
    var all = false

    @Option(help: "With --all: how many calls longer than the shortest a path may be.")
    var slack = 2

    @Option(help: "With --all: how many paths to show at most.")
    var limit = 20

    @Option(help: "A function that no path may go through; may be given several times.")
    var avoid: [String] = []

    @Option(help: "A function that every path goes through.")
    var through: String?

    @Flag(help: "Count what is handed over to run later (work, timers, RCU, threads, interrupts) as called.")
    var async = false

    @Option(help: "text, json, dot or mermaid.")
    var format: Format?

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require("--slack", slack, in: 0...16)
        try require("--limit", limit, in: 1...100_000)
        if output.json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) exclude each other")
        }
    }

    func run() throws {
        let store = try index.open()
        let answer = try store.paths(
            from: from,
            to: to,
            scope: all ? .all(slack: slack, limit: limit) : .shortest,
            conditions: PathConditions(avoid: avoid, through: through, withHandOvers: async)
        )
        let report = PathReport(answer, from: from, to: to, about: store.about)
        let text =
            switch output.json ? .json : format ?? .text {
            case .text: report.text(OutputOptions.style)
            case .json: report.json
            case .dot: report.dot
            case .mermaid: report.mermaid
            }
        OutputOptions.show(text, from: store)
    }
}
