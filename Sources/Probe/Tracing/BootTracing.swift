import Glibc
import KernelABI
import KernelTrace
import Scenario

/// Reads what a kernel traced of its own boot, told to by its command line: `ftrace=function_graph` and a buffer that keeps
/// what came first.
enum BootTracing {
    /// Ends the trace where the boot ends: the first process has begun. Nothing happens where nothing is traced.
    static func end() {
        guard let folder = try? TraceFolder.find(), folder.tracer == FunctionGraphTracing.tracer else { return }
        try? folder.put("0", into: "tracing_on")
    }

    /// Tells the calls of the boot: a line `piece boot answered N refused 0`, where N is how many of the kernel's initcalls
    /// were seen, then those of a ``CallTrace``.
    static func serve(output: Int32, place: ProbePlace) -> Probe.Exit {
        func say(_ lines: [String]) -> Bool { SystemFile.send(lines.joined(separator: "\n") + "\n", to: output) }
        do throws(TraceFolder.Missing) {
            guard place == .guest else { throw TraceFolder.Missing(reason: "the boot of this machine was not traced") }
            let folder = try TraceFolder.find()
            guard folder.tracer == FunctionGraphTracing.tracer else {
                throw TraceFolder.Missing(reason: "this kernel was not told to trace its boot")
            }
            let trace = read(folder)
            let initcalls = trace.calls.count { $0.caller == "do_one_initcall" }
            return say(["piece boot answered \(initcalls) refused 0"] + trace.lines) ? .completed : .interrupted
        } catch {
            return say(CallTrace(ending: .skipped(reason: error.reason)).lines) ? .unavailable : .interrupted
        }
    }

    private static func read(_ folder: TraceFolder) -> CallTrace {
        do throws(SystemError) {
            try folder.put("0", into: "tracing_on")
            try FunctionGraphTracing.chooseForm(folder)
            return try FunctionGraphTracing.read(folder)
        } catch {
            return CallTrace(ending: .fault(reason: error.description))
        }
    }
}
