/// One line of what the tracer function_graph prints with CPU, task and flags (`funcgraph-cpu`, `funcgraph-proc`,
/// `latency-format`) and without durations.
///
///      0)     sh-108     |  d..3. |   schedule_tail() {
///      0)     sh-108     |  d.h3. |     hrtimer_interrupt();
///      0)     sh-108     |  d..3. |   } /* schedule_tail */
///
/// kernel/trace/trace_functions_graph.c prints it: print_graph_prologue, print_graph_entry_leaf,
/// print_graph_entry_nested, print_graph_return; the flags come from trace_print_lat_fmt of trace_output.c, four of them
/// up to Linux 5.15 and five since 5.16.
struct FunctionGraphLine: Equatable {
    /// What a line tells.
    enum Content: Equatable {
        /// `function` starts below `depth` others; a leaf ends at once.
        case start(function: Substring, depth: Int, isLeaf: Bool)
        /// Something else that is traced happens in the innermost function: `/* page_fault_kernel: address=… */`.
        case event(name: Substring)
        /// What started below `depth` others ends.
        case end(depth: Int)
        /// That many events were not kept: `CPU:0 [LOST 12 EVENTS]`.
        case lost(Int)
        /// Heads, and lines between tasks.
        case nothing
    }

    /// The processor; 0 where the line names none.
    var cpu: Int
    /// The task, by its number in the initial PID namespace; 0 is the idle task.
    var task: Int
    /// Whether the processor takes no interrupts.
    var areInterruptsOff: Bool
    /// Whether another task is to run as soon as it can (`need-resched`).
    var shouldLetOthersRun: Bool
    /// Whether the processor serves a hardware interrupt or an NMI.
    var isHardirq: Bool
    /// Whether it serves a softirq and no hardware interrupt.
    var isSoftirq: Bool
    /// What the line tells.
    var content: Content

    /// Reads a line; nil for one that has another form than all those that are known.
    init?(_ line: Substring) {
        cpu = 0
        task = 0
        areInterruptsOff = false
        shouldLetOthersRun = false
        isHardirq = false
        isSoftirq = false
        content = .nothing
        let text = line.utf8
        guard let first = text.first(where: { $0 != UInt8(ascii: " ") }), first != UInt8(ascii: "#"),
            first != UInt8(ascii: "-")
        else { return }
        if let lost = FunctionGraphLine.lost(line) {
            content = .lost(lost)
            return
        }
        guard let closing = text.firstIndex(of: UInt8(ascii: ")")), let cpu = Int(line[..<closing].trimmed) else {
            return nil
        }
        self.cpu = cpu
        // A task's name may hold anything, also a bar: the flags are between the last two bars before the function.
        guard let end = FunctionGraphLine.endOfFlags(line), let start = line[..<end].utf8.lastIndex(of: 0x7C),
            start > closing
        else {
            // ` 0)     sh-108     =>  sleep-110`
            if line.contains(" => ") { return }
            return nil
        }
        guard let task = FunctionGraphLine.task(line[line.utf8.index(after: closing)..<start]) else { return nil }
        self.task = task
        let flags = Array(line[line.utf8.index(after: start)..<end].trimmed.utf8)
        guard flags.count >= 4 else { return nil }
        // `d` and, with bottom halves off as well, `D`.
        areInterruptsOff = flags[0] == UInt8(ascii: "d") || flags[0] == UInt8(ascii: "D")
        shouldLetOthersRun = flags[1] != UInt8(ascii: ".")
        switch flags[2] {
        case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "z"), UInt8(ascii: "Z"): isHardirq = true
        case UInt8(ascii: "s"): isSoftirq = true
        default: break
        }
        guard let content = FunctionGraphLine.content(line[line.utf8.index(after: end)...]) else { return nil }
        self.content = content
    }

    /// The bar behind the flags: ` |  d.h3. | `.
    private static func endOfFlags(_ line: Substring) -> Substring.Index? {
        let bytes = line.utf8
        var bars: [Substring.Index] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            if bytes[at] == 0x7C {
                bars.append(at)
                if bars.count > 1 {
                    let between = line[bytes.index(after: bars[bars.count - 2])..<at].trimmed
                    if between.utf8.count >= 4, between.utf8.count <= 6, !between.utf8.contains(0x20) { return at }
                }
            }
            at = bytes.index(after: at)
        }
        return nil
    }

    /// `sh-108`: the number behind the last hyphen.
    private static func task(_ text: Substring) -> Int? {
        let trimmed = text.trimmed
        guard let hyphen = trimmed.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        return Int(trimmed[trimmed.utf8.index(after: hyphen)...])
    }

    private static func content(_ text: Substring) -> Content? {
        let body = text.utf8.drop { $0 == 0x20 }
        // One space, then two for each function around.
        let spaces = text.utf8.count - body.count - 1
        guard spaces >= 0, spaces % 2 == 0 else { return nil }
        let depth = spaces / 2
        if body.first == UInt8(ascii: "}") { return .end(depth: depth) }
        if body.starts(with: "/* ".utf8) {
            return .event(name: Substring(body.dropFirst(3).prefix { $0 != UInt8(ascii: ":") }))
        }
        // What follows may be `()`, ` [module]()`, or with its arguments `(task=0x…)`.
        guard let nameEnd = body.firstIndex(where: { $0 == UInt8(ascii: "(") || $0 == 0x20 }), nameEnd > body.startIndex
        else { return nil }
        let name = Substring(body[..<nameEnd])
        // Behind the brace or semicolon only a comment may stand.
        let rest = Substring(body[nameEnd...])
        let code = rest.range(ofComment: "/*").map { rest[..<$0] } ?? rest
        switch code.trimmed.utf8.last {
        case UInt8(ascii: "{"): return .start(function: name, depth: depth, isLeaf: false)
        case UInt8(ascii: ";"): return .start(function: name, depth: depth, isLeaf: true)
        default: return nil
        }
    }

    private static func lost(_ line: Substring) -> Int? {
        guard line.utf8.first == UInt8(ascii: "C"), line.hasPrefix("CPU:") else { return nil }
        let words = line.split { $0 == " " || $0 == "[" || $0 == "]" }
        guard let word = words.firstIndex(of: "LOST"), words.count > word + 1 else { return nil }
        // `[LOST EVENTS]` where the kernel does not know how many.
        return Int(words[word + 1]) ?? 1
    }
}

extension Substring {
    /// The text without spaces and tabs at its ends.
    fileprivate var trimmed: Substring {
        var rest = utf8
        while let first = rest.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
        while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
        return Substring(rest)
    }

    /// Where a comment starts.
    fileprivate func range(ofComment mark: StaticString) -> Substring.Index? {
        let bytes = utf8
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let next = bytes.index(after: at)
            if bytes[at] == UInt8(ascii: "/"), next < bytes.endIndex, bytes[next] == UInt8(ascii: "*") { return at }
            at = next
        }
        return nil
    }
}
