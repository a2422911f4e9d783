import Failure
import Report
import Testing

@testable import KernelIndex

/// Two small kernels beside each other.
@Suite struct KernelComparisonTests {
    private static let old = [
        "ops.h": """
        struct ops { int (*can)(int); void (*cancel)(int); };
        int nothing(void); int gone(void); int stays(void);
        """,
        "fork.c": """
        #include "ops.h"
        #define EAGAIN 11
        #define EINVAL 22
        #define ENOMEM 12
        extern struct ops *list[2];
        static int show(void) { return 1; }
        int copy(int flags, int count)
        {
            if (flags & 1)
                return -EINVAL;
            if (count >= 10)
                return -EAGAIN;
            if (gone())
                return -ENOMEM;
            if (list[0]->can(flags))
                return 1;
            return stays() + show();
        }
        int only_old(void) { return 0; }
        """,
        "pids.c": """
        #include "ops.h"
        static int pids_can(int flags) { return 0; }
        static void pids_cancel(int flags) { }
        static int show(void) { return 2; }
        struct ops pids_ops = { .can = pids_can, .cancel = pids_cancel };
        int use(void) { return show(); }
        """,
        "layout.c": "struct box { int a; long b; char c; int gone; union { int u; long v; }; }; struct box box;",
    ]

    private static let new = [
        "ops.h": old["ops.h"]!,
        "copy.c": """
        #include "ops.h"
        #define EAGAIN 11
        #define EINVAL 22
        #define ENOMEM 12
        extern struct ops *list[2];
        static int show(void) { return 1; }
        int copy(int flags, int count)
        {
            if (flags & 1)
                return -EINVAL;
            if (count >= 10 && !(flags & 2))
                return -EAGAIN;
            if (flags & 4)
                return -EINVAL;
            if (list[0]->can(flags))
                return 1;
            list[0]->cancel(flags);
            return stays() + show() + nothing();
        }
        int only_new(void) { return 0; }
        """,
        "pids.c": """
        #include "ops.h"
        static int pids_may(int flags) { return 0; }
        static int show(void) { return 2; }
        struct ops pids_ops = { .can = pids_may };
        int use(void) { return show(); }
        """,
        "layout.c": "struct box { long b; int a; short c; int come; union { int u; long v; }; }; struct box box;",
    ]

    private static func both<Answer>(_ body: (IndexStore, IndexStore) throws -> Answer) throws -> Answer {
        let first = try IndexedSources(old)
        let second = try IndexedSources(new)
        return try withExtendedLifetime((first, second)) { try body(first.store, second.store) }
    }

    @Test func calleesAndChecksOfAFunctionThatMovedToAnotherFileAreCompared() throws {
        try Self.both { first, second in
            let compared = try first.compareFunctions(named: "copy", with: second)
            #expect(compared.removed.isEmpty && compared.added.isEmpty)
            let copy = try #require(compared.comparisons.first)
            #expect(copy.before.function.home?.file == "fork.c")
            #expect(copy.after.function.home?.file == "copy.c")
            #expect(copy.removedCallees.map(\.name) == ["gone"])
            #expect(copy.addedCallees.map(\.name) == ["ops.cancel", "nothing"])
            #expect(copy.addedCallees[0].isThroughMember)
            #expect(copy.targets.map(\.member) == ["ops.can"])
            #expect(copy.targets[0].added == ["pids_may"] && copy.targets[0].removed == ["pids_can"])
            #expect(copy.errors.map { $0.before?.errno } == ["EAGAIN", "ENOMEM", nil])
            #expect(copy.errors.map { $0.after?.errno } == ["EAGAIN", nil, "EINVAL"])
            #expect(copy.errors[0].after?.condition?.contains("!(flags & 2)") == true)
            #expect(copy.sameErrors == 1)
            #expect(copy.isSameText == false)
        }
    }

    @Test func aFunctionOfOneKernelAloneIsGivenAsSuch() throws {
        try Self.both { first, second in
            let gone = try first.compareFunctions(named: "only_old", with: second)
            #expect(gone.comparisons.isEmpty && gone.added.isEmpty)
            #expect(gone.removed.map(\.function.name) == ["only_old"])
            let come = try first.compareFunctions(named: "only_new", with: second)
            #expect(come.added.map(\.function.name) == ["only_new"])
            let failure = #expect(throws: Failure.self) { try first.compareFunctions(named: "nowhere", with: second) }
            #expect(failure?.status == .negative)
        }
    }

