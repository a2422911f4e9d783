import KernelABI
import KernelIndex

extension LanguageServer {
    /// `initialize`: what this server can do, and how columns are counted.
    func initialize(_ parameters: JSON) -> JSON {
        let capabilities = parameters["capabilities"]
        view.encoding = PositionEncoding(capabilities: capabilities)
        hasSymbolTrees =
            capabilities["textDocument"]["documentSymbol"]["hierarchicalDocumentSymbolSupport"].bool ?? false
        let folders = parameters["workspaceFolders"].array?.compactMap { $0["uri"].string } ?? []
        view.folders = (folders + [parameters["rootUri"].string].compactMap { $0 }).compactMap(FileAddress.path)
        if view.folders.isEmpty, let path = parameters["rootPath"].string { view.folders = [path] }
        var answer: [String: JSON] = [
            "capabilities": [
                "positionEncoding": .string(view.encoding.rawValue),
                "textDocumentSync": ["openClose": true, "change": 2],
                "definitionProvider": true, "declarationProvider": true, "implementationProvider": true,
                "referencesProvider": true, "documentHighlightProvider": true, "hoverProvider": true,
                "documentSymbolProvider": true, "workspaceSymbolProvider": true, "callHierarchyProvider": true,
            ],
            "serverInfo": ["name": "kernaut", "version": .string(store.about.kernelVersion.description)],
        ]
        if capabilities["offsetEncoding"].array != nil { answer["offsetEncoding"] = .string(view.encoding.rawValue) }
        return .object(answer)
    }

    func didOpen(_ parameters: JSON) {
        let document = parameters["textDocument"]
        guard let address = document["uri"].string, let text = document["text"].string else { return }
        view.set(OpenDocument(lines: TextLines(Array(text.utf8))), at: address)
        if let note = try? note(on: address) { notify("window/logMessage", ["type": 3, "message": .string(note)]) }
    }

    /// What somebody has to know who opens a file: that the index does not know it, or knows another one.
    private func note(on address: String) throws -> String? {
        let about = store.about
        guard let path = try view.indexedPath(of: address) else {
            return "kernaut: \(FileAddress.path(of: address) ?? address) is not in \(about.inWords); "
                + "names in it are looked up by name alone"
        }
        if !view.isOfIndexedTree(address, path) {
            return "kernaut: answers are of the indexed source, \(about.absolutePath(of: path))"
        }
        return try view.text(of: path)?.isAsIndexed == false
            ? "kernaut: \(path) has changed since it was indexed; lines may have moved" : nil
    }

    func didChange(_ parameters: JSON) {
        guard let address = parameters["textDocument"]["uri"].string, var document = view.documents[address] else {
            return
        }
        for change in parameters["contentChanges"].array ?? [] {
            guard let text = change["text"].string else { continue }
            let range = change["range"]
            guard range.isObject else {
                document.lines = TextLines(Array(text.utf8))
                continue
            }
            let lines = document.lines
            func offset(_ position: JSON) -> Int {
                let line = position["line"].integer ?? 0
                let column = view.encoding.bytes(ofUnits: position["character"].integer ?? 0, in: lines[line])
                return lines.offset(line: line, column: column)
            }
            let start = offset(range["start"])
            let end = max(start, offset(range["end"]))
            document.lines = TextLines(Array(lines.bytes[..<start]) + Array(text.utf8) + Array(lines.bytes[end...]))
        }
        view.set(document, at: address)
    }
}
