/// One line of kretprobe events as the kernel prints them:
///
///     kernaut-probe-97    [000] ...1.    12.345678: k3: (cgroup_can_fork+0x8a/0x170 <- pids_can_fork) value=-11
struct ReturnEventLine: Equatable {
    /// The task, by its number in the initial PID namespace.
    var task: Int
    /// The number in the event's name.
    var probe: Int
    /// What the function returned.
    var value: Int64

    /// Reads a line; nil for another form.
    init?(_ line: Substring) {
        // The task's name may hold anything: what counts is the last of what looks like the processor in brackets.
        let words = line.split(separator: " ")
        let isProcessor = { (word: Substring) in
            word.hasPrefix("[") && word.hasSuffix("]") && Int(word.dropFirst().dropLast()) != nil
        }
        guard let processor = words.lastIndex(where: isProcessor),
            processor > 0,
            let hyphen = words[processor - 1].lastIndex(of: "-"),
            let task = Int(words[processor - 1][words[processor - 1].index(after: hyphen)...]),
            let event = words[processor...].first(where: { $0.hasPrefix("k") && $0.hasSuffix(":") }),
            let probe = Int(event.dropFirst().dropLast()),
            let last = words.last, last.hasPrefix("value="),
            let value = Int64(last.dropFirst("value=".utf8.count))
        else { return nil }
        self.task = task
        self.probe = probe
        self.value = value
    }
}
