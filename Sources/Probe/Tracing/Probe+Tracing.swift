import CLinux
import Glibc
import KernelABI
import KernelTrace
import Scenario

extension Probe {
    /// Like ``serve(input:output:timeoutSeconds:)``; after each program's record, the calls that the kernel was seen to
    /// make for it, as the lines of a ``CallTrace``. Where nothing can be traced, no program is run either.
    static func serveCalls(input: Int32, output: Int32, timeoutSeconds: Int, place: ProbePlace) -> Exit {
        traced(input, output, timeoutSeconds, place, skipped: { CallTrace(ending: .skipped(reason: $0)).lines }) {
            folder throws(TraceFolder.Missing) in
            let tracing = try FunctionGraphTracing(folder)
            return (tracing, tracing.close)
        }
    }

    /// Like ``serve(input:output:timeoutSeconds:)``; after each program's record, what functions returned in it, as the
    /// lines of a ``ReturnTrace``. Where nothing can be traced, no program is run either.
    static func serveReturns(
        of functions: [String],
        input: Int32,
        output: Int32,
        timeoutSeconds: Int,
        place: ProbePlace
    ) -> Exit {
        traced(input, output, timeoutSeconds, place, skipped: { ReturnTrace(ending: .skipped(reason: $0)).lines }) {
            folder throws(TraceFolder.Missing) in
            let tracing = try ReturnTracing(folder, functions: functions)
            return (tracing, tracing.close)
        }
    }

    /// Prints the functions that this kernel has, as the lines of ``KernelFunctions``.
    static func functions(output: Int32) -> Exit {
        let lines: [String]
        var exit = Exit.completed
        do {
            lines = try RunningFunctions.list(try TraceFolder.find()).lines
        } catch {
            let reason = (error as? TraceFolder.Missing)?.reason ?? "\(error)"
            lines = ["functions skipped \(reason)"]
            exit = .unavailable
        }
        return SystemFile.send(lines.joined(separator: "\n") + "\n", to: output) ? exit : .interrupted
    }

    /// The words as names of functions, without repetitions; nil where one cannot be one.
    static func functionNames(_ words: some Sequence<String>) -> [String]? {
        var names: [String] = []
        for word in words {
            let isName = word.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
            guard isName, !word.isEmpty else { return nil }
            if !names.contains(word) { names.append(word) }
        }
        return names
    }

    private static func traced(
        _ input: Int32,
        _ output: Int32,
        _ timeoutSeconds: Int,
        _ place: ProbePlace,
        skipped: (String) -> [String],
        start: (TraceFolder) throws(TraceFolder.Missing) -> (any RunTracing, () -> Void)
    ) -> Exit {
        let signals = kernaut_signal_descriptor()
        guard signals >= 0 else { return .fault }
        do throws(TraceFolder.Missing) {
            if let missing = Privilege.current().missing { throw TraceFolder.Missing(reason: missing) }
            let (tracing, close) = try start(try TraceFolder.find())
            defer { close() }
            return serve(
                input: input,
                output: .descriptor(output),
                timeoutSeconds: timeoutSeconds,
                signals: signals,
                tracing: tracing,
                place: place
            )
        } catch {
            let lines = [RunEnding.skipped(reason: error.reason).text] + skipped(error.reason)
            return SystemFile.send(lines.joined(separator: "\n") + "\n", to: output) ? .unavailable : .interrupted
        }
    }
}
