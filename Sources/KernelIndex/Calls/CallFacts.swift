import IndexFacts

/// All that an index knows of calls, in memory: for questions about thousands of pairs of functions at once.
///
/// Functions are given by their number in the index.
public struct CallFacts: Sendable {
    /// A function.
    public struct Function: Sendable {
        /// The kernel's own spelling.
        public let name: String
        /// What tells it apart: `f:copy_process@kernel/fork.c`.
        public let identity: String
        /// The type as C spells it.
        public let type: String?
        /// Where it is defined; nil where no indexed file does.
        public let home: LocatedLine?
        /// The last line of the definition.
        public let endLine: Int?
        /// The files that define it: several where one of them only does so weakly, as kernel/sys_ni.c does with system
        /// calls.
        public let files: Set<String>

        /// The file that defines it.
        public var file: String? { home?.file }
    }

    /// A call that a function makes.
    public struct Step: Hashable, Sendable {
        /// What is called.
        public let callee: Int64
        /// By what evidence.
        public let evidence: Evidence
    }

    /// A function handed to another as an argument.
    public struct Argument: Sendable {
        /// What is handed over.
        public let function: Int64
        /// What receives it.
        public let callee: Int64
        /// Which argument, from 0.
        public let position: Int
        /// The function or variable around the place.
        public let within: Int64?
        /// Where.
        public let place: LocatedLine
    }

    /// The functions.
    public let functions: [Int64: Function]
    /// The functions of a name.
    public let named: [String: [Int64]]
    /// What a function calls, each callee once: direct where there is a direct call.
    public let steps: [Int64: [Step]]
    /// The members that a function calls through.
    public let dispatched: [Int64: Set<Int64>]
    /// The members that a function is stored in, anywhere.
    public let registered: [Int64: Set<Int64>]
    /// Members, as `wait_queue_entry.func`.
    public let members: [Int64: String]
    /// The types of members as C spells them: `int (*)(struct task_struct *)`.
    public let memberTypes: [Int64: String]
    /// The functions that are handed over as arguments.
    public let arguments: [Argument]
    /// The functions that call one of their own parameters.
    public let parameterCallers: Set<Int64>
    /// The members with the type of a pointer to a function whose value or place a function reads, to call it later.
    public let loaded: [Int64: Set<Int64>]
    /// What a static call's trampoline, `__SCT__NAME`, is set to.
    public let staticCalls: [Int64: Set<Int64>]
    /// The types of cleanup classes that a function has variables of, `rcu` for `class_rcu_t` (include/linux/cleanup.h).
    public let cleanupClasses: [Int64: Set<String>]
    /// Where a function expands the macro `__free`, which names what is called when a variable's scope ends.
    public let freeMacros: [Int64: [LocatedLine]]
    /// The units that read a file.
    public let units: [String: Set<Int64>]

    /// Whether the compiler may see the body of one function while it compiles another: some unit reads both files.
    public func areSeenTogether(_ one: Int64, _ other: Int64) -> Bool {
        guard let first = functions[one]?.files, let second = functions[other]?.files else { return false }
        guard first.isDisjoint(with: second) else { return true }
        return first.contains { file in
            guard let readers = units[file] else { return false }
            return second.contains { !readers.isDisjoint(with: units[$0] ?? []) }
        }
    }
}

extension IndexStore {
    /// Reads all that the index knows of calls.
    public func callFacts() throws -> CallFacts { try read { try $0.callFacts() } }

    /// The units that read each file, by number.
    public func unitsOfFiles() throws -> [String: Set<Int64>] { try read { try $0.unitsOfFiles() } }
}

extension FactReader {
    func callFacts() throws -> CallFacts {
        var homes: [Int64: LocatedLine] = [:]
        var ends: [Int64: Int] = [:]
        var files: [Int64: Set<String>] = [:]
        try each(
            """
            SELECT symbol, file.path, line, column, end_line FROM definition JOIN file ON file.id = definition.file
            WHERE is_definition = 1 ORDER BY file.path DESC, line DESC
            """
        ) { row in
            let place = try row.place(1)
            homes[try row.identifier(0)] = place
            files[try row.identifier(0), default: []].insert(place.file)
            ends[try row.identifier(0)] = try row.count(4)
        }
        var functions: [Int64: CallFacts.Function] = [:]
        var named: [String: [Int64]] = [:]
        try each("SELECT id, name, identity, type FROM symbol WHERE kind = 'function' ORDER BY id") { row in
            let id = try row.identifier(0)
            let name = try row.text(1)
            functions[id] = CallFacts.Function(
                name: name,
                identity: try row.text(2),
                type: try row.textIfPresent(3),
                home: homes[id],
                endLine: ends[id],
                files: files[id] ?? []
            )
            named[name, default: []].append(id)
        }
        let dispatched = try sets("SELECT DISTINCT caller, field FROM dispatch")
        let registered = try sets("SELECT DISTINCT function, field FROM registration")
        var members: [Int64: String] = [:]
        var types: [Int64: String] = [:]
        try each(
            """
            SELECT field.symbol, owner.name, member.name, field.type FROM field JOIN symbol AS member ON member.id = field.symbol
            JOIN symbol AS owner ON owner.id = field.record
            """
        ) { row in
            members[try row.identifier(0)] = "\(try row.text(1)).\(try row.text(2))"
            types[try row.identifier(0)] = try row.text(3)
        }
        return CallFacts(
            functions: functions,
            named: named,
            steps: try callSteps(),
            dispatched: dispatched,
            registered: registered,
            members: members,
            memberTypes: types,
            arguments: try allArguments(),
            parameterCallers: Set(
                try identifiers("SELECT caller FROM pointer_call WHERE kind = 6 AND symbol = caller", [])
            ),
            loaded: try users(of: types.filter { $0.value.contains("(*)") }.keys, roles: [.read, .address]),
            staticCalls: try staticCalls(),
            cleanupClasses: try cleanupClasses(),
            freeMacros: try expansions(of: "__free"),
            units: try unitsOfFiles()
        )
    }

