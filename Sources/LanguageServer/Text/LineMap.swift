import KernelIndex

/// Which lines of a text are which of another one: those before the first difference, and those behind the last.
struct LineMap {
    private let first: TextLines
    private let second: TextLines
    private let head: Int
    private let tail: Int

    init(_ first: TextLines, _ second: TextLines) {
        self.first = first
        self.second = second
        let shorter = min(first.count, second.count)
        var head = 0
        while head < shorter, first[head] == second[head] { head += 1 }
        var tail = 0
        while tail < shorter - head, first[first.count - 1 - tail] == second[second.count - 1 - tail] { tail += 1 }
        self.head = head
        self.tail = tail
    }

    /// The line of the second text that a line of the first one is; nil where they differ.
    func second(of line: Int) -> Int? {
        if line < head { return line }
        return line >= first.count - tail && line < first.count ? line + second.count - first.count : nil
    }

    /// The line of the first text that a line of the second one is; nil where they differ.
    func first(of line: Int) -> Int? {
        if line < head { return line }
        return line >= second.count - tail && line < second.count ? line + first.count - second.count : nil
    }
}
