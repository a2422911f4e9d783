public import IndexFacts

/// Ascending numbers in the form of ``NumberList``, read while one walks through them: an index of everything has three
/// million numbers of files, and an update asks where a few of them stand.
public struct StoredNumbers: Sequence, Hashable, Sendable {
    @usableFromInline let bytes: [UInt8]

    /// No numbers.
    public init() { bytes = [] }

    /// Takes a list over.
    ///
    /// - Throws: ``MalformedBytes`` for what is no list.
    public init(_ bytes: [UInt8]) throws(MalformedBytes) {
        self.bytes = bytes
        var last: Int64 = 0
        var iterator = Iterator(bytes)
        while let number = iterator.next() {
            guard number >= last, number < 1 << 41 else { throw MalformedBytes(offset: iterator.offset) }
            last = number
        }
        guard iterator.offset == bytes.count else { throw MalformedBytes(offset: iterator.offset) }
    }

    /// Whether there is none.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Starts with the lowest.
    @inlinable public func makeIterator() -> Iterator { Iterator(bytes) }

    /// Walks through numbers.
    public struct Iterator: IteratorProtocol {
        @usableFromInline let bytes: [UInt8]
        @usableFromInline var offset = 0
        @usableFromInline var last: Int64 = 0

        @inlinable init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// The next number; nil at the end, or at what is no number.
        @inlinable public mutating func next() -> Int64? {
            var step: UInt64 = 0
            var shift: UInt64 = 0
            var position = offset
            while position < bytes.count, shift < 42 {
                let byte = bytes[position]
                position += 1
                step |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 {
                    offset = position
                    last += Int64(step)
                    return last
                }
                shift += 7
            }
            return nil
        }
    }
}
