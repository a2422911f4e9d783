import Glibc
import KernelIndex
import Report

/// A question as most are: `callers`, `callees`, `show` or `find` with a name, and at most `--kernel`, `--index` and `--json`.
///
/// ArgumentParser comes to the same, but takes as long for that as the index for the answer. Every other command line is
/// left to it, those that are wrong among them.
struct PlainQuestion {
    private enum Verb: String {
        case callers, callees, show, find
    }

    private let verb: Verb
    private let name: String
    private var kernel: String?
    private var file: String?
    private var isJSON = false

    /// - Parameter words: of the command line, without the program; nil where they are anything else.
    init?(_ words: ArraySlice<String>) {
        var words = words
        guard let first = words.popFirst(), let verb = Verb(rawValue: first) else { return nil }
        self.verb = verb
        var name: String?
        while let word = words.popFirst() {
            switch word {
            case "--json" where !isJSON: isJSON = true
            case "--kernel", "--index":
                guard kernel == nil, file == nil, let value = words.popFirst(), !value.hasPrefix("-") else {
                    return nil
                }
                if word == "--kernel" { kernel = value } else { file = value }
            default:
                guard name == nil, !word.isEmpty, !word.hasPrefix("-") else { return nil }
                name = word
            }
        }
        guard let name else { return nil }
        self.name = name
    }

    /// Answers the question, and ends the process with that: to close the index first would only take time.
    func run() throws -> Never {
        let store = try IndexOptions.open(kernel: kernel, file: file)
        switch verb {
        case .callers: show(try CallQuestion(name: name, direction: .callers).answer(from: store), store)
        case .callees: show(try CallQuestion(name: name, direction: .callees).answer(from: store), store)
        case .show: show(try ShowCommand.definitions(of: name, in: store), store)
        case .find: show(try FindCommand.names(with: name, in: store), store)
        }
        withExtendedLifetime(store) { Glibc.exit(EXIT_SUCCESS) }
    }

    private func show(_ report: some QueryReport, _ store: IndexStore) {
        OutputOptions.show(report, asJSON: isJSON, from: store)
    }
}
