import KernelIndex

/// The call hierarchy goes through tables of functions: a call through a member leads to what is stored there, and comes
/// from there. An item's detail says by which member. A member is an item, too: its callers call through it, and it calls
/// what is stored in it.
extension LanguageServer {
    /// `textDocument/prepareCallHierarchy`
    func prepareCallHierarchy(_ parameters: JSON) throws -> JSON {
        guard let target = try target(parameters) else { return .null }
        let callable = target.symbols.filter { $0.kind == .function || $0.kind == .field }
        let items = try callable.compactMap { try item($0) }
        return items.isEmpty ? .null : .array(items)
    }

    /// `callHierarchy/incomingCalls`
    func incomingCalls(_ parameters: JSON) throws -> JSON {
        let symbol = try self.symbol(of: parameters["item"])
        var calls = Calls()
        if symbol.kind == .field {
            for dispatch in try store.ops(of: symbol).dispatches {
                calls.add(dispatch.caller, by: nil, at: dispatch.place, of: dispatch.field)
            }
        } else {
            for edge in try store.callers(of: symbol) {
                calls.add(edge.caller, by: edge.inWords, at: edge.site, of: edge.dispatch?.field ?? symbol)
            }
        }
        return .array(
            try calls.entries.compactMap { call in
                guard let item = try item(call.other, by: call.ways) else { return nil }
                return ["from": item, "fromRanges": try ranges(call.sites, in: call.other)]
            }
        )
    }

    /// `callHierarchy/outgoingCalls`
    func outgoingCalls(_ parameters: JSON) throws -> JSON {
        let symbol = try self.symbol(of: parameters["item"])
        var calls = Calls()
        if symbol.kind == .field {
            for registration in try store.ops(of: symbol).registrations {
                calls.add(registration.function, by: "through \(symbol.shownName)", at: nil, of: symbol)
            }
        } else {
            for edge in try store.callees(of: symbol) {
                calls.add(
                    edge.callee,
                    by: edge.inWords,
                    at: edge.site,
                    of: edge.dispatch?.field ?? edge.callee
                )
            }
        }
        return .array(
            try calls.entries.compactMap { call in
                guard let item = try item(call.other, by: call.ways) else { return nil }
                return ["to": item, "fromRanges": try ranges(call.sites, in: symbol)]
            }
        )
    }

    /// The ranges of calls, as far as they lie in the caller's own file, as the protocol wants them.
    private func ranges(_ sites: [Calls.Site], in caller: Symbol) throws -> JSON {
        let own = sites.filter { $0.place.file == caller.home?.file }
        return .array(try own.map { try view.range(of: spelling(of: $0.called), at: $0.place) })
    }

    /// A function or member as an item; nil where no place is known.
    private func item(_ symbol: Symbol, by ways: [String] = []) throws -> JSON? {
        guard let home = symbol.home else { return nil }
        let definition = try store.definitions(of: symbol).first { $0.place == home }
        let by = ways.isEmpty ? "" : "  \(ways.joined(separator: ", "))"
        return [
            "name": .string(symbol.shownName), "kind": LanguageServer.kind(of: symbol),
            "detail": .string(home.file + by), "uri": .string(try view.address(of: home.file)),
            "range": try view.range(from: home, through: definition?.endLine ?? home.line),
            "selectionRange": try view.range(of: spelling(of: symbol), at: home),
            "data": [
                "name": .string(symbol.record.map { "\($0).\(symbol.name)" } ?? symbol.name),
                "identity": .string(symbol.identity),
            ],
        ]
    }

    /// The symbol of an item that was given out before.
    private func symbol(of item: JSON) throws -> Symbol {
        guard let name = item["data"]["name"].string, let identity = item["data"]["identity"].string else {
            throw ResponseError(.invalidParams, "an item of 'textDocument/prepareCallHierarchy' is needed")
        }
        guard let symbol = try store.symbols(named: name).first(where: { $0.identity == identity }) else {
            throw ResponseError(.requestFailed, "\(name) is not in the index any more")
        }
        return symbol
    }
}

/// Calls, put together by what is at their other end, in the order in which they came.
private struct Calls {
    struct Site {
        let place: LocatedLine
        /// What the place names: the callee, or the member that is called through.
        let called: Symbol
    }

    struct Entry {
        let other: Symbol
        /// How it is called, where that is not by its name: `through cgroup_subsys.can_fork`.
        var ways: [String] = []
        var sites: [Site] = []
    }

    private(set) var entries: [Entry] = []
    private var numbers: [Symbol: Int] = [:]

    mutating func add(_ other: Symbol, by way: String?, at place: LocatedLine?, of called: Symbol) {
        let number = numbers[other] ?? entries.count
        if number == entries.count {
            numbers[other] = number
            entries.append(Entry(other: other))
        }
        if let way, !entries[number].ways.contains(way) { entries[number].ways.append(way) }
        guard let place, !entries[number].sites.contains(where: { $0.place == place }) else { return }
        entries[number].sites.append(Site(place: place, called: called))
    }
}

extension CallEdge {
    /// What it rests on, where the caller does not name the callee.
    fileprivate var inWords: String? {
        dispatch.map { "through \($0.field.shownName)" } ?? (evidence == .direct ? nil : evidence.rawValue)
    }
}
