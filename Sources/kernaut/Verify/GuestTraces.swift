import Failure
import Guest
import KernelTrace

/// What a guest's probe tells of its kernel, read from the probe's lines.
struct GuestTraces {
    let guest: GuestLane
    let place: String

    /// The functions that the kernel has as code of its own.
    func functions() async throws -> KernelFunctions {
        var reader = KernelFunctionsReader()
        try read(try await guest.command(["functions"])) { line throws(TraceLineError) in try reader.read(line) }
        guard let functions = reader.functions else { throw skipped(reader.ending?.text ?? "no functions came") }
        return functions
    }

    /// Has each line taken.
    func read(
        _ lines: some Sequence<String>,
        _ take: (Substring) throws(TraceLineError) -> Void
    ) throws {
        for line in lines where !line.isEmpty {
            try understood { () throws(TraceLineError) in try take(Substring(line)) }
        }
    }

    /// What comes of lines; those that are not understood are a fault of kernaut.
    func understood<Value>(_ body: () throws(TraceLineError) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw Failure(.internalFault, "the probe's trace: \(error)", at: place)
        }
    }

    /// Nothing could be traced.
    func skipped(_ reason: String) -> Failure {
        Failure(.unavailable, "nothing can be traced: \(reason)", at: place)
    }
}