    private func callSteps() throws -> [Int64: [CallFacts.Step]] {
        var direct = try sets("SELECT DISTINCT caller, callee FROM call")
        var steps: [Int64: [CallFacts.Step]] = [:]
        let pointing = try identifiers("SELECT caller FROM dispatch UNION SELECT caller FROM pointer_call", [])
        for caller in pointing {
            let known = direct[caller] ?? []
            let pointed = try pointedCallees(of: caller).filter { !known.contains($0.key) }
            steps[caller] = pointed.sorted { $0.key < $1.key }.map {
                CallFacts.Step(callee: $0.key, evidence: $0.value)
            }
        }
        for caller in direct.keys {
            let calls = (direct.removeValue(forKey: caller) ?? []).sorted()
            steps[caller] = calls.map { CallFacts.Step(callee: $0, evidence: .direct) } + (steps[caller] ?? [])
        }
        return steps
    }

    private func allArguments() throws -> [CallFacts.Argument] {
        try all(
            """
            SELECT DISTINCT function, callee, position, within, file.path, line, column FROM argument
            JOIN file ON file.id = argument.file ORDER BY 5, 6, 7, 3
            """
        ) { row in
            CallFacts.Argument(
                function: try row.identifier(0),
                callee: try row.identifier(1),
                position: try row.count(2),
                within: try row.identifierIfPresent(3),
                place: try row.place(4)
            )
        }
    }

    fileprivate func unitsOfFiles() throws -> [String: Set<Int64>] {
        var units: [String: Set<Int64>] = [:]
        try each("SELECT unit, files FROM unit_list") { row in
            let unit = try row.identifier(0)
            for file in try NumberList.decoded(try row.bytes(1)) {
                units[try path(ofFile: file), default: []].insert(unit)
            }
        }
        return units
    }

    private func expansions(of macro: String) throws -> [Int64: [LocatedLine]] {
        var places: [Int64: [LocatedLine]] = [:]
        for symbol in try identifiers("SELECT id FROM symbol WHERE name = ? AND kind = 'macro'", [macro]) {
            for use in try uses(of: symbol) where use.role == .expansion {
                if let within = use.within { places[within, default: []].append(try place(of: use)) }
            }
        }
        return places
    }

    /// Which of some symbols each function uses in some roles.
    private func users(of symbols: some Sequence<Int64>, roles: Set<ReferenceRole>) throws -> [Int64: Set<Int64>] {
        var sets: [Int64: Set<Int64>] = [:]
        for symbol in symbols {
            for use in try uses(of: symbol) where roles.contains(use.role) {
                if let within = use.within { sets[within, default: []].insert(symbol) }
            }
        }
        return sets
    }

    /// Which classes of `DEFINE_CLASS` each function has variables of: `class_NAME_t`.
    private func cleanupClasses() throws -> [Int64: Set<String>] {
        var sets: [Int64: Set<String>] = [:]
        let classes = try all(
            "SELECT id, name FROM symbol WHERE name LIKE 'class\\_%\\_t' ESCAPE '\\' AND kind = 'typedef'"
        ) { (try $0.identifier(0), try $0.text(1)) }
        for (symbol, name) in classes {
            for use in try uses(of: symbol) where use.role == .type {
                guard let within = use.within else { continue }
                sets[within, default: []].insert(String(name.dropFirst("class_".count).dropLast("_t".count)))
            }
        }
        return sets
    }

    private func sets(_ sql: String) throws -> [Int64: Set<Int64>] {
        var sets: [Int64: Set<Int64>] = [:]
        try each(sql) { sets[try $0.identifier(0), default: []].insert(try $0.identifier(1)) }
        return sets
    }
}
