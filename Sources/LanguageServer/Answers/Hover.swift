import KernelIndex
import Report

extension LanguageServer {
    private static let mostErrors = 20
    private static let mostMembers = 400

    /// `textDocument/hover`: what it is and where; the layout of a record, the place of a member, the errors that start in
    /// a function, what a macro stands for, and the options that it hangs on.
    func hover(_ parameters: JSON) throws -> JSON {
        guard let target = try target(parameters) else { return .null }
        let shown = target.symbols.prefix(3)
        var parts = try shown.map(describe)
        if target.symbols.count > shown.count {
            parts.append("and \(target.symbols.count - shown.count) more of this name")
        }
        return [
            "contents": ["kind": "markdown", "value": .string(parts.joined(separator: "\n\n---\n\n"))],
            "range": target.range,
        ]
    }

    private func describe(_ symbol: Symbol) throws -> String {
        var parts = ["```c\n\(declaration(of: symbol))\n```"]
        var where_ = symbol.home.map { "\($0)" } ?? "no place is known"
        if !symbol.isDefined { where_ += "  (declared only)" }
        if let call = symbol.systemCall { where_ += "  system call \(call.shown)" }
        parts.append(where_)
        switch symbol.kind {
        case .record: parts += try layout(of: symbol)
        case .field: parts += try member(symbol)
        case .function: parts += try errors(of: symbol)
        case .macro: parts += try source(of: symbol)
        default: break
        }
        if let home = symbol.home {
            let options = try config.needs(of: home).options
            if !options.isEmpty {
                let text = options.map { "\($0.name)=\($0.value ?? "?")" }
                parts.append("hangs on " + text.joined(separator: ", "))
            }
        }
        return parts.joined(separator: "\n\n")
    }

    /// The declaration in C, as far as a type and a name give it.
    private func declaration(of symbol: Symbol) -> String {
        let prefix = symbol.isStatic ? "static " : ""
        switch symbol.kind {
        case .record: return "struct \(symbol.name)"
        case .macro: return "#define \(symbol.name)"
        default: break
        }
        guard let type = symbol.type else { return "\(prefix)\(symbol.shownName)" }
        if symbol.kind == .function, let bracket = type.firstIndex(of: "("), type.hasSuffix(")") {
            return "\(prefix)\(type[..<bracket])\(symbol.name)\(type[bracket...])"
        }
        return "\(prefix)\(symbol.shownName): \(type)"
    }

    private func layout(of symbol: Symbol) throws -> [String] {
        let layouts = try store.layouts(named: symbol.nameWithFile, countingUses: false).filter { $0.record == symbol }
        guard !layouts.isEmpty else { return [] }
        let text = StructReport(layouts, name: symbol.name, about: store.about).text(.plain)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var shown = lines.prefix(LanguageServer.mostMembers).joined(separator: "\n")
        if lines.count > LanguageServer.mostMembers {
            shown += "\n  (\(lines.count - LanguageServer.mostMembers) more lines)"
        }
        return ["```\n\(shown)\n```"]
    }

    private func member(_ symbol: Symbol) throws -> [String] {
        guard let record = symbol.record else { return [] }
        var parts: [String] = []
        let layouts = try store.layouts(named: record, countingUses: false)
        for layout in layouts {
            guard let member = layout.members.first(where: { $0.symbol == symbol }) else { continue }
            parts.append(
                "offset \(member.offsetBytes), size \(member.isBitfield ? "\(member.sizeBits) bits" : "\(member.sizeBits / 8)")"
                    + " of \(layout.sizeBits / 8)"
            )
        }
        let ops = try store.ops(of: symbol)
        if !ops.registrations.isEmpty {
            let names = ops.registrations.prefix(LanguageServer.mostErrors).map {
                "- `\($0.function.shownName)` \($0.place)"
            }
            var text = "stored here:\n" + names.joined(separator: "\n")
            if ops.registrations.count > names.count { text += "\n- and \(ops.registrations.count - names.count) more" }
            parts.append(text)
        }
        return parts
    }

    private func errors(of symbol: Symbol) throws -> [String] {
        let errors = try store.errorOrigins(of: symbol)
        guard !errors.isEmpty else { return [] }
        var lines = errors.prefix(LanguageServer.mostErrors).map { origin in
            let when = origin.condition.map { " when `\($0)`" } ?? ""
            return "- `\(origin.errno)` line \(origin.place.line)\(when)"
        }
        if errors.count > lines.count { lines.append("- and \(errors.count - lines.count) more") }
        return ["errors that start here:\n" + lines.joined(separator: "\n")]
    }

    private func source(of symbol: Symbol) throws -> [String] {
        try store.definitions(of: symbol).prefix(3).compactMap { definition in
            guard let text = try view.text(of: definition.place.file), text.isAsIndexed else { return nil }
            let lines = (definition.place.line...max(definition.place.line, definition.endLine)).prefix(20).map {
                String(decoding: text.lines[$0 - 1], as: UTF8.self)
            }
            return "```c\n\(lines.joined(separator: "\n"))\n```"
        }
    }
}
