/// `struct btf_header` of `include/uapi/linux/btf.h`: where the types, the texts and the lengths of kinds are.
///
/// Offsets are in bytes from the start of the bytes.
struct BTFSections {
    let types: Range<Int>
    let texts: Range<Int>
    /// One `struct btf_layout` for each kind that the writer knew; empty before 7.0.
    let kindLengths: Range<Int>

    private static let magic = 0xeb9f
    private static let oldHeader = 24
    private static let headerWithLengths = 32

    init(of bytes: UnsafeRawBufferPointer) throws(BTFError) {
        guard bytes.count >= BTFSections.oldHeader else { throw .truncated(offset: 0) }
        guard bytes.word16(at: 0) == BTFSections.magic else { throw .notBTF }
        guard bytes[2] == 1 else { throw .unknownVersion(Int(bytes[2])) }
        let header = bytes.word(at: 4)
        guard header >= BTFSections.oldHeader, header <= bytes.count else { throw .badSections }

        func section(at field: Int) -> Range<Int> {
            let start = header + bytes.word(at: field)
            return start..<(start + bytes.word(at: field + 4))
        }
        types = section(at: 8)
        texts = section(at: 16)
        kindLengths = header >= BTFSections.headerWithLengths ? section(at: 24) : header..<header
        let ends = [types, texts, kindLengths].map(\.upperBound)
        guard let end = ends.max(), end <= bytes.count else { throw .truncated(offset: bytes.count) }
        guard let last = texts.last, bytes[texts.lowerBound] == 0, bytes[last] == 0 else { throw .badSections }
    }
}

extension UnsafeRawBufferPointer {
    /// Four bytes that are known to be there.
    func word(at offset: Int) -> Int {
        precondition(offset >= 0 && offset + 4 <= count, "a word lies within the bytes")
        return Int(loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Two bytes that are known to be there.
    func word16(at offset: Int) -> Int {
        precondition(offset >= 0 && offset + 2 <= count, "a word lies within the bytes")
        return Int(loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
}
