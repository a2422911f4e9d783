/// A kernel's type information, as `/sys/kernel/btf/vmlinux` holds it: `include/uapi/linux/btf.h`.
///
/// The bytes are looked through once, for where each type begins; names are compared as bytes and become texts only
/// where an answer holds them. Whatever the bytes are, a question ends in an answer or in a ``BTFError``.
public struct BTF: Sendable {
    private let bytes: [UInt8]
    private let texts: Range<Int>
    /// Where each type begins, by its number less 1.
    private let starts: [UInt32]

    /// A type may be this many steps away from the one that is asked about.
    static let deepest = 64
    /// `struct btf_type`
    private static let typeSize = 12

    /// Finds the types in the bytes.
    public init(_ bytes: [UInt8]) throws(BTFError) {
        // No kernel's comes near this; offsets are kept in half a word.
        guard bytes.count <= Int32.max else { throw .badSections }
        self.bytes = bytes
        // A closure would lose the kind of the error.
        let found: Result<(Range<Int>, [UInt32]), BTFError> = bytes.withUnsafeBytes { bytes in
            do throws(BTFError) {
                let sections = try BTFSections(of: bytes)
                return .success((sections.texts, try BTF.starts(in: bytes, sections)))
            } catch {
                return .failure(error)
            }
        }
        (texts, starts) = try found.get()
    }

    /// How many types there are, `void` left out.
    public var count: Int { starts.count }

    private static func starts(in bytes: UnsafeRawBufferPointer, _ sections: BTFSections) throws(BTFError) -> [UInt32] {
        var starts: [UInt32] = []
        starts.reserveCapacity(sections.types.count / 20)
        var offset = sections.types.lowerBound
        while offset < sections.types.upperBound {
            starts.append(UInt32(truncatingIfNeeded: offset))
            guard offset + typeSize <= sections.types.upperBound else { throw .truncated(offset: offset) }
            let info = bytes.word(at: offset + 4)
            let number = (info >> 24) & 0x7f
            let tail: (once: Int, each: Int)
            if let kind = BTFKind(rawValue: number), kind != .void {
                tail = kind.tail
            } else if number > 0, 4 * (number + 1) <= sections.kindLengths.count {
                let lengths = sections.kindLengths.lowerBound + 4 * number
                tail = (Int(bytes[lengths]), Int(bytes[lengths + 1]))
            } else {
                throw .unknownKind(number, type: starts.count)
            }
            let end = offset + typeSize + tail.once + tail.each * (info & 0xff_ffff)
            guard end <= sections.types.upperBound else { throw .truncated(offset: offset) }
            offset = end
        }
        return starts
    }

    /// The type of a number that another type refers to.
    func type(_ id: Int) throws(BTFError) -> BTFType {
        if id == 0 {
            return BTFType(id: 0, kind: .void, nameOffset: 0, count: 0, flag: false, sizeOrType: 0, tail: 0)
        }
        guard id > 0, id <= starts.count else { throw .badReference(to: id) }
        let start = Int(starts[id - 1])
        let info = word(at: start + 4)
        let number = (info >> 24) & 0x7f
        guard let kind = BTFKind(rawValue: number) else { throw .unknownKind(number, type: id) }
        return BTFType(
            id: id,
            kind: kind,
            nameOffset: word(at: start),
            count: info & 0xff_ffff,
            flag: info >> 31 != 0,
            sizeOrType: word(at: start + 8),
            tail: start + BTF.typeSize
        )
    }

    /// Four bytes of the types, of which ``init(_:)`` has seen that they are there.
    func word(at offset: Int) -> Int { bytes.withUnsafeBytes { $0.word(at: offset) } }

    /// The text at an offset among the texts; empty at 0.
    func text(at offset: Int) throws(BTFError) -> String {
        guard offset < texts.count else { throw .badText(offset: offset) }
        // The last byte of the texts is zero.
        return String(decoding: bytes[(texts.lowerBound + offset)...].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// A name as C has it; nil for none.
    ///
    /// - Parameter mayHaveSpaces: as the names of integers do: `unsigned int`.
    func name(at offset: Int, of type: Int, mayHaveSpaces: Bool = false) throws(BTFError) -> String? {
        if offset == 0 { return nil }
        let text = try text(at: offset)
        let isOfC = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "."):
                true
            case UInt8(ascii: " "): mayHaveSpaces
            default: false
            }
        }
        guard isOfC else { throw .badName(type: type) }
        return text.isEmpty ? nil : text
    }

    /// The numbers of the complete structs and unions of a name.
    func records(named name: some StringProtocol) -> [Int] {
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty else { return [] }
        return bytes.withUnsafeBytes { bytes in
            var found: [Int] = []
            for (index, start) in starts.enumerated() {
                let start = Int(start)
                let kind = (bytes.word(at: start + 4) >> 24) & 0x7f
                guard kind == BTFKind.structure.rawValue || kind == BTFKind.union.rawValue else { continue }
                let text = texts.lowerBound + bytes.word(at: start)
                // One byte more than the name: the zero byte after it.
                guard text + wanted.count < texts.upperBound, bytes[text + wanted.count] == 0 else { continue }
                if bytes[text..<(text + wanted.count)].elementsEqual(wanted) { found.append(index + 1) }
            }
            return found
        }
    }
}
