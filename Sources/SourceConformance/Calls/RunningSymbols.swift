import KernelTrace

/// The functions of the source in a running kernel: what the compiler made of their names, undone.
struct RunningSymbols {
    private var visibilities: [String: KernelFunctions.Visibility] = [:]
    private let namesakes: [String: Int]
    private var namesOfSymbol: [String: Set<String>] = [:]

    init(_ functions: KernelFunctions) {
        namesakes = functions.namesakes
        for (symbol, visibility) in functions.symbols {
            // `f.cold` is the part of f that hardly ever runs. Whether f is code of its own it does not tell.
            guard !symbol.contains(".cold") else { continue }
            let name = RunningSymbols.source(of: symbol)
            if visibilities[name] != .traced { visibilities[name] = visibility }
        }
        for (alias, symbol) in functions.aliases {
            namesOfSymbol[symbol, default: []].insert(RunningSymbols.source(of: alias))
        }
    }

    /// What a running kernel lets be seen of a function of the source; nil where it has no code of that name.
    func visibility(of name: String) -> KernelFunctions.Visibility? { visibilities[name] }

    /// How many functions have a symbol's name.
    func count(of symbol: String) -> Int { namesakes[symbol] ?? 1 }

    /// The names in the source that a symbol may have: its own, and those of symbols at the same address.
    func names(of symbol: String) -> Set<String> {
        let own = RunningSymbols.source(of: symbol)
        return (namesOfSymbol[symbol] ?? []).union([own])
    }

    /// `finish_task_switch` for `finish_task_switch.isra.0`. No name in C has a period.
    static func source(of symbol: String) -> String {
        String(symbol.utf8.prefix { $0 != UInt8(ascii: ".") })!
    }
}
