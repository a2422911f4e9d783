public import KernelTrace

/// What a piece of the workload came to.
public struct WorkloadPiece: Sendable {
    /// Its name.
    public let name: String
    /// How many of its system calls were answered; nil where it did not end in time.
    public let answered: Int?
    /// How many were refused; nil where it did not end in time.
    public let refused: Int?
    /// What the kernel was seen to call meanwhile.
    public let trace: CallTrace

    /// Reads what `kernaut-probe workload` prints: a line `piece NAME answered N refused M`, then the lines of a trace.
    public static func read(_ lines: some Sequence<String>) throws(TraceLineError) -> [WorkloadPiece] {
        var pieces: [WorkloadPiece] = []
        var head: (name: String, answered: Int?, refused: Int?)?
        var reader = CallTraceReader()
        for line in lines where !line.isEmpty {
            let words = line.split(separator: " ")
            if words.count == 6, words[0] == "piece", let answered = Int(words[3]), let refused = Int(words[5]) {
                head = (String(words[1]), answered, refused)
                reader = CallTraceReader()
                continue
            }
            if words.count == 3, words[0] == "piece", words[2] == "unfinished" {
                head = (String(words[1]), nil, nil)
                reader = CallTraceReader()
                continue
            }
            try reader.read(Substring(line))
            guard let trace = reader.trace else { continue }
            pieces.append(
                WorkloadPiece(
                    name: head?.name ?? "",
                    answered: head?.answered,
                    refused: head?.refused,
                    trace: trace
                )
            )
            reader = CallTraceReader()
        }
        return pieces
    }
}
