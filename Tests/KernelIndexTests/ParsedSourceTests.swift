import Foundation
import KernelABI
import Testing

@testable import KernelIndex

/// From C text to answers, with the real libclang in between.
@Suite struct ParsedSourceTests {
    private static let files = [
        "include/ops.h": """
        struct css;
        struct subsys {
            const char *name;
            int (*can_fork)(struct css *css);
            void (*release)(struct css *css);
        };
        struct new_name { char text[65]; };
        struct uts { struct new_name name; int count; };
        struct proxy { long users; struct uts *uts; };
        struct task { int pid; struct proxy *proxy; };
        static inline struct new_name *current_name(struct task *task)
        {
            return &task->proxy->uts->name;
        }
        """,
        "kernel/core.c": """
        #include "include/ops.h"
        extern struct subsys pids_subsys, cpuset_subsys;
        static struct subsys *all[] = { &pids_subsys, &cpuset_subsys };
        static int show(void) { return 1; }
        int subsys_can_fork(struct css *css)
        {
            struct subsys *ss;
            int i, ret = show();

            for (i = 0; i < 2; i++) {
                ss = all[i];
                if (ss->can_fork) {
                    ret = ss->can_fork(css);
                    if (ret)
                        break;
                }
            }
            return ret;
        }
        int copy_task(struct task *task, struct css *css)
        {
            current_name(task)->text[0] = 'x';
            return subsys_can_fork(css);
        }
        """,
        "kernel/pids.c": """
        #include "include/ops.h"
        static int show(void) { return 2; }
        static int pids_can_fork(struct css *css) { return show(); }
        static void pids_release(struct css *css) { }
        struct subsys pids_subsys = {
            .can_fork = pids_can_fork,
            .release = pids_release,
        };
        """,
        "kernel/cpuset.c": """
        #include "include/ops.h"
        static int cpuset_can_fork(struct css *css) { return 0; }
        struct subsys cpuset_subsys = { "cpuset", cpuset_can_fork };
        """,
    ]

    @Test func callThroughAFieldLeadsToEveryFunctionThatIsStoredThere() throws {
        let sources = try IndexedSources(Self.files)
        let answer = try sources.store.paths(from: "copy_task", to: "pids_can_fork")
        let path = try #require(answer.paths.first)
        #expect(path.functions.map(\.name) == ["copy_task", "subsys_can_fork", "pids_can_fork"])
        let edge = try #require(path.steps.last?.edge)
        #expect(edge.evidence == .ops)
        #expect(edge.dispatch?.field.shownName == "subsys.can_fork")
        #expect(edge.dispatch?.receiver == "ss->can_fork")
        #expect(edge.dispatch.map { "\($0.place)" } == "kernel/core.c:13")
        #expect(edge.registration.map { "\($0.place)" } == "kernel/pids.c:6")
        #expect(edge.registration?.object?.name == "pids_subsys")

        let field = try #require(try sources.store.ops(named: "subsys.can_fork").first)
        #expect(Set(field.registrations.map(\.function.name)) == ["pids_can_fork", "cpuset_can_fork"])
        let callbacks = try sources.store.registrations(ofObject: "pids_subsys")
        #expect(callbacks.map(\.field.name) == ["can_fork", "release"])
    }

    @Test func staticNamesakesOfTwoFilesAreTwoFunctions() throws {
        let sources = try IndexedSources(Self.files)
        let found = try sources.store.functions(named: "show")
        #expect(found.map(\.nameWithFile) == ["show@kernel/core.c", "show@kernel/pids.c"])
        #expect(
            try found.map { try sources.store.callers(of: $0).map(\.caller.name) } == [
                ["subsys_can_fork"], ["pids_can_fork"],
            ]
        )
    }

    @Test func layoutHasOffsetsHolesAndEmbeddedRecords() throws {
        let store = try IndexedSources(Self.files).store
        let uts = try #require(try store.layouts(named: "uts").first)
        #expect(uts.sizeBits == 72 * 8)
        #expect(uts.members.map(\.offsetBytes) == [0, 68])
        #expect(uts.holes == [Hole(offsetBits: 65 * 8, sizeBits: 24)])
        #expect(uts.members[0].isEmbedded)
        let chain = try store.memberChain(from: "task", to: "new_name")
        #expect(chain.steps.map(\.member.symbol.shownName) == ["task.proxy", "proxy.uts", "uts.name"])
        #expect(chain.steps.map(\.member.offsetBytes) == [8, 8, 0])
    }

    @Test func inlineFunctionOfAHeaderIsOneFunctionWithItsCallers() throws {
        let store = try IndexedSources(Self.files).store
        let found = try store.functions(named: "current_name")
        #expect(found.map { "\($0.home!)" } == ["include/ops.h:11"])
        #expect(try store.callers(of: found[0]).map(\.caller.name) == ["copy_task"])
    }

    @Test func writersAndReadersOfAMemberAreToldApart() throws {
        let store = try IndexedSources(Self.files).store
        let member = try #require(try store.symbols(named: "subsys.can_fork").first)
        let found = try store.references(to: member)
        #expect((found.counts[.read] ?? 0) + (found.counts[.call] ?? 0) >= 2)
        #expect(found.occurrences.allSatisfy { $0.place.line > 0 })
        #expect(found.occurrences.contains { $0.within?.name == "subsys_can_fork" })
    }

    @Test func citationResolvesToTheLineOfItsCondition() throws {
        let sources = try IndexedSources(Self.files)
        let citation = SourceCitation(function: "subsys_can_fork", file: "kernel/core.c", condition: "if (ret) break;")
        #expect(try CitationResolver(sources.store).resolve(citation).place?.line == 14)
    }

    @Test func changedSourceIsNoticed() throws {
        let sources = try IndexedSources(Self.files)
        #expect(try sources.store.sourceText(of: "kernel/pids.c")?.isAsIndexed == true)
        try "changed".write(to: sources.tree.appending(path: "kernel/pids.c"), atomically: true, encoding: .utf8)
        #expect(try sources.store.sourceText(of: "kernel/pids.c")?.isAsIndexed == false)
    }

    @Test func indexWithAFailedUnitSaysSo() throws {
        let sources = try IndexedSources(["a.c": "int good(void) { return 0; }", "b.c": "int bad(void) { return x; "])
        #expect(sources.store.about.failedUnits == 1)
        #expect(sources.store.about.inWords.contains("units that failed: 1"))
    }
}
