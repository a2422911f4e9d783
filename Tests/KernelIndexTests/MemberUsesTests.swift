import Failure
import Report
import Testing

@testable import KernelIndex

/// Who writes and reads a member, from small sources through the real libclang.
@Suite struct MemberUsesTests {
    private static let files = [
        "proxy.h": """
        struct proxy { int count; };
        struct task { int pid; struct proxy *proxy; };
        struct ops { void (*install)(struct task *); };
        """,
        "kernel.c": """
        #include "proxy.h"
        #define SYSCALL_DEFINE1(name, type, arg) static long __do_sys_##name(type arg)
        static struct proxy first;
        struct task init_task = { .proxy = &first };
        static void switch_proxy(struct task *task, struct proxy *new) { task->proxy = new; }
        static void install(struct task *task) { switch_proxy(task, 0); }
        struct ops all = { .install = install };
        static void enter(struct task *task) { all.install(task); }
        SYSCALL_DEFINE1(unshare, struct task *, task) { switch_proxy(task, &first); return 0; }
        SYSCALL_DEFINE1(setns, struct task *, task) { enter(task); return 0; }
        int users(struct task *task) { return task->proxy->count; }
        struct proxy **slot(struct task *task) { return &task->proxy; }
        void unused(struct task *task) { task->pid = 0; }
        """,
    ]

    @Test func writersReadersAndTakersOfAMemberAreToldApart() throws {
        let uses = try #require(try IndexedSources(Self.files).store.memberUses(named: "task.proxy").first)
        #expect(uses.writers.map(\.within?.name) == ["init_task", "switch_proxy"])
        #expect(uses.readers.map(\.within?.name) == ["users"])
        #expect(uses.takers.map(\.within?.name) == ["slot"])
        #expect(uses.member.offsetBytes == 8)
    }

    @Test func systemCallsThatLeadToAWriteAreNamedWithTheirWayThroughOps() throws {
        let uses = try #require(try IndexedSources(Self.files).store.memberUses(named: "task.proxy").first)
        #expect(uses.writers[0].reach == nil)
        let reach = try #require(uses.writers[1].reach)
        #expect(reach.entries.map(\.systemCall.shownName) == ["unshare", "setns"])
        #expect(reach.entries[1].path.map(\.shownName) == ["setns", "enter", "install", "switch_proxy"])
        #expect(reach.leftOut == 0)
    }

    @Test func aWalkThatWasCutSaysSo() throws {
        let store = try IndexedSources(Self.files).store
        let bound = ReachBound(depth: 1)
        let uses = try store.memberUses(named: "task.proxy", within: bound)
        let reach = try #require(uses[0].writers[1].reach)
        #expect(reach.entries.map(\.systemCall.shownName) == ["unshare"])
        #expect(reach.leftOut == 1)
        let report = MemberUsesReport(uses, name: "task.proxy", depth: 1, limit: 40, about: store.about)
        #expect(report.text(.plain).contains("cut: "))
        #expect(report.document.members[0].writers[1].truncated == true)
    }

    @Test func aWriteThatNoSystemCallLeadsToSaysSo() throws {
        let store = try IndexedSources(Self.files).store
        let uses = try store.memberUses(named: "task.pid")
        #expect(uses[0].writers.map(\.within?.name) == ["unused"])
        #expect(uses[0].writers[0].reach?.entries.isEmpty == true)
    }

    @Test func anUnknownMemberNamesThoseThatComeNear() throws {
        let store = try IndexedSources(Self.files).store
        let failure = #expect(throws: Failure.self) { try store.memberUses(named: "task.prox") }
        #expect(failure?.status == .negative)
        #expect(failure?.line.contains("near: proxy") == true)
        #expect(throws: Failure.self) { try store.memberUses(named: "no_such.proxy") }
    }
}
