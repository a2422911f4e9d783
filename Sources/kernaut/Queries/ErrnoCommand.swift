import ArgumentParser
import KernelIndex
import Report

/// `kernaut errno NAME [ERRNO]`
struct ErrnoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errno",
        abstract: "Show where the errors of a system call or function start, and which limit is behind them.",
        discussion: """
            Follows calls, direct and through fields, as far as each caller hands the error on. Conditions are in the \
            source's words; what is stored through a pointer is not followed.
            JSON: name, errno, kernel, origins [errno, function, file, line, condition, conditionLine, surroundings, \
            path, edges, knob [name, setBy, evidence]], farther, functions, outside, unregistered, deeper, truncated, notes.
            """
    )

    @Argument(help: "A system call, or a function.", completion: .functionName)
    var name: String

    @Argument(help: "An error, such as EAGAIN (default: all).")
    var errno: String?

    @Option(help: "How many calls to follow at most.")
    var depth = 64

    @Option(help: "How many places to show at most, nearest first.")
    var limit = 40

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require("--depth", depth, in: 0...64)
        try require("--limit", limit, in: 1...1_000_000)
    }

    func run() throws {
        let store = try index.open()
        let errno = errno?.uppercased()
        let answer = try store.errnoOrigins(of: name, errno: errno, depth: depth, limit: limit)
        output.show(ErrnoReport(answer, name: name, errno: errno, about: store.about), from: store)
    }
}
