import KernelBTF
import KernelIndex
import SourceConformance
import Testing

@Suite(.enabled(if: TwoCompilers.areHere, "gcc or pahole is not installed"))
struct StructureTests {
    private func compare(
        _ text: String,
        kernel: String? = nil,
        _ names: [String] = ["s"]
    ) throws -> StructureComparison {
        let both = try TwoCompilers(text, kernel: kernel)
        let layouts = try names.flatMap { try both.btf.layouts(named: StructureCheck.plainName($0)) }
        return try StructureCheck.run(store: both.store, layouts: layouts, names: names)
    }

    private func results(_ comparison: StructureComparison) -> [String: ComparedMember.Result] {
        Dictionary(comparison.members.map { ($0.name, $0.result) }, uniquingKeysWith: { first, _ in first })
    }

    /// What makes compilers lay out differently where they do: packing, alignment, bit-fields across units, unions,
    /// flexible arrays, members that take another struct in.
    @Test func gccAndLibclangPutEveryMemberInTheSamePlace() throws {
        let comparison = try compare(
            """
            struct tree { long id; char kind; };
            struct s {
                char c; unsigned a:3, b:30; unsigned :0; unsigned long long wide:40; _Bool flag:1;
                union { int u; struct { short x, y; } __attribute__((packed)); };
                struct { char p; long q; } __attribute__((packed)) packed;
                struct tree;
                int aligned __attribute__((aligned(64)));
                int (*call)(struct s *);
                struct s *list[3];
                struct { struct { int deep; } in; } outer;
                char tail[];
            } s;
            union v { char c[5]; int i; } v;
            """,
            ["struct s", "v"]
        )
        #expect(comparison.isEqual)
        #expect(comparison.structures.map(\.name) == ["s", "s.packed", "s.outer", "s.outer.in", "v"])
        #expect(comparison.members.count == 22)
        #expect(comparison.members.allSatisfy { $0.result == .equal })
    }

    @Test func eachKindOfDifferenceIsTold() throws {
        let comparison = try compare(
            "struct s { int same; char moved; int grown; int gone; unsigned bits:3; } s;",
            kernel: "struct s { int same; int before; char moved; long grown; int fresh; unsigned bits:4; } s;"
        )
        #expect(!comparison.isEqual)
        #expect(comparison.structures.map(\.result) == [.differs])
        #expect(
            results(comparison) == [
                "same": .equal, "moved": .differs(.offset), "grown": .differs(.offsetAndSize), "gone": .onlyInSource,
                "bits": .differs(.offsetAndSize), "before": .onlyInKernel, "fresh": .onlyInKernel,
            ]
        )
        // In the order of the source; what the kernel alone has stands where its offset puts it.
        #expect(
            comparison.members.map(\.name) == ["same", "before", "moved", "grown", "gone", "fresh", "bits"]
        )
    }

    @Test func anotherSizeAloneIsADifference() throws {
        let comparison = try compare(
            "struct s { char c; } s;",
            kernel: "struct s { char c; } __attribute__((aligned(8))) s;"
        )
        #expect(results(comparison) == ["c": .equal])
        #expect(comparison.structures.map(\.result) == [.differs])
        #expect(!comparison.isEqual)
    }

    @Test func aStructureThatOneSideLacksIsTold() throws {
        let comparison = try compare(
            "struct a { int x; } a; struct b { int y; } b;",
            kernel: "struct b { int y; } b; struct c { int z; } c;",
            ["a", "b", "c", "d"]
        )
        #expect(comparison.structures.map(\.result) == [.onlyInSource, .equal, .onlyInKernel, .unknown])
        #expect(comparison.members.map(\.result) == [.onlyInSource, .equal, .onlyInKernel])
    }

    @Test func nothingComparedIsNotEqual() throws {
        #expect(try compare("int x;", []).isEqual == false)
    }
}
