import KernelIndex

extension SourceJudge {
    func calls(_ names: [String]) throws -> SourceFinding {
        guard let start = names.first, let end = names.last, let first = try function(start) else {
            return noFunction(names.first ?? "")
        }
        var evidence: [SourceEvidence] = []
        var current = first
        for next in names.dropFirst() {
            let edges = try store.callees(of: current).filter { edge in
                edge.evidence == .direct && (edge.callee.name == next || edge.callee.shownName == next)
            }
            guard let edge = edges.first else {
                let exists = try !functions(next).isEmpty
                let what = exists ? "\(current.shownName) does not call \(next)" : "there is no function \(next)"
                return try instead(of: what, from: start, to: end)
            }
            evidence.append(SourceEvidence("\(current.shownName) calls \(next)", at: edge.site))
            current = edge.callee
        }
        return .met(evidence)
    }

    /// What leads from one function to another where the way that was claimed does not exist.
    private func instead(of what: String, from start: String, to end: String) throws -> SourceFinding {
        guard let path = try path(from: start, to: end) else { return .unmet("\(what), and no other way leads there") }
        return .unmet("\(what): the way is \(SourceJudge.text(path))", SourceJudge.evidence(path))
    }

    func reaches(from starts: [String], to end: String) throws -> SourceFinding {
        guard try !functions(end).isEmpty else { return noFunction(end) }
        var evidence: [SourceEvidence] = []
        var absent: [String] = []
        for start in starts {
            guard try function(start) != nil else { return noFunction(start) }
            guard let path = try path(from: start, to: end) else {
                absent.append(start)
                continue
            }
            evidence.append(SourceEvidence(SourceJudge.text(path), at: path.functions.first?.home))
            // The ways that follow mostly end alike: their steps are shown once.
            evidence += SourceJudge.evidence(path).filter { !evidence.contains($0) }
        }
        if absent.isEmpty { return .met(evidence) }
        return .unmet("no calls lead from \(absent.listed) to \(end)", evidence)
    }

    func onlyCaller(of name: String, _ caller: String) throws -> SourceFinding {
        guard let function = try function(name) else { return noFunction(name) }
        let edges = try store.callers(of: function)
        let evidence = edges.map { SourceEvidence("\($0.caller.shownName) calls \(name)", at: $0.site) }
        let others = Set(edges.map(\.caller.shownName)).subtracting([caller]).sorted()
        if edges.isEmpty { return .unmet("nothing calls \(name) in \(inWords)") }
        if others.isEmpty { return .met(evidence) }
        return .unmet("\(others.listed) \(others.count == 1 ? "calls" : "call") \(name) too", evidence)
    }

    func callsInto(_ folder: String, _ names: [String]) throws -> SourceFinding {
        var evidence: [SourceEvidence] = []
        var absent: [String] = []
        for name in names {
            guard let function = try function(name) else { return noFunction(name) }
            let edges = try store.callees(of: function).filter { edge in
                edge.evidence == .direct && edge.callee.isDefined && edge.callee.home?.file.hasPrefix(folder) == true
            }
            if edges.isEmpty { absent.append(name) }
            evidence += edges.map { SourceEvidence("\(name) calls \($0.callee.shownName)", at: $0.site) }
        }
        return absent.isEmpty ? .met(evidence) : .unmet("\(absent.listed) calls nothing in \(folder)", evidence)
    }

    func mostlyCalledFrom(_ folder: String, _ files: [String], _ record: String) throws -> SourceFinding {
        let own = Set(try store.objects(ofRecord: record).compactMap { $0.symbol.home?.file })
        // Inline functions of headers are a part of what they belong to, and the calls of their callers count.
        let edges = try store.calls(intoFolder: folder).filter { edge in
            !own.contains(edge.site.file) && !edge.site.file.hasSuffix(".h")
        }
        guard !edges.isEmpty else { return .unmet("nothing outside calls into \(folder) in \(inWords)") }
        let counts = Dictionary(grouping: edges, by: \.site.file)
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let named = edges.count { files.contains($0.site.file) }
        let share = SourceEvidence("\(named) of \(edges.count) calls into \(folder) come from \(files.listed)")
        let evidence =
            [share]
            + counts.map { file, calls in
                let names = Set(calls.map(\.callee.shownName)).sorted()
                let times = calls.count == 1 ? "1 call" : "\(calls.count) calls"
                return SourceEvidence("\(times) from \(file): \(names.listed)", at: calls.first?.site)
            }
        if named * 2 > edges.count { return .met(evidence) }
        let others = counts.map(\.key).filter { !files.contains($0) }
        return .unmet(
            "\(share.text), the others from \(others.listed)",
            evidence
        )
    }

    private func path(from start: String, to end: String) throws -> CallPath? {
        try SourceJudge.orEmpty { try store.paths(from: start, to: end).paths }.first
    }

    /// `fork → kernel_clone → copy_process`
    private static func text(_ path: CallPath) -> String {
        path.functions.map(\.shownName).joined(separator: " → ")
    }

    private static func evidence(_ path: CallPath) -> [SourceEvidence] {
        path.steps.map { step in
            let edge = step.edge
            let names = "\(edge.caller.shownName) calls \(edge.callee.shownName)"
            guard let registration = edge.registration else { return SourceEvidence(names, at: edge.site) }
            return SourceEvidence(
                "\(names) through \(registration.field.shownName), stored in \(registration.place)",
                at: edge.site
            )
        }
    }
}
