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

    /// Makes a list.
    public init(_ symbols: [String: Visibility] = [:]) { self.symbols = symbols }

    /// The list as lines, by name; the last one is `functions` and their number, or why there are none.
    ///
    ///     t kernel_clone
    ///     h __schedule
    ///     functions completed 45012
    public var lines: [String] {
        symbols.keys.sorted().map { "\(symbols[$0] == .traced ? "t" : "h") \($0)" }
            + ["functions completed \(symbols.count)"]
    }

    fileprivate mutating func add(_ name: String, _ visibility: Visibility) { symbols[name] = visibility }
}

/// Puts ``KernelFunctions`` together from their lines as they arrive.
public struct KernelFunctionsReader: Sendable {
    /// The functions; nil until the last line was read.
    public private(set) var functions: KernelFunctions?
    /// Why there are none.
    public private(set) var ending: TracingEnding?
    private var pending = KernelFunctions()

    /// Starts a list.
    public init() {}

    /// Takes one line, without its newline.
    public mutating func read(_ line: Substring) throws(TraceLineError) {
        guard ending == nil else { throw TraceLineError(expected: "nothing after the functions", found: line) }
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == "t" {
            pending.add(String(words[1]), .traced)
        } else if words.count == 2, words[0] == "h" {
            pending.add(String(words[1]), .hidden)
        } else if words.count == 3, words[0] == "functions", words[1] == "completed",
            words[2] == "\(pending.symbols.count)"
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
