import Failure
import Glibc
import IndexFacts

/// A running `kernaut-index-worker` and the pipes to it.
///
/// A worker asks the kernel to end it when the *thread* that started it ends. So it is started, spoken to and ended by
/// one thread, which lives as long as it does; no asynchronous task, which may move between threads, can do that.
final class WorkerProcess {
    /// What became of a worker that gave no answer.
    enum Loss: Error {
        /// It closed its pipe: it died.
        case died
        /// What it sent is no answer.
        case senseless
        /// It took too long, and was killed.
        case timedOut
    }

    /// The process.
    let id: pid_t
    /// Tells the worker from every other, those of earlier runs included.
    let number = FactSpool.workerNumber()
    private var input: Int32
    private var output: Int32
    private var hasEnded = false

    /// Starts a worker.
    ///
    /// - Throws: ``Failure`` when it cannot be started.
    init(executable: String) throws {
        guard let toWorker = WorkerProcess.privatePipe() else { throw WorkerProcess.failure(executable) }
        guard let fromWorker = WorkerProcess.privatePipe() else {
            toWorker.forEach { close($0) }
            throw WorkerProcess.failure(executable)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toWorker[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromWorker[1], STDOUT_FILENO)
        // What libclang prints when it crashes is no line of kernaut's; the loss itself is reported.
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The calling thread blocks SIGPIPE; the worker has no reason to.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup(executable), nil]
        defer { free(arguments[0]) }
        var child: pid_t = 0
        let error = posix_spawn(&child, executable, &actions, &attributes, arguments, environ)
        close(toWorker[0])
        close(fromWorker[1])
        guard error == 0 else {
            close(toWorker[1])
            close(fromWorker[0])
            errno = error
            throw WorkerProcess.failure(executable)
        }
        id = child
        input = toWorker[1]
        output = fromWorker[0]
    }

    deinit { end() }

    /// A pipe that no other program inherits. Workers are started one at a time, so none is between the two calls.
    private static func privatePipe() -> [Int32]? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    /// Sends an order.
    func send(_ order: WorkOrder) throws(Loss) {
        let bytes = Frame(kind: .order, bytes: order.encoded).encoded
        var sent = 0
        while sent < bytes.count {
            let written = bytes.withUnsafeBytes { write(input, $0.baseAddress! + sent, bytes.count - sent) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .died }
            sent += written
        }
    }

    /// Waits for the next frame.
    ///
    /// - Parameter deadline: a time of the monotonic clock, in seconds.
    func receive(before deadline: Double) throws(Loss) -> Frame {
        guard let (kind, length) = Frame.parse(header: try read(Frame.headerSize, before: deadline)) else {
            throw .senseless
        }
        return Frame(kind: kind, bytes: try read(length, before: deadline))
    }

    private func read(_ count: Int, before deadline: Double) throws(Loss) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let left = deadline - MonotonicClock.seconds
            guard left > 0 else { throw .timedOut }
            var poll = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let ready = Glibc.poll(&poll, 1, Int32(min(left * 1000 + 1, 1_000_000)))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { continue }
            let received = bytes.withUnsafeMutableBytes {
                Glibc.read(output, $0.baseAddress! + filled, count - filled)
            }
            if received < 0, errno == EINTR { continue }
            guard received > 0 else { throw .died }
            filled += received
        }
        return bytes
    }

    /// Ends the worker, waits for that, and says how it ended.
    ///
    /// - Parameter isDying: whether it has closed its pipe, and so gets a moment to end of its own cause.
    @discardableResult
    func end(isDying: Bool = false) -> String {
        guard !hasEnded else { return "it has ended" }
        hasEnded = true
        close(input)
        close(output)
        var status: Int32 = 0
        if isDying {
            let deadline = MonotonicClock.seconds + 5
            while MonotonicClock.seconds < deadline {
                if waitpid(id, &status, WNOHANG) == id { return WorkerProcess.cause(of: status) }
                usleep(1000)
            }
        }
        kill(id, SIGKILL)
        while waitpid(id, &status, 0) < 0 {
            guard errno == EINTR else { return "it ended" }
        }
        return WorkerProcess.cause(of: status)
    }

    private static func cause(of status: Int32) -> String {
        let signal = status & 0x7f
        return signal == 0 ? "it ended with status \((status >> 8) & 0xff)" : "it was ended by signal \(signal)"
    }

    private static func failure(_ executable: String) -> Failure {
        Failure(
            .internalFault,
            "the index worker cannot be started: \(String(cString: strerror(errno)))",
            at: executable,
            remedy: "build kernaut with 'swift build', which makes it beside kernaut"
        )
    }
}

/// The clock that no change of the time of day touches.
enum MonotonicClock {
    /// Seconds since some moment.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
