/// Where the probe's answers go.
enum ProbeOutput: Sendable {
    /// A pipe or a file.
    case descriptor(Int32)
    /// The memory that a guest shares with the process outside.
    case channel(GuestChannel)

    /// Writes all of a text; false where nobody reads it any more. Of what a guest writes the reader hears with ``flush()``.
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Like ``send(_:)-(String)``, where the text is bytes already.
    func send(_ bytes: [UInt8]) -> Bool {
        switch self {
        case .descriptor(let descriptor): return SystemFile.send(bytes, to: descriptor)
        case .channel(let channel):
            channel.send(bytes)
            return true
        }
    }

    /// Sees to it that the reader hears of what was written.
    func flush() {
        if case .channel(let channel) = self { channel.ring() }
    }

    /// What `poll` watches to hear that nobody reads any more; -1 where that cannot be.
    var watched: Int32 {
        switch self {
        case .descriptor(let descriptor): descriptor
        case .channel: -1
        }
    }
}
