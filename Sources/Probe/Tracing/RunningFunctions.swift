import KernelTrace

/// The functions of the kernel that runs.
enum RunningFunctions {
    /// All functions that are code of their own, and whether they can be traced.
    static func list(_ folder: TraceFolder) throws(SystemError) -> KernelFunctions {
        var symbols: [String: KernelFunctions.Visibility] = [:]
        try eachSymbol { symbols[String($0)] = .hidden }
        try folder.eachLine(of: "available_filter_functions") { line in
            // `nf_hook_slow [nf_tables]` is a module's.
            guard !line.utf8.contains(UInt8(ascii: "[")), !line.utf8.isEmpty,
                !line.utf8.starts(with: "__ftrace_invalid_address".utf8)
            else { return }
            symbols[String(line)] = .traced
        }
        return KernelFunctions(symbols)
    }

    /// For each function of the source, the symbols that the compiler made of it: `copy_process`, or
    /// `copy_process.isra.0`. Parts that it moved away (`.cold`, `.part.0`) do not return as the function does.
    static func symbols(of functions: [String]) -> [String: [String]] {
        let wanted = Set(functions)
        var found: [String: [String]] = [:]
        try? eachSymbol { name in
            let base = String(name.utf8.prefix { $0 != UInt8(ascii: ".") })!
            guard wanted.contains(base), !name.contains(".cold"), !name.contains(".part.") else { return }
            let symbol = String(name)
            if found[base]?.contains(symbol) != true { found[base, default: []].append(symbol) }
        }
        return found
    }

    /// Code, and weak symbols.
    private static let kinds = Array("tTwW".utf8)

    private static func eachSymbol(_ body: (Substring) -> Void) throws(SystemError) {
        try TraceFolder(path: "/proc").eachLine(of: "kallsyms") { line in
            // `ffffffff81000000 T _text`, with `[module]` behind it for modules.
            let words = line.utf8.split { $0 == 0x20 || $0 == 0x09 }
            guard words.count == 3, words[1].count == 1, let kind = words[1].first, RunningFunctions.kinds.contains(kind),
                words[2].first != UInt8(ascii: "."), !words[2].starts(with: "__pfx_".utf8),
                !words[2].starts(with: "__cfi_".utf8)
            else { return }
            body(Substring(words[2]))
        }
    }
}
