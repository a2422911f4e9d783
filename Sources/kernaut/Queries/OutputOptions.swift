import ArgumentParser
import Foundation
import KernelIndex
import Report

/// How a query shows its answer.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    /// Prints a report on stdout; when it comes from an index in which units failed, a line on stderr says so.
    func show(_ report: some QueryReport, from store: IndexStore? = nil) {
        OutputOptions.show(report, asJSON: json, from: store)
    }

    /// The same for who has the options from elsewhere.
    static func show(_ report: some QueryReport, asJSON: Bool, from store: IndexStore?) {
        show(asJSON ? report.json : report.text(style), from: store)
    }

    /// The same for a text that is made already.
    static func show(_ text: String, from store: IndexStore?) {
        print(text)
        guard let store, store.about.failedUnits > 0 else { return }
        let note = "note: units of this index that failed: \(store.about.failedUnits); facts may be missing\n"
        FileHandle.standardError.write(Data(note.utf8))
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