    @Test func whatOneSideOnlyDeclaresIsNotCompared() throws {
        try Self.both { first, second in
            let compared = try first.compareFunctions(named: "stays", with: second)
            let stays = try #require(compared.comparisons.first)
            #expect(!stays.isDefinedInBoth && !stays.isEqual)
            #expect(stays.addedCallees.isEmpty && stays.removedCallees.isEmpty)
            let report = FunctionComparisonReport(compared, name: "stays", before: first.about, after: second.about)
            #expect(report.text(.plain).contains("not compared"))
            #expect(report.document.functions[0].compared == false)
        }
    }

    @Test func staticNamesakesArePairedByFileAndTheRestByBeingTheOnlyOnes() throws {
        try Self.both { first, second in
            let compared = try first.compareFunctions(named: "show", with: second)
            let files = compared.comparisons.map { [$0.before.function.home?.file, $0.after.function.home?.file] }
            #expect(files == [["pids.c", "pids.c"], ["fork.c", "copy.c"]])
            #expect(compared.comparisons[0].isEqual)
            #expect(compared.comparisons[0].isSameText == true)
            let chosen = try first.compareFunctions(named: "show@fork.c", with: second)
            #expect(chosen.comparisons.map { $0.before.function.home?.file } == ["fork.c"])
        }
    }

    @Test func membersOfTwoLayoutsAreAddedRemovedRetypedAndMoved() throws {
        try Self.both { first, second in
            let pairing = try first.compareLayouts(named: "box", with: second)
            let comparison = try #require(pairing.pairs.first.map { LayoutComparison($0.before, $0.after) })
            let changes = Dictionary(uniqueKeysWithValues: comparison.rows.map { ($0.name, $0.change) })
            #expect(changes["a"] == .moved && changes["b"] == .moved)
            #expect(changes["c"] == .retyped)
            #expect(changes["gone"] == .removed && changes["come"] == .added)
            #expect(changes["u"] == .moved || changes["u"] == .same)
            #expect(!comparison.isEqual)
            let report = LayoutComparisonReport(pairing, name: "box", before: first.about, after: second.about)
            #expect(report.document.records[0].counts["added"] == 1)
            let text = report.text(.plain)
            #expect(text.contains("char → short"))
        }
    }

    @Test func aLayoutIsEqualToItself() throws {
        let sources = try IndexedSources(Self.old)
        let store = sources.store
        let pairing = try store.compareLayouts(named: "box", with: store)
        #expect(LayoutComparison(pairing.pairs[0].before, pairing.pairs[0].after).isEqual)
        let functions = try store.compareFunctions(named: "copy", with: store)
        #expect(functions.comparisons[0].isEqual)
        #expect(functions.comparisons[0].isSameText == true)
    }

    @Test func callbacksOfAnObjectAreCompared() throws {
        try Self.both { first, second in
            let compared = try first.compareObjects(named: "pids_ops", with: second)
            let object = try #require(compared.comparisons.first)
            #expect(object.changes.map(\.member) == ["can", "cancel"])
            #expect(object.changes[0].after?.function.name == "pids_may")
            #expect(object.changes[1].after == nil)
            let text = ObjectComparisonReport(compared, name: "pids_ops", before: first.about, after: second.about)
                .text(.plain)
            #expect(text.contains("pids_may"))
        }
    }

    @Test func reportHasBothSides() throws {
        try Self.both { first, second in
            let compared = try first.compareFunctions(named: "copy", with: second)
            let report = FunctionComparisonReport(compared, name: "copy", before: first.about, after: second.about)
            let text = report.text(.plain)
            for part in ["-  gone", "+  nothing", "~  ops.can", "- EAGAIN", "+ EINVAL", "fork.c", "copy.c"] {
                #expect(text.contains(part), "\(part) in \(text)")
            }
            #expect(report.document.functions[0].errors.count == 3)
        }
    }
}
