import Failure
import KernelIndex

extension SourceJudge {
    func member(
        _ record: String,
        _ name: String,
        _ target: String,
        _ held: SourceCheck.Holding?
    ) throws -> SourceFinding {
        guard let layout = try layout(record) else { return .unknown("no struct \(record) in \(inWords)") }
        guard let member = layout.members.first(where: { $0.symbol.name == name }) else {
            return try noMember("\(record) has no member \(name)", from: record, to: target)
        }
        let evidence = SourceJudge.evidence(member, of: layout)
        guard member.target?.name == target else {
            return try noMember(evidence.text, from: record, to: target, [evidence])
        }
        switch held {
        case .pointer where member.pointers == 0:
            return .unmet(
                "\(record).\(name) is no pointer: the \(target) is a part of the \(record), \(member.sizeBits / 8) of its "
                    + "\(layout.sizeBits / 8) bytes",
                [evidence]
            )
        case .embedding where member.pointers > 0:
            return .unmet("\(record).\(name) is a pointer to the \(target), which is no part of \(record)", [evidence])
        default: return .met([evidence])
        }
    }

    private func noMember(
        _ what: String,
        from record: String,
        to target: String,
        _ evidence: [SourceEvidence] = []
    ) throws -> SourceFinding {
        let chain = try chain(from: record, to: target)
        guard chain.outcome == .met else { return .unmet(what, evidence) }
        return .unmet("\(what); what leads there is \(chain.evidence.map(\.text).listed)", evidence + chain.evidence)
    }

    func chain(from record: String, to target: String) throws -> SourceFinding {
        do {
            let chain = try store.memberChain(from: record, to: target)
            return .met(
                chain.steps.map { step in
                    SourceEvidence(
                        SourceJudge.text(step.member, of: step.record.name),
                        at: step.member.symbol.home
                    )
                }
            )
        } catch let failure as Failure where failure.status == .negative {
            return .unmet(failure.what)
        }
    }

    func pointers(_ record: String, _ targets: [String], _ others: [String]) throws -> SourceFinding {
        guard let layout = try layout(record) else { return .unknown("no struct \(record) in \(inWords)") }
        var evidence: [SourceEvidence] = []
        var instead: [String] = []
        for target in targets {
            let members = layout.members.filter { $0.target?.name == target && $0.pointers > 0 }
            evidence += members.map { SourceJudge.evidence($0, of: layout) }
            guard members.isEmpty else { continue }
            var text = "\(record) has no pointer to \(target)"
            for other in others {
                guard let elsewhere = try self.layout(other) else { continue }
                let found = elsewhere.members.filter { $0.target?.name == target && $0.pointers > 0 }
                evidence += found.map { SourceJudge.evidence($0, of: elsewhere) }
                if let first = found.first { text += "; \(other).\(first.symbol.name) points to one" }
            }
            instead.append(text)
        }
        return instead.isEmpty ? .met(evidence) : .unmet(instead.joined(separator: "; "), evidence)
    }

    func sizes(_ records: [String], below bytes: Int) throws -> SourceFinding {
        var total = 0
        var evidence: [SourceEvidence] = []
        for record in records {
            // What a kernel does not have costs nothing in it.
            guard let layout = try layout(record) else { continue }
            total += layout.sizeBits / 8
            evidence.append(SourceEvidence("\(record): \(layout.sizeBits / 8) bytes", at: layout.record.home))
        }
        guard !evidence.isEmpty else { return .unknown("none of \(records.listed) is in \(inWords)") }
        evidence.append(SourceEvidence("together \(total) bytes"))
        return total < bytes ? .met(evidence) : .unmet("they take \(total) bytes", evidence)
    }

    func callbacks(_ record: String) throws -> SourceFinding {
        let used = try SourceJudge.orEmpty { try store.ops(named: record) }.filter {
            !$0.registrations.isEmpty && !$0.dispatches.isEmpty
        }
        let evidence = used.map { field in
            let callers = Set(field.dispatches.map(\.caller.shownName)).sorted()
            let count = field.registrations.count == 1 ? "1 function" : "\(field.registrations.count) functions"
            return SourceEvidence(
                "\(record).\(field.field.name): \(count) stored, called by \(callers.listed)",
                at: field.dispatches.first?.place
            )
        }
        if used.isEmpty { return .unmet("no function is both stored in a member of \(record) and called through it") }
        return .met(evidence)
    }

    private func layout(_ record: String) throws -> StructLayout? {
        try SourceJudge.orEmpty { try store.layouts(named: record, countingUses: false) }.first
    }

    private static func evidence(_ member: Member, of layout: StructLayout) -> SourceEvidence {
        SourceEvidence(text(member, of: layout.record.name), at: member.symbol.home)
    }

    /// `nsproxy.uts_ns is a pointer to uts_namespace`
    private static func text(_ member: Member, of record: String) -> String {
        let name = "\(record).\(member.symbol.name)"
        guard let target = member.target else { return "\(name) is \(member.type)" }
        switch member.pointers {
        case 0: return "\(name) is a \(target.name), embedded"
        case 1: return "\(name) is a pointer to \(target.name)"
        default: return "\(name) leads to \(target.name) by \(member.pointers) pointers"
        }
    }
}
