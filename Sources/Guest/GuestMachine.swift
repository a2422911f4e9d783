import CLinux
import Failure
import Glibc

/// A running guest and the channels to it. To be used by one thread at a time.
///
/// QEMU runs on a leash (`kernaut-probe leash`): it ends when this process ends, however that happens.
public final class GuestMachine {
    /// Why a guest gave no line.
    public enum Loss: Error, Hashable, Sendable {
        /// QEMU ended, or the guest's kernel did.
        case ended
        /// Nothing came in the time that was allowed.
        case timedOut
    }

    /// How much of the console is kept, in bytes: a panic with its registers and its stack fits many times.
    private static let consoleCapacity = 64 * 1024

    private let leash: pid_t
    private var hold: Int32
    private let console: Int32
    /// Readable when there are results, written to when there is input.
    private let bell: Int32
    private let channel: OpaquePointer
    private var pending: [UInt8] = []
    private var searched = 0
    private var consoleBytes: [UInt8] = []
    private var hasEnded = false

    /// Boots a guest. It is ready when the line `guest …` comes.
    ///
    /// - Parameters:
    ///   - probe: `kernaut-probe`, whose leash holds QEMU.
    ///   - kernelArguments: what the kernel is told besides what all guests' are.
    ///   - cpus: how many processors the guest has.
    /// - Throws: `Failure` (69, 70) where QEMU cannot be started.
    init(
        _ image: GuestImage,
        initramfs: Initramfs,
        qemu: Qemu,
        accelerator: Qemu.Accelerator,
        probe: String,
        kernelArguments: [String],
        cpus: Int
    ) throws(Failure) {
        var pairs: [[Int32]] = []
        func closeAll() { pairs.joined().forEach { close($0) } }
        for _ in 0..<3 {
            var ends: [Int32] = [-1, -1]
            // Not inherited by any other process that is started meanwhile.
            guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
                closeAll()
                throw Failure(.internalFault, "socketpair: \(String(cString: strerror(errno)))")
            }
            pairs.append(ends)
        }
        let memory = kernaut_channel_make()
        guard memory >= 0, let channel = kernaut_channel_map(memory) else {
            closeAll()
            if memory >= 0 { close(memory) }
            throw Failure(.internalFault, "the memory to share with a guest: \(String(cString: strerror(errno)))")
        }
        defer { close(memory) }
        let words =
            [probe, "leash"]
            + qemu.arguments(
                image,
                initramfs,
                accelerator: accelerator,
                kernelArguments: kernelArguments,
                cpus: cpus,
                console: 3,
                bell: 4,
                channel: 5
            )
        do {
            leash = try GuestMachine.spawn(
                words,
                standardInput: pairs[2][1],
                descriptors: [pairs[0][1], pairs[1][1], memory]
            )
        } catch {
            closeAll()
            kernaut_channel_unmap(channel)
            throw error
        }
        for pair in pairs { close(pair[1]) }
        (console, bell, hold) = (pairs[0][0], pairs[1][0], pairs[2][0])
        self.channel = channel
        for descriptor in [console, bell] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        end()
        kernaut_channel_unmap(channel)
    }

    private static func spawn(
        _ words: [String],
        standardInput: Int32,
        descriptors: [Int32]
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        // What QEMU complains about is heard on the console's own channel.
        posix_spawn_file_actions_adddup2(&actions, descriptors[0], 2)
        // Twice: a descriptor may have the number that another is to get.
        for (index, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(100 + index))
        }
        for index in descriptors.indices {
            posix_spawn_file_actions_adddup2(&actions, Int32(100 + index), Int32(3 + index))
            posix_spawn_file_actions_addclose(&actions, Int32(100 + index))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A terminal's Ctrl-C is for kernaut to handle; a group of its own keeps it from QEMU.
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child: pid_t = 0
        let error = posix_spawn(&child, words[0], &actions, &attributes, &arguments, environ)
        guard error == 0 else {
            throw Failure(.unavailable, "QEMU cannot be started: \(String(cString: strerror(error)))", at: words[0])
        }
        return child
    }

    /// Sends a text to the guest's input. What the channel has no room for waits until the guest has taken the rest.
    ///
    /// - Parameter deadline: a time of ``now()``.
    public func send(_ text: String, before deadline: Double) throws(Loss) {
        var bytes = Array(text.utf8)[...]
        while true {
            let count = bytes.withUnsafeBufferPointer {
                kernaut_channel_put(channel, KERNAUT_INPUT, $0.baseAddress, UInt64($0.count))
            }
            bytes = bytes.dropFirst(Int(count))
            // Where the bell's own socket is full, it rings already.
            let rung = Glibc.send(bell, "!", 1, Int32(MSG_NOSIGNAL))
            guard rung == 1 || errno == EAGAIN || errno == EINTR else { throw .ended }
            if bytes.isEmpty { return }
            guard GuestMachine.now() < deadline else { throw .timedOut }
            usleep(1000)
        }
    }

    /// Waits for the next line of the results, without its newline.
    ///
    /// - Parameter deadline: a time of ``now()``.
    public func line(before deadline: Double) throws(Loss) -> String {
        while true {
            if let newline = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[searched..<newline], as: UTF8.self)
                searched = newline + 1
                if searched > 1 << 16 {
                    pending.removeFirst(searched)
                    searched = 0
                }
                return line
            }
            if take() { continue }
            if hasEnded { throw .ended }
            try wait(before: deadline)
        }
    }

    private func wait(before deadline: Double) throws(Loss) {
        let left = deadline - GuestMachine.now()
        guard left > 0 else { throw .timedOut }
        var watched = [
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
            pollfd(fd: console, events: Int16(POLLIN), revents: 0),
        ]
        // The bell does not ring for every line.
        let ready = poll(&watched, 2, Int32(min(left * 1000 + 1, 1000)))
        guard ready > 0 else { return }
        if watched[1].revents != 0 {
            drain(console) { consoleBytes += $0 }
            if consoleBytes.count > 2 * GuestMachine.consoleCapacity {
                consoleBytes.removeFirst(consoleBytes.count - GuestMachine.consoleCapacity)
            }
        }
        if watched[0].revents != 0, !drain(bell, { _ in }) { hasEnded = true }
    }

    /// Takes the results that are there; false where there are none.
    private func take() -> Bool {
        let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, length in
            length = Int(kernaut_channel_take(channel, KERNAUT_RESULTS, buffer.baseAddress, UInt64(buffer.count)))
        }
        pending += bytes
        return !bytes.isEmpty
    }

    /// Reads what is there; false where the other end is closed.
    @discardableResult
    private func drain(_ descriptor: Int32, _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno == EAGAIN }
            if count == 0 { return false }
            take(buffer[..<count])
        }
    }

    /// The last part of what the guest's kernel, or QEMU, has said.
    public func consoleLog() -> String {
        drain(console) { consoleBytes += $0 }
        return String(decoding: consoleBytes.suffix(GuestMachine.consoleCapacity), as: UTF8.self)
    }

    /// Ends the guest and waits until it is gone.
    public func end() {
        guard hold >= 0 else { return }
        close(hold)
        hold = -1
        var status: Int32 = 0
        while waitpid(leash, &status, 0) < 0 && errno == EINTR {}
        for descriptor in [console, bell] { close(descriptor) }
    }

    /// The monotonic clock, in seconds.
    public static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
