import KernelIndex

/// What stands at the position that a client asks about.
struct Target {
    /// The word there.
    let word: String
    /// Its range in the document.
    let range: JSON
    /// What it names: one symbol, or several where only the name tells.
    let symbols: [Symbol]
}

extension LanguageServer {
    private static let mostNamesakes = 20

    /// What stands at the position of a request; nil where there is no word, or one that the index does not know.
    func target(_ parameters: JSON) throws -> Target? {
        guard let address = parameters["textDocument"]["uri"].string,
            let line = parameters["position"]["line"].integer,
            let character = parameters["position"]["character"].integer
        else { throw ResponseError(.invalidParams, "a document and a position are needed") }
        guard let word = try view.word(at: Position(line: line, character: character), in: address) else { return nil }
        if let place = word.place {
            let symbols = try store.symbols(named: word.name, at: place)
            if !symbols.isEmpty { return Target(word: word.name, range: word.range, symbols: symbols) }
        }
        // The index knows the place no better: what has this name, members last, since many records have them.
        let named = try store.symbols(named: word.name).filter { $0.kind != .field }
        let symbols = try named.isEmpty ? store.members(named: word.name, limit: LanguageServer.mostNamesakes) : named
        guard !symbols.isEmpty else { return nil }
        let own = symbols.filter { $0.home?.file == word.place?.file }
        let chosen = own.isEmpty ? symbols : own
        return Target(word: word.name, range: word.range, symbols: Array(chosen.prefix(LanguageServer.mostNamesakes)))
    }

    /// A place of the index as the protocol has it.
    func location(of name: String, at place: LocatedLine) throws -> JSON {
        ["uri": .string(try view.address(of: place.file)), "range": try view.range(of: name, at: place)]
    }

    /// The name of a symbol as it stands in the source: that of a system call's body is not there.
    func spelling(of symbol: Symbol) -> String { symbol.systemCall?.definition ?? symbol.name }

    /// What the protocol has for a kind of symbol.
    static func kind(of symbol: Symbol) -> JSON {
        switch symbol.kind.rawValue {
        case "function": 12
        case "variable": 13
        case "record": 23
        case "field": 8
        case "enum": 10
        case "enumerator": 22
        case "macro": 14
        default: 5
        }
    }
}
