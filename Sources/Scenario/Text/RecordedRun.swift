/// A program and what a kernel made of it.
public struct RecordedRun: Hashable, Sendable {
    /// The program.
    public var program: Program
    /// What came of it.
    public var record: RunRecord

    /// Makes a recorded run.
    public init(_ program: Program, _ record: RunRecord) {
        self.program = program
        self.record = record
    }

    /// The program's lines, then those that the probe prints for it.
    ///
    ///     program "p"
    ///     task a in / as root
    ///     a: uname()
    ///     end
    ///     platform 6.18.44 v1 pids_localevents=no
    ///     moment start
    ///       living 1
    ///     moment 0
    ///       a: uname -> "kernaut"
    ///       living 1
    ///     end completed
    public var text: String { program.text + record.text }
}

extension RunRecord {
    /// The record as the probe prints it: the platform, the trace, the ending. A run that was cut off before its ending is
    /// written with a fault for one.
    public var text: String {
        let ending = ending ?? .fault(reason: "the probe ended before the program did")
        return (platform.map { $0.text + "\n" } ?? "") + trace.text + ending.text + "\n"
    }
}

/// Puts recorded runs together from their lines as they arrive. Between runs, empty lines and lines that start with `#` are
/// passed over.
public struct RecordedRunReader: Sendable {
    /// The most bytes that one run may have.
    public static let longest = 64 << 20

    /// The line on which the run that was read last begins, from 1.
    public private(set) var firstLine = 0
    private var lineNumber = 0
    private var size = 0
    private var programText = ""
    private var program: Program?
    private var record = RunReader()

    /// Makes a reader that has read nothing yet.
    public init() {}

    /// Takes one line, without its newline; answers with a run where the line is its last one.
    public mutating func read(_ line: Substring) throws(TextError) -> RecordedRun? {
        lineNumber += 1
        size += line.utf8.count + 1
        guard size <= RecordedRunReader.longest else {
            throw error("a run of at most \(RecordedRunReader.longest) bytes", "a longer one")
        }
        guard let program else {
            try readProgram(line)
            return nil
        }
        try record.read(line)
        guard record.record.ending != nil else { return nil }
        let run = RecordedRun(program, record.record)
        self.program = nil
        programText = ""
        size = 0
        return run
    }

    /// Nothing more comes: a run that is not complete is an error.
    public func finish() throws(TextError) {
        if program != nil { throw TextError(line: lineNumber + 1, expected: "the run's ending", found: "") }
        if !programText.isEmpty { throw TextError(line: lineNumber + 1, expected: "the program's end", found: "") }
    }

    private mutating func readProgram(_ line: Substring) throws(TextError) {
        let words = line.split(whereSeparator: \.isWhitespace)
        if programText.isEmpty {
            if words.isEmpty || line.hasPrefix("#") {
                size = 0
                return
            }
            guard words[0] == "program" else { throw error("a program", line) }
            firstLine = lineNumber
        }
        programText += line
        programText += "\n"
        guard words == ["end"] else { return }
        do {
            program = try Program(text: programText)
        } catch {
            throw TextError(line: firstLine + error.line - 1, expected: error.expected, found: error.found)
        }
        record = RunReader(firstLine: lineNumber + 1)
    }

    private func error(_ expected: String, _ found: Substring) -> TextError {
        TextError(line: lineNumber, expected: expected, found: String(found.prefix(40)))
    }
}
