import ArgumentParser
import KernelIndex
import Report

/// `kernaut refs NAME`
struct RefsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refs",
        abstract: "List the places that use a name.",
        discussion: """
            RECORD.MEMBER lists who reads and writes a member.
            JSON: kernel, name, symbols [symbol, counts, references [file, line, column, role, within], leftOut].
            """
    )

    @Argument(help: "A function, struct, member, variable or macro.", completion: .anyName)
    var name: String

    @Option(help: "Only uses of this role: read, write, call, address, type, expansion.")
    var role: String?

    @Option(help: "How many uses of each symbol to show at most.")
    var limit = 1000

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try require("--limit", limit, in: 1...10_000_000) }

    func run() throws {
        let store = try index.open()
        let role = role.map(SymbolRole.init)
        let found = try store.knownSymbols(named: name).map {
            (symbol: $0, references: try store.references(to: $0, role: role, limit: limit))
        }
        output.show(ReferencesReport(found, name: name, about: store.about), from: store)
    }
}
