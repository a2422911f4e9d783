import Glibc
import KernelABI

/// The kernel's tracing files.
struct TraceFolder {
    /// Why nothing can be traced here.
    struct Missing: Error {
        let reason: String
    }

    /// Where they are: `/sys/kernel/tracing`.
    let path: String

    /// Finds the files.
    static func find() throws(Missing) -> TraceFolder {
        for path in ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"] where SystemFile.exists("\(path)/trace") {
            // The numbers of tasks in the trace are those of the initial PID namespace (PROC_PID_INIT_INO).
            var namespace = [CChar](repeating: 0, count: 64)
            readlink("/proc/self/ns/pid", &namespace, namespace.count - 1)
            let name = String(decoding: namespace.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard name == "pid:[4026531836]" else {
                throw Missing(reason: "tracing needs the initial PID namespace")
            }
            return TraceFolder(path: path)
        }
        throw Missing(reason: "tracefs is not there: /sys/kernel/tracing is empty")
    }

    /// The tracer that is on: `nop`, `function_graph`; empty where the kernel does not say.
    var tracer: String { String(((try? read("current_tracer")) ?? "").prefix { $0 != "\n" }) }

    /// The path of one of the files.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The text of one of the files.
    func read(_ name: String) throws(SystemError) -> String { try SystemFile.read(file(name)) }

    /// Writes what the kernel has to take.
    func put(_ text: String, into name: String) throws(SystemError) { try SystemFile.put(text, into: file(name)) }

    /// Empties a list or a buffer, which is what opening it so means to the kernel.
    func clear(_ name: String) throws(SystemError) { close(try SystemFile.open(file(name), O_WRONLY | O_TRUNC)) }

    /// Adds a line to a list.
    func append(_ text: String, to name: String) throws(SystemError) {
        let descriptor = try SystemFile.open(file(name), O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) >= 0 else {
            throw SystemFile.lastError("write \(text) to \(file(name))")
        }
    }

    /// Calls `body` with each line of a file as it is read, without its newline.
    func eachLine(of name: String, _ body: (Substring) -> Void) throws(SystemError) {
        let descriptor = try SystemFile.open(file(name), O_RDONLY)
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        var pending: [UInt8] = []
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemFile.lastError("read \(file(name))")
            }
            if count == 0 { break }
            pending += buffer[..<count]
            guard let last = pending.lastIndex(of: 0x0A) else { continue }
            let text = String(decoding: pending[..<last], as: UTF8.self)
            // By bytes: the lines are many, and where characters end is no matter here.
            for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) { body(Substring(line)) }
            pending.removeFirst(last + 1)
        }
        if !pending.isEmpty { body(Substring(String(decoding: pending, as: UTF8.self))) }
    }

    /// How many events the processors' buffers of an instance could not keep.
    func lostEvents(in instance: String = "") -> Int {
        let folder = "\(instance)per_cpu"
        var lost = 0
        for processor in SystemFile.directories(in: file(folder)) {
            for line in ((try? read("\(folder)/\(processor)/stats")) ?? "").split(separator: "\n") {
                let parts = line.split(separator: ":")
                guard parts.count == 2, ["overrun", "commit overrun", "dropped events"].contains(parts[0]) else {
                    continue
                }
                lost += Int(parts[1].drop { $0 == " " }) ?? 0
            }
        }
        return lost
    }
}
