import Glibc

/// Programs as they come in: the input is cut after each line `end`.
struct ProgramSource {
    /// What came next.
    enum Next {
        /// A program's text; the last one may lack its `end`.
        case text(String)
        /// A signal came, or nobody reads the output any more.
        case interrupted
    }

    /// Where programs come from.
    enum Input {
        /// A pipe or a file.
        case descriptor(Int32)
        /// The memory that a guest shares with the process outside.
        case channel(GuestChannel)
    }

    private static let capacity = 65536

    private let input: Input
    private let output: ProbeOutput
    private let signals: Int32
    private var pending: [UInt8] = []
    private var searched = 0
    private var isAtEnd = false

    init(input: Input, output: ProbeOutput, signals: Int32) {
        self.input = input
        self.output = output
        self.signals = signals
    }

    /// The next program; nil at the end of the input.
    mutating func next() -> Next? {
        while true {
            if let end = endOfProgram() {
                let text = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end)
                searched = 0
                return .text(text)
            }
            if isAtEnd {
                let rest = String(decoding: pending, as: UTF8.self)
                pending = []
                searched = 0
                return rest.allSatisfy(\.isWhitespace) ? nil : .text(rest)
            }
            guard fill() else { return .interrupted }
        }
    }

    /// Just behind the first line `end`; lines that were looked at before are not looked at again.
    private mutating func endOfProgram() -> Int? {
        while let newline = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = pending[searched..<newline]
            searched = newline + 1
            if String(decoding: line, as: UTF8.self).split(separator: " ").elementsEqual(["end"]) { return searched }
        }
        return nil
    }

    private mutating func fill() -> Bool {
        switch input {
        case .descriptor(let descriptor):
            guard let isReady = wait(for: descriptor) else { return false }
            guard isReady else { return true }
            var buffer = [UInt8](repeating: 0, count: ProgramSource.capacity)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 { return errno == EINTR }
            if count == 0 { isAtEnd = true }
            pending += buffer[..<count]
        case .channel(let channel):
            let bytes = channel.take(ProgramSource.capacity)
            pending += bytes
            guard bytes.isEmpty else { return true }
            guard wait(for: channel.bell) != nil else { return false }
            channel.quieten()
        }
        return true
    }

    /// Whether there is something to read; nil where this is to end.
    private func wait(for descriptor: Int32) -> Bool? {
        var watched = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: output.watched, events: 0, revents: 0),
        ]
        if poll(&watched, nfds_t(watched.count), -1) < 0 { return errno == EINTR ? false : nil }
        if watched[1].revents != 0 || watched[2].revents != 0 { return nil }
        return true
    }
}
