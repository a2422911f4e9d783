import ArgumentParser
import Failure
import KernelIndex
import Report

/// `kernaut config FILE:LINE | NAME [CALLEE]`
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show which options of the configuration a line, a name or a call hangs on.",
        discussion: """
            Takes the #if around a line and the Makefiles' lines that have its file built, and tells what the \
            configuration says of the options in them. With CALLEE, the calls from one function to the other: for those \
            through a field, the registration, too. An if (IS_ENABLED(…)) of C is not looked at.
            JSON: kernel, name, configurationIsKnown, lines [title, what, file, line, options [name, value], \
            rules [file, line, text, options], conditions [text, line, options, holds], inside, includedBy, \
            sourceIsAsIndexed].
            """
    )

    @Argument(
        help: ArgumentHelp("A place such as kernel/fork.c:2467, or a name.", valueName: "file:line|name"),
        completion: .anyName
    )
    var name: String

    @Argument(help: "A function that NAME calls.", completion: .functionName)
    var callee: String?

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try index.open()
        let reader = ConfigReader(store)
        let entries: [ConfigReport.Entry]
        if let callee {
            entries = try calls(to: callee, store, reader)
        } else if let place = try place(store) {
            entries = [ConfigReport.Entry(title: "\(place)", what: "line", needs: try reader.needs(of: place))]
        } else {
            entries = try definitions(store, reader)
        }
        output.show(
            ConfigReport(entries, name: name, isKnown: reader.knowsConfiguration, about: store.about),
            from: store
        )
    }

    /// The place that the argument is; nil when it is a name.
    private func place(_ store: IndexStore) throws -> LocatedLine? {
        guard let colon = name.lastIndex(of: ":"), let line = Int(name[name.index(after: colon)...]) else { return nil }
        var file = String(name[..<colon])
        if file.hasPrefix("\(store.about.sourceRoot)/") {
            file = String(file.dropFirst(store.about.sourceRoot.count + 1))
        }
        guard let text = try store.sourceBytes(of: file) else {
            throw Failure(.negative, "there is no file '\(file)' in the source of \(store.about.kernelVersion)")
        }
        let lines = text.bytes.count { $0 == UInt8(ascii: "\n") } + 1
        guard (1...lines).contains(line) else {
            throw Failure(.negative, "\(file) has \(lines) lines, none of number \(line)")
        }
        return LocatedLine(file: file, line: line, column: 1)
    }

    private func definitions(_ store: IndexStore, _ reader: ConfigReader) throws -> [ConfigReport.Entry] {
        let definitions = try store.knownSymbols(named: name).flatMap(store.definitions)
        let defined = definitions.filter(\.isDefinition)
        if definitions.isEmpty { throw store.nothingFound("a definition or declaration of \(name)") }
        return try (defined.isEmpty ? definitions : defined).map { definition in
            let lines = definition.place.line...max(definition.place.line, definition.endLine)
            return ConfigReport.Entry(
                title: definition.symbol.shownName,
                what: definition.isDefinition ? "definition" : "declaration",
                needs: try reader.needs(of: definition.place),
                inside: try reader.conditions(inside: lines, of: definition.place.file)
            )
        }
    }

    private func calls(to callee: String, _ store: IndexStore, _ reader: ConfigReader) throws -> [ConfigReport.Entry] {
        let callers = try store.knownFunctions(named: name)
        let callees = Set(try store.knownFunctions(named: callee))
        let edges = try callers.flatMap(store.callees).filter { callees.contains($0.callee) }
        guard !edges.isEmpty else {
            throw Failure(
                .negative,
                "\(name) does not call \(callee) in \(store.about.inWords)",
                remedy: "'kernaut path \(name) \(callee)' looks for a way over other functions"
            )
        }
        return try edges.flatMap { edge in
            let title = "\(edge.caller.shownName) calls \(edge.callee.shownName)"
            let call = ConfigReport.Entry(title: title, what: "call", needs: try reader.needs(of: edge.site))
            guard let registration = edge.registration else { return [call] }
            let stored = "\(registration.field.shownName) = \(registration.function.shownName)"
            return [
                call,
                ConfigReport.Entry(
                    title: stored,
                    what: "registration",
                    needs: try reader.needs(of: registration.place)
                ),
            ]
        }
    }
}
