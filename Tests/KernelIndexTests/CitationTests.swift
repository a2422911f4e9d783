import KernelABI
import Testing

@testable import KernelIndex

@Suite struct CitationTests {
    private func index() throws -> HandmadeIndex {
        let index = try HandmadeIndex()
        try index.source(
            "kernel/cgroup/pids.c",
            """
            static void before(void) { if (limit) return; }
            static int pids_try_charge(struct pids_cgroup *pids, int num)
            {
            \tint64_t new = atomic64_add_return(num,
            \t\t\t\t&p->counter);
            \tif (new   > limit)
            \t\tgoto revert;
            \treturn 0;
            }
            static void after(void) { if (other) return; }
            """
        )
        try index.function("pids_try_charge", in: "kernel/cgroup/pids.c", lines: 2...9, isStatic: true)
        return index
    }

    private func check(
        _ condition: String?,
        function: String = "pids_try_charge",
        file: String = "kernel/cgroup/pids.c",
        _ expected: (CitationResolution) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let index = try index()
        let citation = SourceCitation(function: function, file: file, condition: condition)
        let found = try CitationResolver(try index.open()).resolve(citation)
        #expect(expected(found), "\(found)", sourceLocation: sourceLocation)
    }

    @Test func conditionIsFoundWithItsLineAndWhiteSpaceFolded() throws {
        try check("new > limit") { $0.place?.line == 6 }
        try check("atomic64_add_return(num, &p->counter)") { $0.place?.line == 4 }
        try check("if (new\n> limit) goto revert") { $0.place?.line == 6 }
    }

    @Test func citationWithoutConditionResolvesToTheFunction() throws {
        try check(nil) { $0.place?.line == 2 }
    }

    @Test func conditionOutsideOfTheFunctionDoesNotCount() throws {
        try check("if (limit)") { if case .conditionMissing = $0 { true } else { false } }
        try check("if (other)") { if case .conditionMissing = $0 { true } else { false } }
    }

    @Test func functionInAnotherFileIsMissingAndItsPlaceIsNamed() throws {
        try check(nil, file: "kernel/fork.c") {
            $0
                == .functionMissing(definedElsewhere: [
                    LocatedLine(file: "kernel/cgroup/pids.c", line: 2, column: 1)
                ])
        }
        try check(nil, function: "no_such") { $0 == .functionMissing(definedElsewhere: []) }
    }

    @Test func sourceThatVanishedOrChangedIsNotReadAsIfItWereTheIndexedOne() throws {
        let index = try index()
        let citation = SourceCitation(
            function: "pids_try_charge",
            file: "kernel/cgroup/pids.c",
            condition: "new > limit"
        )
        let store = try index.open()
        try index.source("kernel/cgroup/pids.c", "changed")
        try index.execute("UPDATE file SET digest = x'00'")
        #expect(try CitationResolver(store).resolve(citation).place == nil)
        #expect(try store.sourceText(of: "kernel/cgroup/pids.c")?.isAsIndexed == false)
        #expect(try store.sourceText(of: "kernel/gone.c") == nil)
    }
}
