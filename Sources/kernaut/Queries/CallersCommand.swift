import ArgumentParser
import KernelIndex
import Report

/// `kernaut callers NAME`
struct CallersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callers",
        abstract: "List who calls a function, directly and through fields.",
        discussion: CallOptions.discussion
    )

    @OptionGroup var options: CallOptions

    func run() throws { try options.run(.callers) }
}

/// `kernaut callees NAME`
struct CalleesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callees",
        abstract: "List what a function calls, directly and through fields.",
        discussion: CallOptions.discussion
    )

    @OptionGroup var options: CallOptions

    func run() throws { try options.run(.callees) }
}

/// What `callers` and `callees` share: all but the direction.
struct CallOptions: ParsableArguments {
    static let discussion = """
        An edge of evidence 'ops' joins a call through a field with a place that stores the function there, and names both; \
        'argument', 'variable', 'table' and 'static call' follow a pointer; 'async' is no call, but runs later.
        JSON: kernel, name, direction, depth, functions [function, edges [depth, function, edge [from, to, evidence, \
        file, line, column, dispatch, registration, trail, widened]], leftOut, passedAsArgument].
        """

    @Argument(help: "A function, or a system call.", completion: .functionName)
    var name: String

    @Option(help: "How many levels to follow.")
    var depth = CallQuestion.depth

    @Flag(help: "Add calls through a field for which nothing speaks but the function's type (evidence 'type').")
    var loose = false

    @Option(help: "How many edges to show at most.")
    var limit = CallQuestion.limit

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require("--depth", depth, in: 1...64)
        try require("--limit", limit, in: 1...10_000_000)
    }

    /// Walks one way and shows the tree.
    func run(_ direction: CallDirection) throws {
        let store = try index.open()
        let question = CallQuestion(name: name, direction: direction, depth: depth, limit: limit, isLoose: loose)
        output.show(try question.answer(from: store), from: store)
    }
}

/// Who calls a function, or what it calls.
struct CallQuestion {
    static let depth = 1
    static let limit = 2000

    var name: String
    var direction: CallDirection
    var depth = CallQuestion.depth
    var limit = CallQuestion.limit
    var isLoose = false

    func answer(from store: IndexStore) throws -> CallTreeReport {
        let trees = try store.knownFunctions(named: name).map {
            try store.callTree(of: $0, direction: direction, depth: depth, limit: limit, isLoose: isLoose)
        }
        return CallTreeReport(trees, name: name, direction: direction, depth: depth, about: store.about)
    }
}
