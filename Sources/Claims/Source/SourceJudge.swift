import Failure
import KernelABI
import KernelIndex

/// What the index answers to a check.
struct SourceFinding {
    /// Whether it is as the claims file says.
    var outcome: PartOutcome
    /// What the answer rests on.
    var evidence: [SourceEvidence]

    static func met(_ evidence: [SourceEvidence]) -> SourceFinding { SourceFinding(outcome: .met, evidence: evidence) }

    static func unmet(_ instead: String, _ evidence: [SourceEvidence] = []) -> SourceFinding {
        SourceFinding(outcome: .unmet(instead: instead), evidence: evidence)
    }

    static func unknown(_ reason: String, _ evidence: [SourceEvidence] = []) -> SourceFinding {
        SourceFinding(outcome: .unknown(reason: reason), evidence: evidence)
    }
}

/// Puts checks to the index of one kernel.
struct SourceJudge {
    let store: IndexStore

    /// The kernel and how much of it is indexed, for answers that say that something is not there.
    var inWords: String { store.about.inWords }

    /// Answers a check.
    ///
    /// - Throws: `Failure` only when the index is damaged.
    func judge(_ check: SourceCheck) throws -> SourceFinding {
        switch check {
        case .defined(let name, let file): try defined(name, file: file)
        case .macros(let names): try macros(names)
        case .noMacro(let name): try noMacro(name)
        case .member(let record, let name, let target, let held): try member(record, name, target, held)
        case .chain(let from, let to): try chain(from: from, to: to)
        case .pointers(let record, let targets, let others): try pointers(record, targets, others)
        case .calls(let functions): try calls(functions)
        case .reaches(let from, let to): try reaches(from: from, to: to)
        case .enteredBy(let function, let systemCalls, let within, let withArguments):
            try enteredBy(function, systemCalls, within: within, withArguments: withArguments)
        case .onlyCaller(let function, let caller): try onlyCaller(of: function, caller)
        case .uses(let function, let names): try uses(function, names)
        case .text(let function, let words): try text(function, words)
        case .error(let function, let errno): try error(function, errno)
        case .systemCalls(let names): try systemCalls(names)
        case .noSystemCall(let word): try noSystemCall(word)
        case .kinds(let terms, let flags): try kinds(terms, flags)
        case .ownFlags(let terms): try ownFlags(terms)
        case .controllers(let terms, let version, let count): try controllers(terms, version, count)
        case .callbacks(let record): try callbacks(record)
        case .callsInto(let folder, let functions): try callsInto(folder, functions)
        case .mostlyCalledFrom(let folder, let files, let record): try mostlyCalledFrom(folder, files, record)
        case .sourceFile(let path, let option): try sourceFile(path, option)
        case .sizes(let records, let bytes): try sizes(records, below: bytes)
        }
    }

    /// A list that the index gives, which it refuses with a negative answer where there is nothing to give.
    static func orEmpty<Element>(_ question: () throws -> [Element]) throws -> [Element] {
        do {
            return try question()
        } catch let failure as Failure where failure.status == .negative {
            return []
        }
    }

    /// The function that a name stands for: the system call that people call so, else the function of that name.
    func function(_ name: String) throws -> Symbol? {
        let found = try store.functions(named: name)
        return found.first { $0.systemCall != nil } ?? found.first(where: \.isDefined)
    }

    /// The defined functions of a name, each of its namesakes.
    func functions(_ name: String) throws -> [Symbol] { try store.functions(named: name).filter(\.isDefined) }

    /// That a function is not in the index, so that nothing can be said about its calls.
    func noFunction(_ name: String) -> SourceFinding { .unknown("no function \(name) in \(inWords)") }
}

extension [String] {
    /// `a`, `a and b`, `a, b and c`
    var listed: String {
        guard count > 1, let last else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
