/// How messages travel between the coordinator and a worker: a kind, a length in four bytes (the lowest first), bytes.
public struct Frame: Hashable, Sendable {
    /// What the bytes are.
    public enum Kind: UInt8, Sendable {
        /// Coordinator to worker: a ``WorkOrder``.
        case order = 1
        /// Worker to coordinator: the precompiled prefix is on disk; its facts follow. Without bytes.
        case prefixReady = 2
        /// Worker to coordinator: a ``FactBlob``. The order is done.
        case facts = 3
        /// Worker to coordinator: there are no facts, for the reason in the bytes (UTF-8). The order is done.
        case unparsable = 4
        /// Worker to coordinator: the unit may mean something else on top of its prefix, because of what headers say. The
        /// order is done. In the bytes where the prefix below the one at fault is precompiled (UTF-8); none where there is none.
        case refused = 5
    }

    /// The size of kind and length.
    public static let headerSize = 5
    /// More than any unit has to say; a larger length is not a length.
    public static let maximalSize = 1 << 30

    /// What the bytes are.
    public var kind: Kind
    /// The message.
    public var bytes: [UInt8]

    /// Makes a frame.
    public init(kind: Kind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }

    /// Kind, length and bytes.
    public var encoded: [UInt8] {
        let length = UInt32(bytes.count)
        let header = [kind.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
        return header + bytes
    }

    /// The kind and the length that a header states; nil when it is no header.
    public static func parse(header: [UInt8]) -> (kind: Kind, length: Int)? {
        guard header.count == headerSize, let kind = Kind(rawValue: header[0]) else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(header[$1 + 1]) << (8 * $1) }
        return length <= maximalSize ? (kind, length) : nil
    }
}
