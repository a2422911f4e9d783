import Foundation
import KernelIndex
import KernelIndexer
import Testing

/// What the linker leaves out is not what its function does.
struct WeakDefinitionTests {
    private static let weak = """
        #include <idle.h>
        static int nothing(int n) { return n; }
        void take(int (*handler)(int));
        int __weak idle(struct ops *ops, int (*then)(int))
        {
            take(nothing);
            ops->handler = nothing;
            if (ops->state > 2)
                return -EINVAL;
            return then(ops->handler(1));
        }
        """
    private static let strong =
        "#include <idle.h>\nint idle(struct ops *ops, int (*then)(int)) { return other(ops); }\n"

    private static func tree() throws -> TestTree {
        try TestTree([
            "include/idle.h": """
            #ifndef IDLE_H
            #define IDLE_H
            #define EBUSY 16
            #define EINVAL 22
            #define __weak __attribute__((__weak__))
            struct ops { int state; int (*handler)(int); };
            int idle(struct ops *ops, int (*then)(int));
            int other(struct ops *ops);
            #endif
            """,
            "arch/idle.c": strong,
            "kernel/idle.c": weak,
            "kernel/loop.c":
                "#include <idle.h>\nint twice(int n) { return 2 * n; }\nint loop(struct ops *ops) { return idle(ops, twice); }\n",
        ])
    }

    private static let own = "f:idle@kernel/idle.c"

    private func checkUpdate(_ tree: TestTree, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try tree.index()
        let (updated, fresh) = (try tree.facts(), try tree.freshFacts())
        #expect(updated.subtracting(fresh).sorted() == [], sourceLocation: sourceLocation)
        #expect(fresh.subtracting(updated).sorted() == [], sourceLocation: sourceLocation)
    }

    @Test func aBodyThatAnotherOneReplacesIsNobodysBehaviour() throws {
        let tree = try Self.tree()
        try tree.index()
        let store = try IndexStore.open(tree.database)
        let functions = try store.functions(named: "idle")
        #expect(functions.map(\.identity) == ["f:idle", Self.own])
        #expect(functions.map(\.elsewhere) == [nil, .replaced])
        #expect(try store.definitions(of: functions[0]).map(\.place.file) == ["arch/idle.c"])
        #expect(try store.definitions(of: functions[1]).map(\.place.file) == ["kernel/idle.c"])
        let facts = try tree.facts()
        let body = facts.filter { $0.contains("kernel/idle.c") && !$0.hasPrefix("unit_file") && !$0.hasPrefix("weak_") }
        // Calls, the pointer that is put into a member, the error, the argument: all within the body itself.
        #expect(body.filter { $0.contains("'f:idle'") || $0.hasSuffix(" f:idle") }.sorted() == [])
        for kind in ["call", "dispatch", "registration", "argument", "errno_origin", "pointer_call", "reference"] {
            #expect(body.contains { $0.hasPrefix("\(kind) ") && $0.contains(Self.own) }, "\(kind)")
        }
        #expect(facts.contains { $0.hasPrefix("call 'f:loop' 'f:idle'") })
    }

    @Test func aBodyThatNobodyReplacesIsItsFunctions() throws {
        let tree = try Self.tree()
        tree.units["arch/idle.c"] = nil
        try tree.index()
        #expect(try IndexStore.open(tree.database).functions(named: "idle").map(\.identity) == ["f:idle"])
        #expect(try tree.facts().contains { $0.hasPrefix("errno_origin 'f:idle' 'EINVAL'") })
        #expect(try tree.facts().contains { $0.contains(Self.own) } == false)
    }

    @Test func anEditOfTheWeakBodyOrOfTheOtherOneLeavesWhatANewIndexHas() throws {
        let tree = try Self.tree()
        try tree.index()
        try tree.write(Self.weak.replacing("-EINVAL", with: "-EBUSY"), to: "kernel/idle.c")
        try checkUpdate(tree)
        try tree.write("#include <idle.h>\nint nobody;\n", to: "arch/idle.c")
        try checkUpdate(tree)
        #expect(try IndexStore.open(tree.database).functions(named: "idle").map(\.identity) == ["f:idle"])
        try tree.write(Self.strong, to: "arch/idle.c")
        try checkUpdate(tree)
        #expect(try IndexStore.open(tree.database).functions(named: "idle").count == 2)
        try tree.write(Self.weak.replacing("__weak ", with: ""), to: "kernel/idle.c")
        try checkUpdate(tree)
    }
}
