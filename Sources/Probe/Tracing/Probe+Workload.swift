import CWorkload
import Glibc
import KernelABI
import KernelTrace
import Scenario

extension Probe {
    /// The names of the pieces of the workload.
    static var pieceNames: [String] {
        (0..<kernaut_workload_count()).map { String(cString: kernaut_workload_name($0)) }
    }

    /// Does pieces of the workload one after the other, and after each tells the calls that the kernel was seen to make
    /// meanwhile, for whichever process: a line `piece NAME answered N refused M`, then those of a ``CallTrace``. Of a piece
    /// that does not end in its time the line is `piece NAME unfinished`.
    ///
    /// The pieces change the machine: this is for guests.
    static func serveWorkload(_ pieces: [String], output: Int32, timeoutSeconds: Int, place: ProbePlace) -> Exit {
        guard place == .guest else {
            complain("workload: the pieces change the machine, and are done in guests only")
            return .unavailable
        }
        let known = pieceNames
        let numbers = pieces.isEmpty ? Array(known.indices) : pieces.compactMap { known.firstIndex(of: $0) }
        guard pieces.isEmpty || numbers.count == pieces.count else {
            complain("workload: expected pieces among \(known.joined(separator: ", "))")
            return .usage
        }
        func say(_ lines: [String]) -> Bool { SystemFile.send(lines.joined(separator: "\n") + "\n", to: output) }
        // Cgroups are a piece's subject. Without version 2 it is refused, and says so.
        try? GuestMounts.place(.v2)
        do throws(TraceFolder.Missing) {
            if let missing = Privilege.current().missing { throw TraceFolder.Missing(reason: missing) }
            let tracing = try FunctionGraphTracing(try TraceFolder.find())
            defer { tracing.close() }
            for number in numbers {
                let (counts, problem) = runPiece(UInt32(number), tracing, timeoutSeconds)
                let trace = problem.map { CallTrace(ending: .fault(reason: $0)).lines } ?? tracing.report()
                let words = counts.map { "answered \($0.0) refused \($0.1)" } ?? "unfinished"
                guard say(["piece \(known[number]) \(words)"] + trace) else { return .interrupted }
            }
            return .completed
        } catch {
            return say(CallTrace(ending: .skipped(reason: error.reason)).lines) ? .unavailable : .interrupted
        }
    }

    /// Does one piece under the tracer; tells how many calls were answered and refused, nil where it did not end in time,
    /// and what went wrong.
    private static func runPiece(
        _ piece: UInt32,
        _ tracing: FunctionGraphTracing,
        _ timeoutSeconds: Int
    ) -> (counts: (UInt32, UInt32)?, problem: String?) {
        var go: Int32 = -1
        var answers: Int32 = -1
        let child = kernaut_workload_start(piece, &go, &answers)
        guard child > 0 else { return ((0, 0), "fork: \(Errno(rawValue: -child))") }
        defer { close(answers) }
        var problem: String?
        do throws(SystemError) { try tracing.beginAll() } catch { problem = error.description }
        var byte: UInt8 = 1
        if problem == nil, write(go, &byte, 1) != 1 { problem = "the piece does not listen" }
        close(go)
        var counts: (UInt32, UInt32) = (0, 0)
        var isFinished = true
        if problem == nil {
            var waiting = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
            let isReady = poll(&waiting, 1, Int32(timeoutSeconds) * 1000) > 0
            let size = MemoryLayout.size(ofValue: counts)
            if !isReady {
                isFinished = false
            } else if read(answers, &counts, size) != size {
                problem = "the piece ended early"
            }
        }
        tracing.end()
        kill(child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        if let early = problem, signal != 0, signal != SIGKILL { problem = "\(early), by signal \(signal)" }
        return (isFinished ? counts : nil, problem)
    }
}
