import Failure
import KernelABI

/// A step of a path: the edge to show, and the other edges between the same two functions.
public struct PathStep: Sendable {
    /// The first edge in the order of the source, certain ones first.
    public let edge: CallEdge
    /// Further calls between the same two functions, by place.
    public let others: [CallEdge]
}

/// A way from one function to another.
public struct CallPath: Sendable {
    /// The functions in the order of the calls; one when start and goal are the same.
    public let functions: [Symbol]
    /// The calls between them, one less than the functions.
    public let steps: [PathStep]
}

/// What `path` found.
public struct PathAnswer: Sendable {
    /// The functions that the first name stands for: one, or several static ones.
    public let starts: [Symbol]
    /// The functions that the second name stands for.
    public let goals: [Symbol]
    /// The paths, shortest first.
    public let paths: [CallPath]
    /// What a reader has to know to read the paths: which namesake was taken, what was left out.
    public let notes: [String]
    /// Whether there are more paths than these within the bound.
    public let isTruncated: Bool
}

/// How many paths to look for.
public enum PathScope: Sendable {
    /// One shortest path for each pair of functions.
    case shortest
    /// All simple paths that are at most `slack` calls longer than the shortest; at most `limit` of them.
    case all(slack: Int, limit: Int)
}

/// Which paths are looked for.
public struct PathConditions: Sendable {
    /// Functions that no path goes through, by name.
    public var avoid: [String]
    /// A function that every path goes through, by name.
    public var through: String?
    /// Whether what is handed over to run later counts as called.
    public var withHandOvers: Bool

    /// Paths of calls, through whatever functions.
    public init(avoid: [String] = [], through: String? = nil, withHandOvers: Bool = false) {
        self.avoid = avoid
        self.through = through
        self.withHandOvers = withHandOvers
    }
}

extension IndexStore {
    /// Finds how one function comes to call another.
    ///
    /// - Parameters:
    ///   - from: a system call's name as user space knows it, or a function's. `NAME@file` chooses among namesakes.
    ///   - to: a function's name.
    /// - Throws: ``Failure`` of status `negative` when a name is unknown or no path exists.
    public func paths(
        from: String,
        to: String,
        scope: PathScope = .shortest,
        conditions: PathConditions = PathConditions()
    ) throws -> PathAnswer {
        var notes: [String] = []
        let starts = try self.starts(named: from, notes: &notes)
        let goals = try self.goals(named: to, notes: &notes)
        let avoided = try conditions.avoid.flatMap { try self.goals(named: $0, notes: &notes) }
        let through = try conditions.through.map { try self.goals(named: $0, notes: &notes) }
        if let both = (starts + goals).first(where: avoided.contains) {
            throw Failure(.usage, "a path from \(from) to \(to) cannot avoid \(both.shownName)")
        }
        var paths: [CallPath] = []
        var isTruncated = false
        try read { reader in
            let graph = CallGraph(
                reader,
                avoided: Set(avoided.map(\.id)),
                withHandOvers: conditions.withHandOvers
            )
            let search = PathSearch(graph: graph)
            for start in starts {
                for goal in goals {
                    switch scope {
                    case .shortest:
                        if let found = try search.shortest(from: start.id, through: through?.map(\.id), to: goal.id) {
                            paths.append(try reader.path(along: found, withHandOvers: conditions.withHandOvers))
                        }
                    case .all(let slack, let limit):
                        let found = try search.all(
                            from: start.id,
                            through: through.map { Set($0.map(\.id)) },
                            to: goal.id,
                            slack: slack,
                            limit: limit
                        )
                        paths += try found.paths.map {
                            try reader.path(along: $0, withHandOvers: conditions.withHandOvers)
                        }
                        guard !found.paths.isEmpty else { continue }
                        notes.append(
                            "looked for paths of at most \(found.longest) calls that visit no function twice"
                        )
                        if found.leftOut > 0 { notes.append("\(found.leftOut) more paths of these are left out") }
                        if found.isCut { notes.append("cut: there may be more paths of that length or longer") }
                        isTruncated = isTruncated || found.isCut
                    }
                }
            }
        }
        guard !paths.isEmpty else {
            throw Failure(
                .negative,
                "no path from \(from) to \(to)\(conditions.inWords) by calls that the index can follow in \(about.inWords)"
            )
        }
        paths.sort { $0.steps.count < $1.steps.count }
        return PathAnswer(starts: starts, goals: goals, paths: paths, notes: notes, isTruncated: isTruncated)
    }

    /// The functions to start from: the system call of the name where there is one.
    func starts(named name: String, notes: inout [String]) throws -> [Symbol] {
        let found = try functions(named: name)
        if let systemCall = found.first(where: { $0.systemCall != nil }) {
            let others = found.filter {
                $0.systemCall == nil && SystemCallNames.definition(ofWrapper: $0.name) == nil
            }
            if !others.isEmpty {
                notes.append(
                    "\(name) is a system call and also a function; this starts at the system call "
                        + "(for the function: \(others.map(\.nameWithFile).joined(separator: ", ")))"
                )
            }
            if let note = try systemCallNote(systemCall) { notes.append(note) }
            return [systemCall]
        }
        if found.isEmpty, let entry = try self.systemCalls(named: name).first(where: { $0.function == nil }) {
            throw Failure(
                .negative,
                "system call \(name) (\(entry.entry ?? "no entry")) is defined outside of \(about.inWords)"
            )
        }
        return try chosen(found, name: name, notes: &notes)
    }

    /// The functions to end at: those of the C name before a system call.
    private func goals(named name: String, notes: inout [String]) throws -> [Symbol] {
        let found = try functions(named: name)
        let plain = found.filter { $0.systemCall == nil || $0.name == SymbolName(name).name }
        return try chosen(plain.isEmpty ? found : plain, name: name, notes: &notes)
    }

    private func chosen(_ found: [Symbol], name: String, notes: inout [String]) throws -> [Symbol] {
        if found.isEmpty { throw try unknown(name, what: "function", kind: .function) }
        if found.count > 1 {
            let names = found.map(\.nameWithFile).joined(separator: ", ")
            notes.append("\(name) is \(found.count) functions: \(names)")
        }
        return found
    }

    private func systemCallNote(_ body: Symbol) throws -> String? {
        guard let name = body.systemCall, name.entry == nil, !name.isCompat else { return nil }
        let why = name.definition == "gethostname" ? "; the C library builds gethostname() on uname()" : ""
        return "SYSCALL_DEFINE \(name.definition) has no entry in the 64-bit system call table\(why)"
    }
}

extension PathConditions {
    fileprivate var inWords: String {
        (through.map { " through \($0)" } ?? "") + (avoid.isEmpty ? "" : " without \(avoid.joined(separator: ", "))")
    }
}

extension FactReader {
    /// A path with its edges, of the numbers of its functions.
    func path(along identifiers: [Int64], withHandOvers: Bool = false) throws -> CallPath {
        let functions = try identifiers.map(symbol)
        let steps = try zip(functions, functions.dropFirst()).map { caller, callee in
            var edges = try self.edges(from: caller, to: callee)
            if withHandOvers { edges += try handOvers(from: caller).filter { $0.callee == callee } }
            guard let edge = edges.first else { throw DamagedFact() }
            return PathStep(edge: edge, others: Array(edges.dropFirst()))
        }
        return CallPath(functions: functions, steps: steps)
    }
}
