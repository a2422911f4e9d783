import Foundation
import KernelABI
import KernelIndex

extension SourceJudge {
    func defined(_ name: SourceCheck.DefinedName, file: String?) throws -> SourceFinding {
        let found: [Symbol]
        let what: String
        switch name {
        case .record(let record):
            found = try store.symbols(named: record).filter { $0.kind == .record && $0.isDefined }
            what = "struct \(record)"
        case .function(let function):
            found = try functions(function).filter { $0.systemCall == nil }
            what = "\(function)()"
        case .systemCall(let call):
            found = try functions(call).filter { $0.systemCall?.entry == call }
            what = "the system call \(call)"
        }
        let places = found.compactMap(\.home)
        guard let home = places.first else { return try notDefined(what, file: file) }
        guard let file else { return .met([SourceEvidence("\(what) is defined", at: home)]) }
        if let place = places.first(where: { $0.file == file || $0.file.hasSuffix("/\(file)") }) {
            return .met([SourceEvidence("\(what) is defined", at: place)])
        }
        let isThere = try exists(file)
        return .unmet(
            "\(what) is defined in \(home.file)" + (isThere ? ", not in \(file)" : "; there is no file \(file)"),
            places.map { SourceEvidence("\(what) is defined", at: $0) }
        )
    }

    private func notDefined(_ what: String, file: String?) throws -> SourceFinding {
        if let file, try exists(file), try !store.hasRead(file) {
            return .unknown("\(file) is not indexed (\(inWords))")
        }
        return .unmet("there is no \(what) in \(inWords)")
    }

    private func exists(_ path: String) throws -> Bool {
        if try store.hasRead(path) { return true }
        return FileManager.default.fileExists(atPath: store.about.absolutePath(of: path))
    }

    func macros(_ names: [String]) throws -> SourceFinding {
        var evidence: [SourceEvidence] = []
        var absent: [String] = []
        for name in names {
            if let macro = try macro(name) {
                evidence.append(SourceEvidence("\(name) is defined", at: macro.home))
            } else {
                absent.append(name)
            }
        }
        return absent.isEmpty ? .met(evidence) : .unmet("there is no \(absent.listed) in \(inWords)", evidence)
    }

    func noMacro(_ name: String) throws -> SourceFinding {
        guard let macro = try macro(name) else { return .met([SourceEvidence("no macro \(name) in \(inWords)")]) }
        let uses = try store.references(to: macro).occurrences
        let users = Set(uses.compactMap { $0.within?.shownName }).sorted()
        let instead = users.isEmpty ? "\(name) is defined" : "\(name) is defined, and heeded by \(users.listed)"
        return .unmet(
            instead,
            [SourceEvidence("\(name) is defined", at: macro.home)]
                + uses.map { SourceEvidence("\($0.within?.shownName ?? "the file") uses it", at: $0.place) }
        )
    }

    func macro(_ name: String) throws -> Symbol? {
        try store.symbols(named: name).first { $0.kind == .macro && $0.isDefined }
    }

    func sourceFile(_ path: String, _ option: String) throws -> SourceFinding {
        guard try exists(path) else { return .unmet("there is no file \(path)") }
        let file = SourceEvidence("\(path) is in the source", at: LocatedLine(file: path, line: 1, column: 1))
        if let builtIn = try macro(option) {
            return .met([file, SourceEvidence("\(option): compiled into the kernel", at: builtIn.home)])
        }
        if let module = try macro("\(option)_MODULE") {
            return .met([file, SourceEvidence("\(option): compiled as a module", at: module.home)])
        }
        return .unmet("\(path) is in the source, but the configuration leaves \(option) out", [file])
    }

    func uses(_ function: String, _ names: [String]) throws -> SourceFinding {
        guard let owner = try self.function(function) else { return noFunction(function) }
        var evidence: [SourceEvidence] = []
        var absent: [String] = []
        for name in names {
            let places = try store.symbols(named: name).flatMap { try store.uses(of: $0, within: owner) }
            if let place = places.min() {
                evidence.append(SourceEvidence("\(owner.shownName) uses \(name)", at: place))
            } else {
                absent.append(name)
            }
        }
        return absent.isEmpty ? .met(evidence) : .unmet("\(owner.shownName) does not use \(absent.listed)", evidence)
    }

    func text(_ function: String, _ words: String) throws -> SourceFinding {
        guard let home = try self.function(function)?.home else { return noFunction(function) }
        let citation = SourceCitation(function: function, file: home.file, condition: words)
        switch try CitationResolver(store).resolve(citation) {
        case .resolved(let place): return .met([SourceEvidence("\(function): \(words)", at: place)])
        case .conditionMissing(let place):
            return .unmet("the text of \(function) has no '\(words)'", [SourceEvidence("\(function)", at: place)])
        case .functionMissing: return noFunction(function)
        case .sourceUnreadable(let place):
            return .unknown("the source cannot be read any more", [SourceEvidence("\(function)", at: place)])
        }
    }

    func error(_ function: String, _ errno: Errno) throws -> SourceFinding {
        guard let owner = try self.function(function) else { return noFunction(function) }
        guard let macro = try macro("\(errno)") else { return .unmet("there is no \(errno) in \(inWords)") }
        var evidence: [SourceEvidence] = []
        let callees = try store.callees(of: owner).filter { $0.evidence == .direct }.map(\.callee)
        var seen: Set<Symbol> = []
        for candidate in [owner] + callees where seen.insert(candidate).inserted {
            evidence += try store.uses(of: macro, within: candidate).map {
                SourceEvidence("\(candidate.shownName) starts \(errno)", at: $0)
            }
        }
        if evidence.isEmpty { return .unmet("neither \(function) nor what it calls starts \(errno)") }
        return .met(evidence)
    }
}
