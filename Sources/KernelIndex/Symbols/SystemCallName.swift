/// How a `SYSCALL_DEFINE` body is named: by the macro, and by user space.
public struct SystemCallName: Hashable, Sendable {
    /// What the macro names: `newuname`.
    public let definition: String
    /// The name in the 64-bit system call table: `uname`; nil where no entry of the table leads here.
    public let entry: String?
    /// Whether it is a `COMPAT_SYSCALL_DEFINE`.
    public let isCompat: Bool
    /// What to call it, without confusion with another system call.
    public let shown: String
}

/// The names of all system calls of an index.
struct SystemCallNames {
    /// The bodies, by the number of their function.
    private(set) var bodies: [Int64: SystemCallName] = [:]

    init(_ reader: FactReader) throws {
        var entries: [String: String] = [:]
        var taken: Set<String> = []
        try reader.each(
            "SELECT entry, name FROM syscall_entry WHERE abi <> 'x32' AND entry IS NOT NULL ORDER BY number"
        ) { row in
            let name = try row.text(1)
            taken.insert(name)
            let definition = SystemCallNames.definition(ofEntry: try row.text(0))
            if entries[definition] == nil { entries[definition] = name }
        }
        try reader.each("SELECT function, name, is_compat FROM syscall_definition") { row in
            let definition = try row.text(1)
            let isCompat = try row.flag(2)
            let entry = isCompat ? nil : entries[definition]
            let shown: String
            if isCompat {
                shown = "compat_sys_\(definition)"
            } else if let entry {
                shown = entry
            } else {
                // SYSCALL_DEFINE1(uname, struct old_utsname *) is not what user space calls uname.
                shown = taken.contains(definition) ? "sys_\(definition)" : definition
            }
            bodies[try row.identifier(0)] = SystemCallName(
                definition: definition,
                entry: entry,
                isCompat: isCompat,
                shown: shown
            )
        }
    }

    /// What the table or a macro may call the system call that people mean by a name.
    static func spellings(of name: String) -> [String] {
        let prefixes = ["compat_sys_", "sys_"].filter { name.hasPrefix($0) }
        return [name] + prefixes.map { String(name.dropFirst($0.count)) }
            + (definition(ofWrapper: name).map { [$0] } ?? [])
    }

    /// What the macro names, of an entry of the table: `newuname` of `sys_newuname`.
    static func definition(ofEntry entry: String) -> String {
        let name = String(entry.prefix { $0 != "/" })
        return definition(ofWrapper: name, prefixes: ["__x64_sys_", "__x32_compat_sys_", "compat_sys_", "sys_"]) ?? name
    }

    /// What the macro names, of a function that the macro makes around the body: `clone` of `__x64_sys_clone`, which
    /// is what traces of a running kernel show. Nil for any other name.
    static func definition(ofWrapper name: String) -> String? {
        definition(ofWrapper: name, prefixes: ["__x64_sys_", "__ia32_sys_", "__se_sys_", "sys_"])
    }

    private static func definition(ofWrapper name: String, prefixes: [String]) -> String? {
        prefixes.first { name.hasPrefix($0) }.map { String(name.dropFirst($0.count)) }
    }
}
