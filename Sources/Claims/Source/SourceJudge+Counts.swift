import Foundation
import KernelIndex

extension SourceJudge {
    /// A kind: the objects that store one function in the member, under the flag that names it.
    private struct Kind {
        let function: String
        let places: [SourceEvidence]
    }

    private func kinds(_ terms: SourceCheck.KindTerms) throws -> [Kind] {
        let objects = try store.objects(ofRecord: terms.record)
        let fields = try SourceJudge.orEmpty { try store.ops(named: "\(terms.record).\(terms.member)") }
        let registrations = fields.flatMap(\.registrations).filter { registration in
            objects.contains { $0.symbol == registration.object }
        }
        return Dictionary(grouping: registrations, by: \.function)
            .map { function, found in
                Kind(
                    function: function.shownName,
                    places: found.map { registration in
                        let object = registration.object?.shownName ?? "an object"
                        return SourceEvidence(
                            "\(object).\(terms.member) is \(function.shownName)",
                            at: registration.place
                        )
                    }
                )
            }
            .sorted { $0.function < $1.function }
    }

    private func flags(_ terms: SourceCheck.KindTerms) throws -> [Symbol] {
        try store.symbols(withPrefix: terms.prefix, kind: .macro)
    }

    func kinds(_ terms: SourceCheck.KindTerms, _ claimed: [String]) throws -> SourceFinding {
        let kinds = try kinds(terms)
        guard !kinds.isEmpty else { return .unknown("no object of \(terms.record) in \(inWords)") }
        let flags = try flags(terms)
        let evidence = kinds.flatMap(\.places) + flags.map { SourceEvidence("\($0.name) is defined", at: $0.home) }
        let more = flags.map(\.name).filter { !claimed.contains($0) }
        if kinds.count == claimed.count, more.isEmpty { return .met(evidence) }
        var instead = "there are \(kinds.count) kinds, told apart by \(terms.record).\(terms.member)"
        if !more.isEmpty { instead += "; \(more.listed) is one more flag" }
        return .unmet(instead, evidence)
    }

    func ownFlags(_ terms: SourceCheck.KindTerms) throws -> SourceFinding {
        let kinds = try kinds(terms)
        guard !kinds.isEmpty else { return .unknown("no object of \(terms.record) in \(inWords)") }
        var evidence: [SourceEvidence] = []
        var values: [String: [String]] = [:]
        for flag in try flags(terms) {
            guard let value = try value(of: flag) else {
                return .unknown("the source of \(flag.name) cannot be read any more")
            }
            values[value, default: []].append(flag.name)
            evidence.append(SourceEvidence("\(flag.name) is \(value)", at: flag.home))
        }
        let shared = values.values.filter { $0.count > 1 }.map { "\($0.listed) have one value" }
        let count = values.values.reduce(0) { $0 + $1.count }
        evidence += kinds.flatMap(\.places)
        if !shared.isEmpty { return .unmet(shared.sorted().joined(separator: "; "), evidence) }
        guard count == kinds.count else {
            return .unmet("there are \(count) flags \(terms.prefix)… for \(kinds.count) kinds", evidence)
        }
        return .met(evidence)
    }

    /// What a macro without arguments stands for, read from its line: `0x04000000`.
    private func value(of macro: Symbol) throws -> String? {
        guard let home = macro.home, let source = try store.sourceText(of: home.file), source.isAsIndexed != false,
            let line = source.lines(home.line, through: home.line).first,
            let name = line.range(of: macro.name)
        else { return nil }
        let rest = line[name.upperBound...]
        let end = rest.range(of: "/*")?.lowerBound ?? rest.endIndex
        let value = rest[..<end].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return value.isEmpty ? nil : value
    }

    func controllers(_ terms: SourceCheck.ControllerTerms, _ version: Int, _ claimed: Int) throws -> SourceFinding {
        let objects = try store.objects(ofRecord: terms.record)
        guard !objects.isEmpty else { return .unknown("no object of \(terms.record) in \(inWords)") }
        // The kernel's own rule (cgroup_init, and cgroup1_subsys_absent where there is one): version 2 has those with files
        // for it. Version 1 has all but those that have files for version 2 alone.
        let found = objects.filter { object in
            let hasDefault = object.members[terms.defaultFiles] != nil
            return version == 2 ? hasDefault : object.members[terms.legacyFiles] != nil || !hasDefault
        }
        let member = version == 2 ? terms.defaultFiles : terms.legacyFiles
        var evidence = found.map { object in
            let place = object.members[member]
            return SourceEvidence(
                "\(object.symbol.name) has " + (place == nil ? "no files of its own" : member),
                at: place ?? object.symbol.home
            )
        }
        let implicit = version == 2 ? objects.filter { $0.members[terms.implicit] != nil } : []
        for object in implicit {
            let place = object.members[terms.implicit]
            let text = "\(object.symbol.name) is there without files, by \(terms.implicit)"
            evidence.append(SourceEvidence(text, at: place))
        }
        let leftOut = objects.filter { object in !found.contains { $0.symbol == object.symbol } }
        for object in leftOut where version == 1 {
            let place = object.members[terms.defaultFiles]
            evidence.append(SourceEvidence("\(object.symbol.name) has files for version 2 alone", at: place))
        }
        if found.count == claimed { return .met(evidence) }
        var instead = "v\(version) has \(found.count) controllers in this configuration: \(names(found).listed)"
        if !implicit.isEmpty { instead += "; besides, without files, \(names(implicit).listed)" }
        return .unmet(instead, evidence)
    }

    /// The controllers' names, which are those of their objects without the common ending.
    private func names(_ objects: [RecordObject]) -> [String] {
        objects.map { $0.symbol.name.replacing("_cgrp_subsys", with: "") }.sorted()
    }
}
