import Conformance
import Failure
import Guest
import KernelABI
import KernelIndex
import KernelModel
import KernelTrace
import Report
import Scenario
import Simulation
import SourceConformance

/// Runs a program in a guest under function_graph, and one that is refused under kretprobes, and holds what the kernel was
/// seen to do against the index.
struct GuestTracing {
    let guest: GuestLane
    let place: String
    let store: IndexStore
    let timeoutSeconds: Int
    let progress: ProgressLines

    private var traces: GuestTraces { GuestTraces(guest: guest, place: place) }

    /// A program that `pids.max` refuses.
    private static let refused = """
        program "refused"
        cgroup /box max 2
        task p in /box as root
        p: clone(0) as c
        p: clone(0) as d
        end

        """

    /// What the traces came to.
    struct Answer {
        let calls: CallTraceComparison
        /// nil where the model does not know the program.
        let callbacks: CallbackReport?
        let returns: ReturnPathComparison

        var conforms: Bool { calls.conforms && returns.conforms && callbacks?.conforms ?? true }
    }

    /// Traces a program's text.
    func run(_ program: String) async throws -> Answer {
        progress.passing("booting")
        let functions = try await traces.functions()
        progress.passing("running the program under function_graph")
        let calls = try await calls(program)
        progress.passing("following the error of a refused clone")
        let version = store.about.kernelVersion
        let citation = Rules.named(.pidsMax, in: version).citation
        let check = try ReturnPathCheck(
            store: store,
            systemCall: "clone",
            citation: Self.citedCaller(citation),
            errno: .EAGAIN
        )
        let returns = try await returns(check)
        progress.clear()
        return Answer(
            calls: try CallTraceCheck(store: store, functions: functions).judge(calls),
            callbacks: try predictedCallbacks(program, version).map {
                CallbackReport(predicted: $0, seen: calls, in: version)
            },
            returns: check.judge(returns)
        )
    }

    /// The rule cites the comparison in `pids_try_charge`, which the compiler makes a part of `pids_can_fork`.
    private static func citedCaller(_ citation: SourceCitation) -> SourceCitation {
        SourceCitation(function: "pids_can_fork", file: citation.file)
    }

    /// What the model has controllers called for; nil where it does not know the program.
    private func predictedCallbacks(_ text: String, _ version: KernelVersion) throws -> [String]? {
        let platform = Platform(version: version, hierarchy: .v2, pidsLocalEvents: false)
        do {
            return try Simulator.callbacks(of: try Program(text: text), on: platform)
        } catch let failure as Failure where failure.status == .unavailable {
            return nil
        }
    }

    private func calls(_ program: String) async throws -> CallTrace {
        let words = ["calls", "--timeout", "\(timeoutSeconds)"]
        var reader = CallTraceReader()
        try traces.read(try await traced(words, program)) { line throws(TraceLineError) in try reader.read(line) }
        guard let trace = reader.trace else { throw traces.skipped("the trace has no end") }
        if case .completed = trace.ending { return trace }
        throw traces.skipped(trace.ending.text)
    }

    private func returns(_ check: ReturnPathCheck) async throws -> ReturnTrace {
        let words = ["returns", "--timeout", "\(timeoutSeconds)"] + check.functions
        var reader = ReturnTraceReader()
        try traces.read(try await traced(words, GuestTracing.refused)) { line throws(TraceLineError) in
            try reader.read(line)
        }
        guard let trace = reader.trace else { throw traces.skipped("the trace has no end") }
        if case .completed = trace.ending { return trace }
        throw traces.skipped(trace.ending.text)
    }

    /// The lines behind the run's own record, which must be complete.
    private func traced(_ words: [String], _ program: String) async throws -> ArraySlice<String> {
        let lines = try await guest.command(words, input: program)
        guard let end = lines.firstIndex(where: { $0.hasPrefix("end ") }) else {
            throw traces.skipped("the run has no end")
        }
        guard lines[end] == RunEnding.completed.text else { throw traces.skipped(lines[end]) }
        return lines[(end + 1)...]
    }
}
