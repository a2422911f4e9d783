import Glibc
import KernelABI
import KernelTrace

/// Traces what functions return in runs, with kretprobe events.
final class ReturnTracing: RunTracing {
    private let folder: TraceFolder
    private let instance: TraceInstance
    private let probes: [ReturnProbe]
    /// The kernel's symbol of each event, by its number: event `k3` is of `symbols[3]`.
    private let symbols: [String]
    private var trace = ReturnTrace(ending: .skipped(reason: "the program was not run"))

    /// How many tasks may be in one function at once.
    private static let maxActive = 64

    /// Sets an event on each function that can be probed.
    init(_ folder: TraceFolder, functions: [String]) throws(TraceFolder.Missing) {
        self.folder = folder
        _ = TraceInstance.sweep(folder)
        guard SystemFile.exists(folder.file("kprobe_events")) else {
            throw TraceFolder.Missing(reason: "this kernel has no kprobe events")
        }
        do throws(SystemError) {
            instance = try TraceInstance(in: folder)
            try folder.put("0", into: "\(instance.path)/tracing_on")
            try folder.put("1", into: "\(instance.path)/options/event-fork")
        } catch {
            throw TraceFolder.Missing(reason: error.description)
        }
        let known = RunningFunctions.symbols(of: functions)
        var probes: [ReturnProbe] = []
        var symbols: [String] = []
        for function in functions {
            var probed: [String] = []
            var refusal: String? =
                known[function] == nil ? "no such function in this kernel: inlined, or not built" : nil
            for symbol in known[function] ?? [] {
                if let reason = ReturnTracing.set("k\(symbols.count)", on: symbol, instance, folder) {
                    refusal = reason
                } else {
                    symbols.append(symbol)
                    probed.append(symbol)
                }
            }
            if !probed.isEmpty { refusal = nil }
            probes.append(ReturnProbe(function: function, symbols: probed, refusal: refusal))
        }
        self.probes = probes
        self.symbols = symbols
    }

    /// Sets one event; returns why it could not be.
    private static func set(
        _ event: String,
        on symbol: String,
        _ instance: TraceInstance,
        _ folder: TraceFolder
    ) -> String? {
        let name = "\(instance.group)/\(event)"
        do throws(SystemError) {
            try folder.append("r\(maxActive):\(name) \(symbol) value=$retval:s64\n", to: "kprobe_events")
        } catch {
            switch error.errno.rawValue {
            case ENOENT: return "no such function in this kernel"
            case EADDRNOTAVAIL: return "several functions of this kernel have that name"
            default: return "a probe of it is refused: \(error.errno)"
            }
        }
        do throws(SystemError) {
            try folder.put("1", into: "\(instance.path)/events/\(name)/enable")
        } catch {
            try? folder.append("-:\(name)\n", to: "kprobe_events")
            return "its probe cannot be switched on: \(error.errno)"
        }
        return nil
    }

    func close() { instance.remove() }

    func begin(_ conductor: pid_t) throws(SystemError) {
        trace = ReturnTrace(ending: .fault(reason: "the run was not traced to its end"))
        try folder.clear("\(instance.path)/trace")
        try folder.clear("\(instance.path)/set_event_pid")
        try folder.put("\(conductor)", into: "\(instance.path)/set_event_pid")
        try folder.put("1", into: "\(instance.path)/tracing_on")
    }

    func end() {
        try? folder.put("0", into: "\(instance.path)/tracing_on")
        var found = ReturnTrace()
        found.probes = probes
        var strange: String?
        do throws(SystemError) {
            try folder.eachLine(of: "\(instance.path)/trace") { line in
                guard !line.hasPrefix("#"), !line.isEmpty else { return }
                if let event = ReturnEventLine(line), symbols.indices.contains(event.probe) {
                    found.returns.append(
                        ObservedReturn(task: event.task, function: symbols[event.probe], value: event.value)
                    )
                } else if strange == nil {
                    strange = String(line.prefix(120))
                }
            }
        } catch {
            trace = ReturnTrace(ending: .fault(reason: error.description))
            return
        }
        if let strange {
            trace = ReturnTrace(ending: .fault(reason: "an event has a form that is not known: \(strange)"))
            return
        }
        found.lost = folder.lostEvents(in: "\(instance.path)/") + missed
        trace = found
    }

    /// How many returns had no room among ``maxActive``, as `kprobe_profile` counts them since the events were set.
    private var missed: Int {
        ((try? folder.read("kprobe_profile")) ?? "").split(separator: "\n").reduce(0) { sum, line in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 3, words[0].hasPrefix("\(instance.group)/") || words[0].first == "k" else {
                return sum
            }
            return sum + (Int(words[2]) ?? 0)
        }
    }

    func report() -> [String] {
        defer { trace = ReturnTrace(ending: .skipped(reason: "the program was not run")) }
        return trace.lines
    }
}
