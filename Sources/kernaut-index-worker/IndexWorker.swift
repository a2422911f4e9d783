import CLinux
import ClangFacts
import Glibc
import IndexFacts

/// A worker of the indexer: reads orders from standard input, answers on standard output, one after the other.
///
/// It ends when its coordinator closes the pipe or dies. When libclang crashes, the process dies with it: the
/// coordinator sees that, names the unit and starts another worker.
@main
enum IndexWorker {
    static func main() {
        // The coordinator keeps one thread for each worker and starts it from there, so the signal means its end.
        _ = kernaut_die_with_parent()
        kernaut_be_as_nice_as_parent()
        signal(SIGPIPE, SIG_DFL)
        // Far more than any unit of a kernel takes. What needs more costs its unit, and not the machine.
        var memory = rlimit(rlim_cur: 1 << 30, rlim_max: 1 << 30)
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
        // libclang would otherwise catch its own crash and go on in a process that nobody can trust any more.
        setenv("LIBCLANG_DISABLE_CRASH_RECOVERY", "1", 1)
        // Whatever libclang prints must not get between the frames.
        let output = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        let parser = UnitParser()
        while let bytes = nextOrder() {
            guard let order = try? WorkOrder(decoding: bytes) else { exit(EXIT_FAILURE) }
            do {
                switch try parser.facts(
                    for: order,
                    prefixReady: { send(Frame(kind: .prefixReady, bytes: []), to: output) }
                ) {
                case .facts(let blob): send(Frame(kind: .facts, bytes: blob.encoded), to: output)
                case .refused(let below): send(Frame(kind: .refused, bytes: Array((below ?? "").utf8)), to: output)
                }
            } catch {
                send(Frame(kind: .unparsable, bytes: Array(error.reason.utf8)), to: output)
            }
        }
    }

    private static func nextOrder() -> [UInt8]? {
        guard let header = read(Frame.headerSize), let (kind, length) = Frame.parse(header: header), kind == .order
        else { return nil }
        return read(length)
    }

    private static func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let received = bytes.withUnsafeMutableBytes {
                Glibc.read(STDIN_FILENO, $0.baseAddress! + filled, count - filled)
            }
            if received < 0, errno == EINTR { continue }
            guard received > 0 else { return nil }
            filled += received
        }
        return bytes
    }

    private static func send(_ frame: Frame, to output: Int32) {
        let bytes = frame.encoded
        var sent = 0
        while sent < bytes.count {
            let written = bytes.withUnsafeBytes { Glibc.write(output, $0.baseAddress! + sent, bytes.count - sent) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { exit(EXIT_FAILURE) }
            sent += written
        }
    }
}
