import Failure
import KernelModel
import StrictYAML

/// One fault that is put into the model on purpose.
struct Mutant: Hashable, Sendable {
    /// How the fault takes the place of what it breaks.
    enum Form: Hashable, Sendable {
        /// An expression for an expression.
        case expression(String)
        /// Statements for statements; none at all leaves them out.
        case statements(String)
    }

    /// What it is called: `pids-max-one-too-few`.
    let name: String
    /// The rule or mechanism that it breaks, as ``Broken/text`` spells it.
    let breaks: Broken
    /// The file below `Sources/`.
    let file: String
    /// The text to find in it, exactly once.
    let find: SoughtText
    /// What stands there instead.
    let form: Form
}

/// What a mutant breaks.
enum Broken: Hashable, Sendable {
    case rule(Rule.Name)
    case mechanism(Mechanism)

    /// Everything that can be broken, and that some mutant has to break.
    static let all = Rule.Name.allCases.map(Broken.rule) + Mechanism.allCases.map(Broken.mechanism)

    /// `pids-max`, `reparenting`
    var text: String {
        switch self {
        case .rule(let name): name.rawValue
        case .mechanism(let mechanism): mechanism.rawValue
        }
    }

    init?(_ text: String) {
        if let rule = Rule.Name(rawValue: text) {
            self = .rule(rule)
        } else if let mechanism = Mechanism(rawValue: text) {
            self = .mechanism(mechanism)
        } else {
            return nil
        }
    }
}

/// What the model does besides refusing.
enum Mechanism: String, CaseIterable, Hashable, Sendable {
    case attach
    case autoreap
    case bomb
    case cgroupDirectories = "cgroup-directories"
    case cgroupDomains = "cgroup-domains"
    case cgroupFiles = "cgroup-files"
    case cgroupFreezer = "cgroup-freezer"
    case cgroupKill = "cgroup-kill"
    case charge
    case cgroupViews = "cgroup-views"
    case credentials
    case execve
    case exitCode = "exit-code"
    case hostNames = "host-names"
    case inheritance
    case namespaces
    case openFiles = "open-files"
    case orderOfChecks = "order-of-checks"
    case pidNamespaces = "pid-namespaces"
    case pidNumbers = "pid-numbers"
    case pidsEvents = "pids-events"
    case pidsFiles = "pids-files"
    case pidsMaxText = "pids-max-text"
    case pidsPeak = "pids-peak"
    case race
    case release
    case reparenting
    case rlimits
    case setns
    case sharedRoots = "shared-roots"
    case signals
    case subtreeControl = "subtree-control"
    case sysctls
    case timeNamespaces = "time-namespaces"
    case threads
    case treeKill = "tree-kill"
    case userNamespaces = "user-namespaces"
    case versions
    case vfork
    case wait
}

/// The list of mutants, `mutants.yaml`.
///
///     mutants:
///       - name: pids-max-one-too-few
///         breaks: pids-max
///         file: KernelModel/Cgroups/PidsCgroup.swift
///         find: count > limit
///         replace: count >= limit      # or do: STATEMENTS, or leave-out: yes
struct MutantList {
    /// The mutants, in the order of the file.
    let mutants: [Mutant]

    /// Reads a list.
    ///
    /// - Throws: `Failure` (65) with file and line.
    init(_ text: String, file: String) throws {
        let top = try StrictMapping.parse(text, file: file, keys: ["mutants"])
        let items = try top.mappings("mutants", keys: ["name", "breaks", "file", "find", "replace", "do", "leave-out"])
        var names: Set<String> = []
        mutants = try items.map { item in
            let name = try item.text("name")
            guard names.insert(name).inserted else { throw item.failure("two mutants are called \(name)", at: "name") }
            guard let breaks = Broken(try item.text("breaks")) else {
                throw item.failure("no rule or mechanism is called so", at: "breaks")
            }
            guard let find = SoughtText(try item.text("find")) else {
                throw item.failure("«…» marks the part to replace, once", at: "find")
            }
            return Mutant(
                name: name,
                breaks: breaks,
                file: try item.text("file"),
                find: find,
                form: try MutantList.form(item)
            )
        }
    }

    private static func form(_ item: StrictMapping) throws -> Mutant.Form {
        switch (item.has("replace"), item.has("do"), item.has("leave-out")) {
        case (true, false, false): return .expression(try item.text("replace"))
        case (false, true, false): return .statements(try item.text("do"))
        case (false, false, true):
            guard try item.text("leave-out") == "yes" else {
                throw item.failure("'leave-out' can only be yes", at: "leave-out")
            }
            return .statements("")
        default: throw item.failure("one of 'replace', 'do' and 'leave-out' has to be there", at: "name")
        }
    }

    /// What no mutant breaks.
    var unbroken: [Broken] {
        let broken = Set(mutants.map(\.breaks))
        return Broken.all.filter { !broken.contains($0) }
    }
}
