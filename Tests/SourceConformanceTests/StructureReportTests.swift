import KernelBTF
import KernelIndex
import Report
import SourceConformance
import Testing

@Suite(.enabled(if: TwoCompilers.areHere, "gcc or pahole is not installed"))
struct StructureReportTests {
    @Test func whatDiffersIsNamedBelowItsStructure() throws {
        let both = try TwoCompilers("struct s { int a, b; } s;", kernel: "struct s { int a; long b; } s;")
        let comparison = try StructureCheck.run(store: both.store, layouts: both.btf.layouts(named: "s"), names: ["s"])
        let report = StructureComparisonReport(comparison, about: both.store.about)
        #expect(
            report.text(.plain) == """
                s    8 bytes, in the kernel 16  2 members  differs
                  b  offset 4 size 4, in the kernel offset 8 size 8             offset and size differs
                1 of 2 members in 1 structures are where the source of Linux 6.1.192 puts them
                """
        )
        #expect(report.document.structures[0].members.map(\.result) == ["equal", "offset and size differs"])
    }
}
