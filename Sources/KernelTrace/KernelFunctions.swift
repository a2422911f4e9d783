/// The functions that a running kernel has as code of their own, and which of them it can trace.
///
/// A function of the source that is not here was inlined wherever it is called, or was not built.
public struct KernelFunctions: Sendable {
    /// What a kernel lets be seen of a function.
    public enum Visibility: Hashable, Sendable {
        /// function_graph sees every call of it (`available_filter_functions`).
        case traced
        /// It is code of its own (`/proc/kallsyms`), but tracing is kept out of it.
        case hidden
    }

    /// The names of the kernel's symbols, with what the compiler added to them.
    public private(set) var symbols: [String: Visibility]
    /// Other names of the same code: `__x64_sys_fork` is `__do_sys_fork`, which is what a trace shows.
    public private(set) var aliases: [String: String]
    /// How many functions have a name, where that is more than one: static functions of several files, `m_start`.
    public private(set) var namesakes: [String: Int]

    /// Makes a list.
    public init(
        _ symbols: [String: Visibility] = [:],
        aliases: [String: String] = [:],
        namesakes: [String: Int] = [:]
    ) {
        self.symbols = symbols
        self.aliases = aliases
        self.namesakes = namesakes
    }

    /// The list as lines, by name; the last one is `functions` and their number, or why there are none. The number in
    /// a line is how many bytes the name has in common with the one before it, since a guest's channel is slow.
    ///
    ///     h 0 __schedule
    ///     t 0 kernel_clone
    ///     t 7 execve                                that is kernel_execve
    ///     a 0 __x64_sys_fork __do_sys_fork
    ///     n 3 m_start
    ///     functions completed 45012
    public var lines: [String] {
        var lines: [String] = []
        lines.reserveCapacity(symbols.count + aliases.count + 1)
        var previous: [UInt8] = []
        for name in symbols.keys.sorted() {
            let bytes = Array(name.utf8)
            let shared = zip(previous, bytes).prefix { $0 == $1 }.count
            let rest = String(decoding: bytes[shared...], as: UTF8.self)
            lines.append("\(symbols[name] == .traced ? "t" : "h") \(shared) \(rest)")
            previous = bytes
        }
        for alias in aliases.keys.sorted() { lines.append("a 0 \(alias) \(aliases[alias]!)") }
        for name in namesakes.keys.sorted() { lines.append("n \(namesakes[name]!) \(name)") }
        lines.append("functions completed \(count)")
        return lines
    }

    fileprivate var count: Int { symbols.count + aliases.count + namesakes.count }

    fileprivate mutating func add(namesakes: Int, of name: String) { self.namesakes[name] = namesakes }

    fileprivate mutating func add(alias: String, of symbol: String) { aliases[alias] = symbol }

    fileprivate mutating func add(_ name: String, _ visibility: Visibility) { symbols[name] = visibility }
}

/// Puts ``KernelFunctions`` together from their lines as they arrive.
public struct KernelFunctionsReader: Sendable {
    /// The functions; nil until the last line was read.
    public private(set) var functions: KernelFunctions?
    /// Why there are none.
    public private(set) var ending: TracingEnding?
    private var pending = KernelFunctions()
    private var previous: [UInt8] = []

    /// Starts a list.
    public init() {}

    /// Takes one line, without its newline.
    public mutating func read(_ line: Substring) throws(TraceLineError) {
        guard ending == nil else { throw TraceLineError(expected: "nothing after the functions", found: line) }
        let words = line.split(separator: " ")
        let kinds: [Substring: KernelFunctions.Visibility] = ["t": .traced, "h": .hidden]
        if words.count >= 2, words.count <= 3, let kind = kinds[words[0]], let shared = Int(words[1]),
            (0...previous.count).contains(shared)
        {
            previous = previous[..<shared] + (words.count == 3 ? Array(words[2].utf8) : [])
            pending.add(String(decoding: previous, as: UTF8.self), kind)
        } else if words.count == 4, words[0] == "a" {
            pending.add(alias: String(words[2]), of: String(words[3]))
        } else if words.count == 3, words[0] == "n", let number = Int(words[1]) {
            pending.add(namesakes: number, of: String(words[2]))
        } else if words.count == 3, words[0] == "functions", words[1] == "completed",
            words[2] == "\(pending.count)"
        {
            functions = pending
            ending = .completed
        } else if words.first == "functions", let found = TracingEnding(line.dropFirst("functions".utf8.count)),
            found != .completed
        {
            ending = found
        } else {
            throw TraceLineError(expected: "a line of a kernel's functions", found: line)
        }
    }
}
