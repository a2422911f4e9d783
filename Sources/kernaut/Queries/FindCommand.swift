import ArgumentParser
import KernelIndex
import Report

/// `kernaut find TEXT`
struct FindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Look for a text in the names of the kernel.",
        discussion: """
            Equal names come first, then names that start with the text, then names that contain it.
            JSON: kernel, query, symbols [name, symbol, kind, isStatic, isDefined, type, file, line, column, elsewhere], leftOut.
            """
    )

    @Argument(help: "A part of a name.", completion: .anyName)
    var text: String

    @Option(help: "Only names of this kind: function, record, field, variable, macro…")
    var kind: String?

    @Option(help: "How many names to show at most.")
    var limit = FindCommand.limit

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require("--limit", limit, in: 1...1_000_000)
        if text.isEmpty { throw ValidationError("find needs a text to look for") }
    }

    func run() throws {
        let store = try index.open()
        let names = try FindCommand.names(with: text, kind: kind.map(SymbolKind.init), limit: limit, in: store)
        output.show(names, from: store)
    }

    static let limit = 50

    static func names(
        with text: String,
        kind: SymbolKind? = nil,
        limit: Int = FindCommand.limit,
        in store: IndexStore
    ) throws -> FindingReport {
        let finding = try store.find(text, kind: kind, limit: limit)
        if finding.symbols.isEmpty { throw store.nothingFound("a name with '\(text)'") }
        return FindingReport(finding, query: text, about: store.about)
    }
}
