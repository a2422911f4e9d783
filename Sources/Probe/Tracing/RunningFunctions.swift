import KernelTrace

/// The functions of the kernel that runs.
enum RunningFunctions {
    /// All functions that are code of their own (not the parts of functions that hardly ever run, `.cold`), and whether they can be traced. Where several symbols have one
    /// address, the one that the kernel traces by stands for them, and the others are aliases of it.
    static func list(_ folder: TraceFolder) throws(SystemError) -> KernelFunctions {
        var traced: Set<String> = []
        try folder.eachLine(of: "available_filter_functions") { line in
            // `nf_hook_slow [nf_tables]` is a module's.
            guard !line.utf8.contains(UInt8(ascii: "[")), !line.utf8.isEmpty,
                !line.utf8.starts(with: "__ftrace_invalid_address".utf8)
            else { return }
            traced.insert(String(line))
        }
        var symbols: [String: KernelFunctions.Visibility] = [:]
        var aliases: [String: String] = [:]
        var counts: [String: Int] = [:]
        // Symbols come in the order of their addresses.
        var address = Substring()
        var names: [String] = []
        func close() {
            // Without the privilege to see them, all addresses are 0.
            let main = address.utf8.contains { $0 != UInt8(ascii: "0") } ? names.first(where: traced.contains) : nil
            for name in names {
                counts[name, default: 0] += 1
                if let main, name != main, !traced.contains(name) {
                    aliases[name] = main
                } else {
                    symbols[name] = traced.contains(name) ? .traced : symbols[name] ?? .hidden
                }
            }
            names.removeAll(keepingCapacity: true)
        }
        try eachSymbol { name, place in
            if name.utf8.contains(UInt8(ascii: ".")), name.contains(".cold") { return }
            if place != address { close() }
            address = place
            names.append(String(name))
        }
        close()
        for name in aliases.keys where symbols[name] != nil { aliases[name] = nil }
        return KernelFunctions(symbols, aliases: aliases, namesakes: counts.filter { $0.value > 1 })
    }

    /// For each function of the source, the symbols that the compiler made of it: `copy_process`, or
    /// `copy_process.isra.0`. Parts that it moved away (`.cold`, `.part.0`) do not return as the function does.
    static func symbols(of functions: [String]) -> [String: [String]] {
        let wanted = Set(functions)
        var found: [String: [String]] = [:]
        try? eachSymbol { name, _ in
            let base = String(name.utf8.prefix { $0 != UInt8(ascii: ".") })!
            guard wanted.contains(base), !name.contains(".cold"), !name.contains(".part.") else { return }
            let symbol = String(name)
            if found[base]?.contains(symbol) != true { found[base, default: []].append(symbol) }
        }
        return found
    }

    /// Code, and weak symbols.
    private static let kinds = Array("tTwW".utf8)

    private static func eachSymbol(_ body: (_ name: Substring, _ address: Substring) -> Void) throws(SystemError) {
        try TraceFolder(path: "/proc").eachLine(of: "kallsyms") { line in
            // `ffffffff81000000 T _text`, with `[module]` behind it for modules.
            let words = line.utf8.split { $0 == 0x20 || $0 == 0x09 }
            guard words.count == 3, words[1].count == 1, let kind = words[1].first,
                RunningFunctions.kinds.contains(kind),
                words[2].first != UInt8(ascii: "."), !words[2].starts(with: "__pfx_".utf8),
                !words[2].starts(with: "__cfi_".utf8)
            else { return }
            body(Substring(words[2]), Substring(words[0]))
        }
    }
}
