import Failure
import KernelABI

extension IndexStore {
    /// The symbols of a name, definitions first, then by file.
    ///
    /// - Parameter name: `copy_process`; `show@fs/seq_file.c` chooses among namesakes by file; `cgroup_subsys.can_fork`
    ///   is a member; `struct uts_namespace` is a record; `clone` is also the system call of that name.
    /// - Throws: ``Failure`` only when the index is damaged; an unknown name gives an empty list.
    public func symbols(named name: String) throws -> [Symbol] {
        try read { try $0.symbols(named: SymbolName(name)) }
    }

    /// The functions of a name: the system call that user space calls so, then functions of the C name.
    ///
    /// - Parameter name: as in ``symbols(named:)``.
    public func functions(named name: String) throws -> [Symbol] {
        try read { try $0.functions(named: SymbolName(name)) }
    }

    /// Like ``symbols(named:)``, with a failure of status `negative` that names near names when there is none.
    public func knownSymbols(named name: String) throws -> [Symbol] {
        let found = try symbols(named: name)
        if found.isEmpty { throw try unknown(name, what: "symbol", kind: nil) }
        return found
    }

    /// Like ``functions(named:)``, with a failure of status `negative` that names near names when there is none.
    public func knownFunctions(named name: String) throws -> [Symbol] {
        let found = try functions(named: name)
        if found.isEmpty { throw try unknown(name, what: "function", kind: .function) }
        return found
    }

    /// The failure for a name that the index does not have.
    func unknown(_ name: String, what: String, kind: SymbolKind?) throws -> Failure {
        let near = try read { try $0.names(near: SymbolName(name).name, kind: kind) }
        return Failure(
            .negative,
            "no \(what) '\(name)' in \(about.inWords)",
            remedy: near.isEmpty ? "look for it with 'kernaut find'" : "near: \(near.joined(separator: ", "))"
        )
    }
}

/// A name as a user types it, in its parts.
struct SymbolName {
    /// All of it before the at sign. A record without a name of its own is called after its member: `uffd_msg.arg`.
    var whole: String
    /// What stands before the last period: `cgroup_subsys` of `cgroup_subsys.can_fork`.
    var record: String?
    /// The name behind it.
    var name: String
    /// The end of the path after the at sign.
    var file: String?

    init(_ text: String) {
        var rest = Substring(text)
        for keyword in ["struct ", "union ", "enum "] where rest.hasPrefix(keyword) {
            rest = rest.dropFirst(keyword.count)
        }
        if let at = rest.lastIndex(of: "@") {
            file = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
        }
        if rest.hasSuffix("()") { rest = rest.dropLast(2) }
        whole = String(rest)
        if let dot = rest.lastIndex(of: ".") {
            record = String(rest[..<dot])
            rest = rest[rest.index(after: dot)...]
        }
        name = String(rest)
    }

    /// Whether a symbol lies in the file that was asked for: `kernel/fork.c`, `fork.c`, or any when none was.
    func admits(_ symbol: Symbol) -> Bool {
        guard let file else { return true }
        guard let path = symbol.home?.file else { return false }
        return path == file || path.hasSuffix("/\(file)")
    }
}

extension FactReader {
    /// The symbols of a name, definitions first.
    func symbols(named name: SymbolName) throws -> [Symbol] {
        var identifiers = try self.identifiers("SELECT id FROM symbol WHERE name = ? ORDER BY id", [name.whole])
        if let record = name.record {
            identifiers += try members(ofRecord: record, named: name.name)
        }
        let plain = try identifiers.map(symbol).filter(name.admits)
        let systemCalls = name.record == nil ? try self.systemCalls(named: name) : []
        return systemCalls + plain.filter { !systemCalls.contains($0) }.sorted(by: FactReader.isShownBefore)
    }

    /// The members of a name in the records of another. By way of the record, since names of members are common.
    func members(ofRecord record: String, named member: String) throws -> [Int64] {
        try identifiers(
            """
            SELECT field.symbol FROM symbol_row AS owner CROSS JOIN field ON field.record = owner.id
            CROSS JOIN symbol_row AS member ON member.id = field.symbol
            WHERE owner.name = ? AND owner.kind = 2 AND member.name = ? ORDER BY field.symbol
            """,
            [record, member]
        )
    }

    /// The functions of a name, the system call that user space calls so before others.
    func functions(named name: SymbolName) throws -> [Symbol] {
        try symbols(named: name).filter { $0.kind == .function }
    }

    /// The bodies of the system call that people call by a name.
    private func systemCalls(named name: SymbolName) throws -> [Symbol] {
        // Most names are no system call's, and need not wait for the names of all.
        let spellings = SystemCallNames.spellings(of: name.name)
        let list = spellings.map { _ in "?" }.joined(separator: ", ")
        let isSystemCall = try first(
            """
            SELECT EXISTS (SELECT 1 FROM syscall_definition WHERE name IN (\(list)))
                OR EXISTS (SELECT 1 FROM syscall_entry WHERE name IN (\(list)))
            """,
            (spellings + spellings).map { $0 as Argument }
        ) { try $0.flag(0) }
        guard isSystemCall == true else { return [] }
        let bodies = try systemCallNames().bodies
        let wrapped = SystemCallNames.definition(ofWrapper: name.name)
        let meant = bodies.filter { body in
            body.value.shown == name.name || (!body.value.isCompat && body.value.definition == wrapped)
        }
        return try meant.keys.sorted().map(symbol).filter(name.admits)
    }

    /// What is defined before what is only declared, functions before the rest, the kernel's before those of other programs and
    /// the bodies that it leaves out, then by place and number.
    static func isShownBefore(_ left: Symbol, _ right: Symbol) -> Bool {
        if left.isDefined != right.isDefined { return left.isDefined }
        if (left.kind == .function) != (right.kind == .function) { return left.kind == .function }
        if (left.elsewhere == nil) != (right.elsewhere == nil) { return left.elsewhere == nil }
        if let first = left.home, let second = right.home, first != second { return first < second }
        return left.id < right.id
    }
}
