import KernelIndex

extension LanguageServer {
    private static let mostReferences = 100_000

    /// `textDocument/definition` and `textDocument/declaration`: where what stands there is defined; where it is declared when no indexed file has it.
    func definition(_ parameters: JSON) throws -> JSON {
        guard let target = try target(parameters) else { return [] }
        let definitions = try target.symbols.flatMap(store.definitions)
        let defined = definitions.filter(\.isDefinition)
        return try locations(defined.isEmpty ? definitions : defined)
    }

    /// `textDocument/implementation`: for a member, the functions that are stored in it; else the definition.
    func implementation(_ parameters: JSON) throws -> JSON {
        guard let target = try target(parameters) else { return [] }
        let members = target.symbols.filter { $0.kind == .field }
        let functions = try members.flatMap { member in
            try store.ops(of: member).registrations.map(\.function)
        }
        guard !functions.isEmpty else { return try definition(parameters) }
        var seen: Set<Symbol> = []
        return try locations(functions.filter { seen.insert($0).inserted }.flatMap(store.definitions))
    }

    private func locations(_ definitions: [Definition]) throws -> JSON {
        .array(try definitions.map { try location(of: spelling(of: $0.symbol), at: $0.place) })
    }

    /// `textDocument/references`
    func references(_ parameters: JSON) throws -> JSON {
        guard let target = try target(parameters) else { return [] }
        var found: Set<JSON> = []
        var ordered: [JSON] = []
        for symbol in target.symbols {
            let name = spelling(of: symbol)
            if parameters["context"]["includeDeclaration"].bool ?? false {
                for definition in try store.definitions(of: symbol) {
                    let location = try location(of: name, at: definition.place)
                    if found.insert(location).inserted { ordered.append(location) }
                }
            }
            for use in try store.references(to: symbol, limit: LanguageServer.mostReferences).occurrences {
                let location = try location(of: name, at: use.place)
                if found.insert(location).inserted { ordered.append(location) }
            }
        }
        return .array(ordered)
    }

    /// `textDocument/documentHighlight`: the uses in the same document, written ones told apart.
    func highlight(_ parameters: JSON) throws -> JSON {
        guard let address = parameters["textDocument"]["uri"].string, let target = try target(parameters),
            let path = try view.indexedPath(of: address)
        else { return [] }
        var found: [JSON] = []
        for symbol in target.symbols {
            let name = spelling(of: symbol)
            for definition in try store.definitions(of: symbol) where definition.place.file == path {
                found.append(["range": try view.range(of: name, at: definition.place), "kind": 1])
            }
            for use in try store.references(to: symbol, limit: LanguageServer.mostReferences).occurrences
            where use.place.file == path {
                let kind: JSON = use.role == .write ? 3 : use.role == .read ? 2 : 1
                found.append(["range": try view.range(of: name, at: use.place), "kind": kind])
            }
        }
        return .array(found)
    }

    /// `textDocument/documentSymbol`
    func documentSymbols(_ parameters: JSON) throws -> JSON {
        guard let address = parameters["textDocument"]["uri"].string else {
            throw ResponseError(.invalidParams, "a document is needed")
        }
        guard let path = try view.indexedPath(of: address) else { return [] }
        let definitions = try store.definitions(inFile: path)
        guard hasSymbolTrees else {
            return .array(try definitions.filter { $0.symbol.kind != .field }.map(information))
        }
        var top: [(definition: Definition, children: [Definition])] = []
        var records: [String: Int] = [:]
        for definition in definitions {
            if definition.symbol.kind == .field, let record = definition.symbol.record, let index = records[record],
                definition.place.line <= top[index].definition.endLine
            {
                top[index].children.append(definition)
            } else {
                if definition.symbol.kind == .record { records[definition.symbol.name] = top.count }
                top.append((definition, []))
            }
        }
        return .array(try top.map { try documentSymbol($0.definition, children: $0.children) })
    }

    private func documentSymbol(_ definition: Definition, children: [Definition]) throws -> JSON {
        let symbol = definition.symbol
        return [
            "name": .string(symbol.kind == .field ? symbol.name : symbol.shownName),
            "kind": LanguageServer.kind(of: symbol),
            "detail": .string(symbol.type ?? symbol.kind.rawValue),
            "range": try view.range(from: definition.place, through: definition.endLine),
            "selectionRange": try view.range(of: spelling(of: symbol), at: definition.place),
            "children": .array(try children.map { try documentSymbol($0, children: []) }),
        ]
    }

    private func information(_ definition: Definition) throws -> JSON {
        let symbol = definition.symbol
        return [
            "name": .string(symbol.shownName), "kind": LanguageServer.kind(of: symbol),
            "location": try location(of: spelling(of: symbol), at: definition.place),
            "containerName": .string(definition.place.file),
        ]
    }

    /// `workspace/symbol`: names that contain the text, the best first.
    func workspaceSymbols(_ parameters: JSON) throws -> JSON {
        let query = parameters["query"].string ?? ""
        guard !query.isEmpty else { return [] }
        let found = try store.find(query, limit: 200).symbols
        return .array(
            try found.compactMap { symbol in
                guard let home = symbol.home else { return nil }
                return [
                    "name": .string(symbol.shownName), "kind": LanguageServer.kind(of: symbol),
                    "location": try location(of: spelling(of: symbol), at: home), "containerName": .string(home.file),
                ]
            }
        )
    }
}
