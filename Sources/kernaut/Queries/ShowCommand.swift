import ArgumentParser
import KernelIndex
import Report

/// `kernaut show NAME`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show where a name is defined, with its source.",
        discussion: """
            The source is read from the tree at this moment. NAME@FILE chooses among namesakes, RECORD.MEMBER names a \
            member. Behind the place stand the options that it hangs on; 'kernaut config' says why.
            JSON: kernel, name, definitions [symbol, file, line, endLine, isDefinition, source, sourceIsAsIndexed, options].
            """
    )

    @Argument(help: "A function, struct, member, variable or macro, or a system call.", completion: .anyName)
    var name: String

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try index.open()
        output.show(try ShowCommand.definitions(of: name, in: store), from: store)
    }

    static func definitions(of name: String, in store: IndexStore) throws -> DefinitionReport {
        let definitions = try store.knownSymbols(named: name).flatMap(store.definitions)
        if definitions.isEmpty { throw store.nothingFound("a definition or declaration of \(name)") }
        // Who asks for a name wants its definition; a mere declaration counts where there is nothing else.
        let defined = definitions.filter(\.isDefinition)
        var texts: [String: SourceText?] = [:]
        let config = ConfigReader(store)
        let entries = try (defined.isEmpty ? definitions : defined).map { definition in
            let file = definition.place.file
            let text = try texts[file] ?? store.sourceText(of: file)
            texts[file] = text
            return DefinitionReport.Entry(
                definition: definition,
                source: text,
                options: try config.needs(of: definition.place).options
            )
        }
        return DefinitionReport(entries, name: name, about: store.about)
    }
}
