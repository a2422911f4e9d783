import Glibc
import KernelABI
import KernelTrace

/// Traces runs with the tracer function_graph, and tells the calls that were seen as pairs.
///
/// The tracer itself is switched on once and stays on for all runs of the probe, since the kernel rewrites the start of
/// each of its functions for that. What is traced is bounded by the process numbers (`set_ftrace_pid`) of the run's first
/// process, and by `function-fork` its descendants'.
final class FunctionGraphTracing: RunTracing {
    private let folder: TraceFolder
    private let mark: TraceInstance
    private let switchingMilliseconds: Int
    private var trace = CallTrace(ending: .skipped(reason: "the program was not run"))

    static let tracer = "function_graph"
    /// The order matters: the flags' columns belong to the form that FunctionGraphLine reads.
    private static let optionsOn = [
        "latency-format", "irq-info", "context-info", "funcgraph-cpu", "funcgraph-proc", "funcgraph-tail",
        "funcgraph-irqs", "function-fork", "event-fork", "overwrite", "sleep-time",
    ]
    private static let optionsOff = [
        "funcgraph-duration", "funcgraph-overhead", "funcgraph-abstime", "funcgraph-overrun", "funcgraph-args",
        "funcgraph-retval", "funcgraph-retaddr",
    ]
    /// Faults of the kernel's own code: what handles one is no call of the function that ran into it.
    private static let faultEvent = "events/exceptions/page_fault_kernel/enable"
    /// What one processor's events may take, in KiB; less where there is no memory for it.
    private static let bufferKiB = [65536, 32768, 16384, 8192, 4096]

    /// A number that no process has, or hardly any: the kernel takes those below `pid_max` and gives them in order.
    private static var nobody: Int {
        let text = (try? SystemFile.read("/proc/sys/kernel/pid_max")) ?? ""
        return (Int(text.prefix { $0 != "\n" }) ?? 32768) - 1
    }

    /// Switches the tracer on.
    init(_ folder: TraceFolder) throws(TraceFolder.Missing) {
        self.folder = folder
        let started = Milliseconds.now()
        _ = TraceInstance.sweep(folder)
        let tracers = ((try? folder.read("available_tracers")) ?? "").split { $0 == " " || $0 == "\n" }
        guard tracers.contains(Substring(FunctionGraphTracing.tracer)) else {
            throw TraceFolder.Missing(reason: "this kernel has no tracer \(FunctionGraphTracing.tracer)")
        }
        let current = folder.tracer
        guard current == "nop" else {
            throw TraceFolder.Missing(reason: "somebody is tracing: \(folder.file("current_tracer")) is \(current)")
        }
        do throws(SystemError) {
            mark = try TraceInstance(in: folder)
        } catch {
            throw TraceFolder.Missing(reason: error.description)
        }
        do throws(SystemError) {
            try folder.put("0", into: "tracing_on")
            try FunctionGraphTracing.growBuffers(folder)
            // No process has this number: nothing is traced before a run begins.
            try folder.put("\(FunctionGraphTracing.nobody)", into: "set_ftrace_pid")
            try folder.put("\(FunctionGraphTracing.nobody)", into: "set_event_pid")
            if SystemFile.exists(folder.file(FunctionGraphTracing.faultEvent)) {
                try folder.put("1", into: FunctionGraphTracing.faultEvent)
            }
            try folder.put(FunctionGraphTracing.tracer, into: "current_tracer")
            try FunctionGraphTracing.chooseForm(folder)
        } catch {
            FunctionGraphTracing.switchOff(folder)
            mark.remove()
            throw TraceFolder.Missing(reason: error.description)
        }
        switchingMilliseconds = Int(Milliseconds.now() - started)
    }

    /// Has the kernel print what ``FunctionGraphLine`` reads.
    static func chooseForm(_ folder: TraceFolder) throws(SystemError) {
        for option in optionsOn { try folder.put("1", into: "options/\(option)") }
        for option in optionsOff where SystemFile.exists(folder.file("options/\(option)")) {
            try folder.put("0", into: "options/\(option)")
        }
    }

    private static func growBuffers(_ folder: TraceFolder) throws(SystemError) {
        for (number, size) in bufferKiB.enumerated() {
            do throws(SystemError) {
                return try folder.put("\(size)", into: "buffer_size_kb")
            } catch  where number < bufferKiB.count - 1 && error.errno == .ENOMEM {}
        }
    }

    /// Switches the tracer off, for this and for a killed start.
    static func switchOff(_ folder: TraceFolder) {
        try? folder.put("0", into: "tracing_on")
        try? folder.put("nop", into: "current_tracer")
        try? folder.put("0", into: faultEvent)
        for list in ["set_ftrace_pid", "set_event_pid"] { try? folder.clear(list) }
        for option in ["latency-format", "function-fork", "event-fork"] {
            try? folder.put("0", into: "options/\(option)")
        }
        // A small buffer gives the memory back.
        try? folder.clear("trace")
        try? folder.put("1408", into: "buffer_size_kb")
        try? folder.put("1", into: "tracing_on")
    }

    func close() {
        FunctionGraphTracing.switchOff(folder)
        mark.remove()
    }

    func begin(_ conductor: pid_t) throws(SystemError) {
        trace = CallTrace(ending: .fault(reason: "the run was not traced to its end"))
        try folder.put("0", into: "tracing_on")
        try folder.clear("trace")
        for list in ["set_ftrace_pid", "set_event_pid"] {
            try folder.clear(list)
            try folder.put("\(conductor)", into: list)
        }
        try folder.put("1", into: "tracing_on")
    }

    /// What the events of the whole machine may take, in KiB: as many as an emulated processor reads in half a minute.
    private static let wholeMachineKiB = 8192

    /// Begins to trace whatever runs on the machine, until ``end()`` or until the buffer is full. What comes then is counted
    /// as lost, and what was kept is whole.
    func beginAll() throws(SystemError) {
        trace = CallTrace(ending: .fault(reason: "the run was not traced to its end"))
        try folder.put("0", into: "tracing_on")
        try folder.put("0", into: "options/overwrite")
        try folder.put("\(FunctionGraphTracing.wholeMachineKiB)", into: "buffer_size_kb")
        try folder.clear("trace")
        for list in ["set_ftrace_pid", "set_event_pid"] { try folder.clear(list) }
        try folder.put("1", into: "tracing_on")
    }

    func end() {
        try? folder.put("0", into: "tracing_on")
        do throws(SystemError) {
            trace = try FunctionGraphTracing.read(folder)
            trace.switchingMilliseconds = switchingMilliseconds
        } catch {
            trace = CallTrace(ending: .fault(reason: error.description))
        }
    }

    /// What the buffers hold.
    static func read(_ folder: TraceFolder) throws(SystemError) -> CallTrace {
        let started = Milliseconds.now()
        var parser = FunctionGraphParser()
        try folder.eachLine(of: "trace") { parser.read($0) }
        if let strange = parser.strange {
            return CallTrace(ending: .fault(reason: "function_graph printed what is not understood: \(strange)"))
        }
        var trace = parser.trace
        trace.lost += folder.lostEvents()
        trace.readingMilliseconds = Int(Milliseconds.now() - started)
        return trace
    }

    func report() -> [String] {
        defer { trace = CallTrace(ending: .skipped(reason: "the program was not run")) }
        return trace.lines
    }
}
