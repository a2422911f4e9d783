/// A system call: its row in the table, its definition, or both.
public struct SystemCall: Sendable {
    /// What user space calls it; the macro's name where the table has no entry for it.
    public let name: String
    /// The number in the table.
    public let number: Int?
    /// `common`, `64` or `x32`.
    public let abi: String?
    /// What the table names as the entry: `sys_newuname`.
    public let entry: String?
    /// The row of the table that names it.
    public let tablePlace: LocatedLine?
    /// The body; nil where no indexed file defines it.
    public let function: Symbol?
    /// Where the `SYSCALL_DEFINE` stands.
    public let place: LocatedLine?
    /// How many arguments the macro states.
    public let arguments: Int?
    /// Whether it is a `COMPAT_SYSCALL_DEFINE`.
    public let isCompat: Bool
}

extension IndexStore {
    /// The system calls of a name, or all of them, by number; those without a number last, by name.
    ///
    /// - Parameter name: as user space or the macro spells it, `uname` or `newuname`; nil for all.
    public func systemCalls(named name: String? = nil) throws -> [SystemCall] {
        try read { reader in
            try reader.systemCalls().filter { call in
                name == nil || call.name == name || call.function?.systemCall?.definition == name
                    || call.function?.name == name || call.entry == name
            }
        }
    }
}

extension FactReader {
    func systemCalls() throws -> [SystemCall] {
        struct Definition {
            let function: Symbol
            let place: LocatedLine
            let arguments: Int
        }
        struct Key: Hashable {
            let name: String
            let isCompat: Bool
        }
        var definitions: [Key: Definition] = [:]
        try each(
            """
            SELECT syscall_definition.name, is_compat, function, arguments, file.path, line FROM syscall_definition
            JOIN file ON file.id = syscall_definition.file ORDER BY file.path DESC, line DESC
            """
        ) { row in
            definitions[Key(name: try row.text(0), isCompat: try row.flag(1))] = Definition(
                function: try symbol(try row.identifier(2)),
                place: LocatedLine(file: try row.text(4), line: try row.count(5), column: 1),
                arguments: try row.count(3)
            )
        }
        var named: Set<Key> = []
        var calls = try all(
            """
            SELECT number, abi, name, entry, file.path, line, 1 FROM syscall_entry
            JOIN file ON file.id = syscall_entry.file ORDER BY number, abi
            """
        ) { row in
            let entry = try row.textIfPresent(3)
            let isCompat = entry?.contains("compat_sys_") ?? false
            let key = entry.map { Key(name: SystemCallNames.definition(ofEntry: $0), isCompat: isCompat) }
            if let key { named.insert(key) }
            let definition = key.flatMap { definitions[$0] }
            return SystemCall(
                name: try row.text(2),
                number: try row.count(0),
                abi: try row.text(1),
                entry: entry,
                tablePlace: try row.place(4),
                function: definition?.function,
                place: definition?.place,
                arguments: definition?.arguments,
                isCompat: isCompat
            )
        }
        let unnamed = definitions.filter { !named.contains($0.key) }
        for (key, definition) in unnamed.sorted(by: { ($0.key.name, $0.value.place) < ($1.key.name, $1.value.place) }) {
            calls.append(
                SystemCall(
                    name: definition.function.shownName,
                    number: nil,
                    abi: nil,
                    entry: nil,
                    tablePlace: nil,
                    function: definition.function,
                    place: definition.place,
                    arguments: definition.arguments,
                    isCompat: key.isCompat
                )
            )
        }
        return calls
    }
}
