import IndexFacts
import Testing

struct BlobTests {
    private static func blob() throws -> FactBlob {
        try Source(
            """
            #include "a.h"
            struct ops { int (*fn)(int); int bits:3; union { int u; }; };
            static int g(int x) { return x; }
            struct ops o = { .fn = g };
            int f(struct ops *p) { return p->fn(1) + g(LIMIT); }
            """,
            headers: ["a.h": "#define LIMIT 3\n"]
        ).blob
    }

    @Test func bytesBringBackTheBlob() throws {
        let blob = try Self.blob()
        #expect(try FactBlob(decoding: blob.encoded) == blob)
        #expect(blob.files.map(\.path) == ["main.c", "a.h"])
        #expect(blob.files.allSatisfy { $0.digest.count == 16 && $0.isIncluded })
    }

    @Test func damagedBytesAreRefusedOrReadButNeverCrash() throws {
        let bytes = try Self.blob().encoded
        for length in 0..<bytes.count {
            #expect(throws: MalformedBytes.self) { try FactBlob(decoding: Array(bytes[..<length])) }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            _ = try? FactBlob(decoding: damaged)
        }
    }

    @Test func whatAWorkerHasReportedOfAHeaderItLeavesOut() throws {
        let source = try Source("#include \"a.h\"\n", headers: ["a.h": "struct s { int x; };\n#define A 1\n"])
        #expect(source.blob.groups.count == 2)
        #expect(Set(source.blob.groups.map(\.key)).count == 2)
        #expect(source.blob.groups.allSatisfy { $0.key != 0 })
    }

    @Test func errorsAreNamedBesideTheFacts() throws {
        let source = try Source("int f(void) { return 1; }\nint g(void) { return nothing; }\n")
        #expect(source.blob.message?.contains("main.c:2: use of undeclared identifier 'nothing'") == true)
        #expect(source.lines("definition").contains("definition f:f main.c:1:5-1"))
    }

    @Test func namesThatMacrosCountAreWithoutTheCount() throws {
        let source = try Source(
            """
            #define PASTE_(a, b) a##b
            #define PASTE(a, b) PASTE_(a, b)
            static int PASTE(__UNIQUE_ID_x, __COUNTER__) = 1;
            static int sys_clone3;
            """
        )
        let names = source.blob.symbols.filter { $0.kind == .variable }.map(\.name)
        #expect(names == ["__UNIQUE_ID_x", "sys_clone3"])
    }
}
