import KernelBTF
import Testing

/// Bytes that are no type information, or no longer: the answer is an error or a layout, never a crash.
@Suite(.enabled(if: CompiledTypes.canCompile, "gcc or pahole is not installed"))
struct DamageTests {
    private static let text = """
        typedef int (*callback)(struct s *, const char *, ...); enum e { A = -1 }; enum big { B = 0x100000000 };
        struct inner { unsigned bits:3; union { int u; struct { short c; } d[2]; }; };
        struct s { struct inner in; callback call; struct s *next; enum e e; enum big g; const volatile long v[2][3];
            struct { double f; } named; char tail[]; } s;
        static int helper(struct s *p) { return p->e; }
        int (*use)(struct s *) = helper;
        """

    private static func ask(_ bytes: [UInt8]) throws {
        let btf = try BTF(bytes)
        for name in ["s", "inner", "s.named"] { _ = try btf.layouts(named: name) }
    }

    @Test func everyBeginningOfTheBytesIsRefused() throws {
        let bytes = try CompiledTypes(Self.text).bytes
        try Self.ask(bytes)
        for length in 0..<bytes.count {
            #expect(throws: BTFError.self, "\(length) of \(bytes.count) bytes") {
                try Self.ask(Array(bytes[..<length]))
            }
        }
    }

    @Test func noDamagedWordEndsTheProcess() throws {
        let bytes = try CompiledTypes(Self.text).bytes
        var refused = 0
        var answered = 0
        for offset in stride(from: 0, through: bytes.count - 4, by: 1) {
            let values: [UInt32] = [
                0, 1, 2, 3, 0x7f, 0xff, 0xffff, 0xff_ffff, 0x0400_0001, 0x8400_ffff, .max, .max >> 1,
            ]
            for value in values {
                var damaged = bytes
                for (place, byte) in withUnsafeBytes(of: value.littleEndian, Array.init).enumerated() {
                    damaged[offset + place] = byte
                }
                do {
                    try Self.ask(damaged)
                    answered += 1
                } catch {
                    #expect(error is BTFError)
                    refused += 1
                }
            }
        }
        #expect(refused > 0 && answered > 0)
    }

    @Test func typesThatContainThemselvesAreRefused() throws {
        // struct s { <unnamed> struct s; }, then a typedef of itself as the type of a member.
        #expect(throws: BTFError.tooDeep(type: 1)) {
            try BTF(Self.handmade([1, 0x0400_0001, 8, 0, 1, 0])).layouts(named: "s")
        }
        #expect(throws: BTFError.tooDeep(type: 2)) {
            try BTF(Self.handmade([1, 0x0400_0001, 8, 1, 2, 0, 3, 0x0800_0000, 2])).layouts(named: "s")
        }
    }

    @Test func otherBytesAreNoTypeInformation() {
        #expect(throws: BTFError.notBTF) { try BTF([UInt8](repeating: 0, count: 64)) }
        #expect(throws: BTFError.truncated(offset: 0)) { try BTF([]) }
        var later = Self.handmade([1, 0x0400_0000, 8])
        later[2] = 9
        #expect(throws: BTFError.unknownVersion(9)) { try BTF(later) }
    }

    @Test func aKindThatIsNotKnownIsNamed() {
        #expect(throws: BTFError.unknownKind(30, type: 1)) { try BTF(Self.handmade([1, 0x1e00_0000, 0])) }
    }

    /// Newer kernels say how long the types of each kind are, so that what is not known can be passed over.
    @Test func aKindThatIsNotKnownIsPassedOverWhereItsLengthIsSaid() throws {
        // A type of kind 20 with 4 bytes and two elements of 8 behind it, then struct s without members.
        let types: [UInt32] = [0, 0x1400_0002, 0, 7, 7, 7, 7, 7, 1, 0x0400_0000, 8]
        var lengths = [UInt8](repeating: 0, count: 4 * 21)
        lengths[4 * 20] = 4
        lengths[4 * 20 + 1] = 8
        let btf = try BTF(Self.handmade(types, lengths: lengths))
        #expect(try btf.layouts(named: "s") == [BTFLayout(name: "s", isUnion: false, sizeBytes: 8, members: [])])
    }

    /// Type information of these words of types and the texts "", "s" and "t".
    private static func handmade(_ types: [UInt32], lengths: [UInt8] = []) -> [UInt8] {
        let texts: [UInt8] = [0, 0x73, 0, 0x74, 0]
        let header = lengths.isEmpty ? 24 : 32
        let size = types.count * 4
        var words: [UInt32] = [0x0001_eb9f, UInt32(header), 0, UInt32(size), UInt32(size + lengths.count)]
        words.append(UInt32(texts.count))
        if !lengths.isEmpty { words += [UInt32(size), UInt32(lengths.count)] }
        return (words + types).flatMap { word in withUnsafeBytes(of: word.littleEndian, Array.init) } + lengths + texts
    }
}
