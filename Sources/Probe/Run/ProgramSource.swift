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
    /// What has come in, and from where on nobody has taken it.
    private var pending: [UInt8] = []
    private var start = 0
    /// Lines before this place were looked at; just behind the next program's end, where that is known.
    private var searched = 0
    private var end: Int?
    private var isAtEnd = false

    init(input: Input, output: ProbeOutput, signals: Int32) {
        self.input = input
        self.output = output
        self.signals = signals
    }

    /// The next program; nil at the end of the input.
    mutating func next() -> Next? {
        while true {
            if hasNext(), let end {
                let text = String(decoding: pending[start..<end], as: UTF8.self)
                start = end
                self.end = nil
                return .text(text)
            }
            if isAtEnd {
                let rest = String(decoding: pending[start...], as: UTF8.self)
                drop(pending.count)
                return rest.allSatisfy(\.isWhitespace) ? nil : .text(rest)
            }
            drop(start)
            guard fill() else { return .interrupted }
        }
    }

    /// Whether another program has come in whole, so that the next one is there without waiting.
    mutating func hasNext() -> Bool {
        while end == nil, let newline = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
            if ProgramSource.isEnd(pending[searched..<newline]) { end = newline + 1 }
            searched = newline + 1
        }
        return end != nil
    }

    /// Whether a line is `end`, with nothing but spaces around it.
    private static func isEnd(_ line: ArraySlice<UInt8>) -> Bool {
        let space = UInt8(ascii: " ")
        let word = line.drop { $0 == space }
        return word.starts(with: "end".utf8) && word.dropFirst(3).allSatisfy { $0 == space }
    }

    private mutating func drop(_ count: Int) {
        pending.removeFirst(count)
        searched = max(0, searched - count)
        start = 0
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
