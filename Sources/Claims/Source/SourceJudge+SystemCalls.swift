import KernelIndex

extension SourceJudge {
    func systemCalls(_ names: [String]) throws -> SourceFinding {
        let table = try store.systemCalls().filter { $0.abi != nil && $0.abi != "x32" }
        guard !table.isEmpty else { return .unknown("the index of \(inWords) has no system call table") }
        var evidence: [SourceEvidence] = []
        var absent: [String] = []
        for name in names {
            if let call = table.first(where: { $0.name == name }), let number = call.number {
                evidence.append(SourceEvidence("\(name) is system call \(number)", at: call.tablePlace))
                if let place = call.place { evidence.append(SourceEvidence("its definition", at: place)) }
                continue
            }
            // A definition that no entry of the table leads to.
            let unlisted = try store.functions(named: name).first { $0.systemCall != nil }
            if let home = unlisted?.home {
                evidence.append(SourceEvidence("\(name) is defined as a system call", at: home))
                absent.append("\(name) is defined, but has no entry in the 64-bit system call table")
            } else {
                absent.append("there is no system call \(name)")
            }
        }
        return absent.isEmpty ? .met(evidence) : .unmet(absent.joined(separator: "; "), evidence)
    }

    func noSystemCall(_ word: String) throws -> SourceFinding {
        let table = try store.systemCalls().filter { $0.number != nil && $0.abi != "x32" }
        guard let last = table.last else { return .unknown("the index of \(inWords) has no system call table") }
        let found = table.filter { $0.name.contains(word) }
        if found.isEmpty {
            return .met([
                SourceEvidence("none of \(table.count) system calls has \(word) in its name", at: last.tablePlace)
            ])
        }
        return .unmet(
            "there is the system call \(found.map(\.name).listed)",
            found.map { SourceEvidence("system call \($0.name)", at: $0.tablePlace) }
        )
    }

    func enteredBy(
        _ name: String,
        _ claimed: [String],
        within depth: Int,
        withArguments: Bool
    ) throws -> SourceFinding {
        guard let function = try function(name) else { return noFunction(name) }
        let arguments = Dictionary(
            try store.systemCalls().compactMap { call in call.function.map { ($0.id, call.arguments ?? 0) } },
            uniquingKeysWith: max
        )
        // Backwards, level by level: the first way that is found to each function is a shortest one.
        var onward: [Symbol: CallEdge] = [:]
        var level = [function]
        var entries: [Symbol] = []
        for _ in 0..<depth {
            var next: [Symbol] = []
            for callee in level {
                for edge in try store.callers(of: callee) where edge.evidence == .direct && edge.caller != function {
                    guard onward[edge.caller] == nil else { continue }
                    onward[edge.caller] = edge
                    if edge.caller.systemCall != nil { entries.append(edge.caller) } else { next.append(edge.caller) }
                }
            }
            level = next
        }
        let reachable = entries.filter { $0.systemCall?.entry != nil }
        let counted = reachable.filter { !withArguments || arguments[$0.id, default: 0] > 0 }
        let names = Set(counted.map(\.shownName))

        var evidence: [SourceEvidence] = []
        var onTheWay: Set<Symbol> = [function]
        for entry in counted.sorted(by: { $0.shownName < $1.shownName }) {
            var path = [entry]
            while let edge = onward[path[path.count - 1]] { path.append(edge.callee) }
            onTheWay.formUnion(path)
            evidence.append(
                SourceEvidence(path.map(\.shownName).joined(separator: " → "), at: onward[entry]?.site)
            )
        }
        let idle = reachable.filter { !counted.contains($0) }.map(\.shownName).sorted()
        if !idle.isEmpty {
            evidence.append(SourceEvidence("without arguments, and so without flags: \(idle.listed)"))
        }
        for (caller, edge) in onward.sorted(by: { $0.value.site < $1.value.site })
        where onTheWay.contains(edge.callee) && !onTheWay.contains(caller) && caller.systemCall == nil {
            let text = "inside the kernel, \(caller.shownName) calls \(edge.callee.shownName)"
            evidence.append(SourceEvidence(text, at: edge.site))
        }

        let more = names.subtracting(claimed).sorted()
        let absent = Set(claimed).subtracting(names).sorted()
        var instead: [String] = []
        if !more.isEmpty { instead.append("\(more.listed) \(more.count == 1 ? "comes" : "come") to \(name) too") }
        if !absent.isEmpty {
            instead.append("\(absent.listed) \(absent.count == 1 ? "does" : "do") not come to \(name)")
        }
        return instead.isEmpty ? .met(evidence) : .unmet(instead.joined(separator: "; "), evidence)
    }
}
