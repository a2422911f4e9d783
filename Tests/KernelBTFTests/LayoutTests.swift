import KernelBTF
import Testing

@Suite(.enabled(if: CompiledTypes.canCompile, "gcc or pahole is not installed"))
struct LayoutTests {
    private func lines(_ text: String, of name: String = "s") throws -> [String] {
        try BTF(CompiledTypes(text).bytes).layouts(named: name).flatMap(\.lines)
    }

    @Test func membersOfUnnamedRecordsBelongToTheRecordAroundThem() throws {
        #expect(
            try lines(
                "struct s { int a; union { long b; struct { short c, d; }; }; struct { int inner; } named; } s;"
            ) == [
                "layout struct s 24",
                "member 0 0 32 a int",
                "member 1 64 64 b long",
                "member 2 64 16 c short",
                "member 2 80 16 d short",
                "member 0 128 32 named struct (unnamed)",
                "end",
                "layout struct s.named 4",
                "member 0 0 32 inner int",
                "end",
            ]
        )
    }

    @Test func bitfieldsHaveTheBitsThatTheSourceStates() throws {
        #expect(
            try lines("struct s { unsigned a:3; unsigned :5; _Bool b:1; unsigned long c:40; int d; } s;") == [
                "layout struct s 16",
                "bitfield 0 0 3 a unsigned int",
                "bitfield 0 8 1 b _Bool",
                "bitfield 0 9 40 c unsigned long",
                "member 0 64 32 d int",
                "end",
            ]
        )
    }

    @Test func typesAreSpelledAsCDeclaresThem() throws {
        let text = """
            typedef unsigned int u32; enum e { A }; enum big { B = 0x100000000 }; struct other;
            struct s {
                u32 typedefed; enum e small; enum big large; const char *name; char *const fixed; volatile int v;
                struct other *opaque; void *nothing; int grid[6]; int (*call)(struct s *, const char *, ...);
                void (*none)(void); int (*table[4])(int); int (*row)[5]; double f; unsigned char tail[];
            } s;
            """
        let types = try lines(text).dropFirst().dropLast().map { line in
            line.split(separator: " ", maxSplits: 5).suffix(2).joined(separator: ": ")
        }
        #expect(
            types == [
                "typedefed: u32", "small: enum e", "large: enum big", "name: const char *", "fixed: char *const",
                "v: volatile int", "opaque: struct other *", "nothing: void *", "grid: int[6]",
                "call: int (*)(struct s *, const char *, ...)", "none: void (*)(void)", "table: int (*[4])(int)",
                "row: int (*)[5]", "f: double", "tail: unsigned char[]",
            ]
        )
    }

    @Test func sizesAreThoseOfTheTypesBehindNames() throws {
        let text = """
            typedef struct { long l[3]; } three; typedef three grid[2];
            struct s { grid g; const three c; enum { X } e; char tail[]; } s;
            """
        #expect(
            try lines(text).filter { $0.hasPrefix("member") }.map {
                $0.split(separator: " ")[2...4].joined(separator: " ")
            }
                == ["0 384 g", "384 192 c", "576 32 e", "608 0 tail"]
        )
    }

    @Test func recordsThatOnlyAMemberNamesAreFoundByBothNames() throws {
        let btf = try BTF(
            CompiledTypes("struct s { struct { struct { int x; } in; } out, *more; union { int u; } list[2]; } s;")
                .bytes
        )
        #expect(try btf.layouts(named: "s").map(\.name) == ["s", "s.out", "s.out.in", "s.more", "s.more.in", "s.list"])
        #expect(try btf.layouts(named: "s.out.in").map(\.sizeBytes) == [4])
        #expect(try btf.layouts(named: "s.list").map(\.isUnion) == [true])
    }

    @Test func aNameThatNoRecordHasGivesNoLayout() throws {
        let btf = try BTF(CompiledTypes("struct s { int a; } s; typedef struct s t; int v;").bytes)
        for name in ["", "t", "v", "a", "S", "ss", "s.a", "s.", "."] { #expect(try btf.layouts(named: name).isEmpty) }
    }

    @Test func linesAreReadAsTheyWereWritten() throws {
        let btf = try BTF(
            CompiledTypes("struct s { struct { int (*f)(int, char *); unsigned b:3; } in; union { int u; }; } s;").bytes
        )
        let layouts = try btf.layouts(named: "s")
        let text = (layouts.flatMap(\.lines) + [BTFLayoutText.line(missing: "t")]).joined(separator: "\n") + "\n"
        #expect(try BTFLayoutText.read(text) == layouts.map { .layout($0) } + [.missing("t")])
    }

    @Test(arguments: [
        ("layout struct s\nend\n", 1), ("layout struct s 4\nmember 0 0 32 a int\n", 4), ("member 0 0 32 a int\n", 1),
        ("layout struct s 4\nmember 0 0 a int\nend\n", 2), ("layout struct s -4\nend\n", 1), ("nonsense\n", 1),
        ("layout struct s 4\nmissing t\nend\n", 2), ("missing\n", 1), ("end\n", 1),
    ])
    func aLineThatCannotBeReadIsNamed(_ text: String, _ line: Int) {
        let misread = #expect(throws: BTFLayoutText.Misread.self) { try BTFLayoutText.read(text) }
        #expect(misread?.line == line)
    }
}
