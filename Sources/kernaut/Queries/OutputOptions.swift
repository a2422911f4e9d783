import ArgumentParser
import Glibc
import Report

/// How a query shows its answer.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    /// Prints a report on stdout.
    func show(_ report: some QueryReport) {
        print(json ? report.json : report.text(OutputOptions.style))
    }

    /// Colours where a person looks on, and has not asked for none.
    static var style: TextStyle {
        guard isatty(STDOUT_FILENO) == 1, getenv("NO_COLOR") == nil else { return .plain }
        if let terminal = getenv("TERM"), strcmp(terminal, "dumb") == 0 { return .plain }
        return .coloured
    }
}

/// Refuses a number that is out of range, in the words of the command line.
func require(_ option: String, _ value: Int, in range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
        throw ValidationError("\(option) takes a number from \(range.lowerBound) to \(range.upperBound), not \(value)")
    }
}
