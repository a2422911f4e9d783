import Foundation
import KernelIndex
import KernelIndexer
import Testing

struct PrefixTests {
    /// Five units that share headers, one of them each with something that a prefix could get wrong.
    private static func tree(_ special: String, headers: [String: String] = [:]) throws -> TestTree {
        var files = [
            "include/task.h": """
            #ifndef TASK_H
            #define TASK_H
            #include <list.h>
            struct task { struct list list; int pid; };
            static inline int task_pid(struct task *t) { return t->pid; }
            #endif
            """,
            "include/list.h": """
            #ifndef LIST_H
            #define LIST_H
            struct list { struct list *next; };
            struct hidden;
            #define EMPTY ((struct list *)0)
            static inline int counted(void) { return __COUNTER__; }
            #endif
            """,
            "include/print.h": """
            #ifndef PRINT_H
            #define PRINT_H
            #ifndef pr_fmt
            #define pr_fmt(fmt) fmt
            #endif
            int print(const char *fmt);
            #define pr_info(fmt) print(pr_fmt(fmt))
            #ifdef DEBUG
            static inline void debug(void) { pr_info("debug"); }
            #else
            static inline void debug(void) { }
            #endif
            static inline void note(void) { pr_info("note"); }
            #endif
            """,
            "include/subsys.h": "SUBSYS(cpu)\nSUBSYS(pids)\n",
            "special.c": special,
        ].merging(headers) { $1 }
        for name in ["a", "b", "c", "d"] {
            files["\(name).c"] = """
                #include <task.h>
                #include <list.h>
                #include <print.h>
                enum {
                #define SUBSYS(x) x##_id,
                #include <subsys.h>
                #undef SUBSYS
                    count
                };
                int \(name)(struct task *t) { pr_info("\(name)"); debug(); return t->list.next == EMPTY ? task_pid(t) : count; }
                """
        }
        return try TestTree(files)
    }

    /// Holds the facts with and without the prefix to each other.
    private func check(
        _ special: String,
        headers: [String: String] = [:],
        onPrefix: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let tree = try Self.tree(special, headers: headers)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [], sourceLocation: sourceLocation)
        #expect(summary.failed == [], sourceLocation: sourceLocation)
        #expect(summary.onPrefix == onPrefix, sourceLocation: sourceLocation)
        try tree.checkFactsWithoutPrefix(sourceLocation: sourceLocation)
    }

    @Test func unitsThatIncludeTheSameHeadersShareThem() throws {
        try check(
            "#include <task.h>\nint s(struct task *t) { return task_pid(t) + (t->list.next == EMPTY); }\n",
            onPrefix: 5
        )
    }

    /// The headers of one folder, as file systems have them, are shared like the kernel's; those of a few units are not.
    @Test func headersBesideTheirUnitsAreShared() throws {
        var files = [
            "fs/own.h":
                "#ifndef OWN_H\n#define OWN_H\n#include \"inner.h\"\nstruct own { struct inner inner; };\n#endif\n",
            "fs/inner.h": "#ifndef INNER_H\n#define INNER_H\nstruct inner { int x; };\n#endif\n",
            "fs/few.h": "#ifndef FEW_H\n#define FEW_H\nint few(void);\n#endif\n",
        ]
        for number in 0..<9 {
            let few = number < 2 ? "#include \"few.h\"\n" : ""
            files["fs/\(number).c"] =
                "#include \"own.h\"\n\(few)int f\(number)(struct own *own) { return own->inner.x; }\n"
        }
        let tree = try TestTree(files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 9)
        let facts = try tree.facts()
        #expect(facts.contains { FactLines.isOfPrefix($0) && $0.contains("fs/inner.h") })
        #expect(!facts.contains { FactLines.isOfPrefix($0) && $0.contains("fs/few.h") })
        #expect(FactDump.withoutPrefix(facts) == (try tree.freshFacts { $0.usesPrefix = false }))
    }

    @Test func aUnitWithItsOwnMessagesShares() throws {
        try check(
            """
            #define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
            #include <print.h>
            void s(void) { pr_info("hello"); note(); }
            """,
            onPrefix: 5
        )
    }

    @Test func aHeaderThatSetsItsOwnMessagesChangesNothing() throws {
        try check(
            "#include <own.h>\nvoid s(void) { pr_info(\"hello\"); note(); }\n",
            headers: ["include/own.h": "#define pr_fmt(fmt) \"own \" fmt\n#include <print.h>\n"],
            onPrefix: 5
        )
    }

    /// What a folder's header asks for is answered by what all others share. The folder has a prefix of its own then, of what its
    /// units include in their order, but for a unit whose own text it is that asks.
    @Test func unitsOfAFolderWhoseHeaderComesBeforeTheOthersShareWhatTheyInclude() throws {
        var headers = [
            "net/own/own.h": """
            #ifndef OWN_H
            #define OWN_H
            #ifdef pr_fmt
            #undef pr_fmt
            #endif
            #define pr_fmt(fmt) "own " fmt
            #include <print.h>
            struct own { int x; };
            #endif
            """,
            "net/asks.c": """
            #ifndef pr_fmt
            int asks;
            #endif
            #include "own/own.h"
            """,
        ]
        for number in 0..<5 {
            headers["other/\(number).c"] = "#include <task.h>\n#include <print.h>\nint other\(number);\n"
            headers["net/own/\(number).c"] =
                "#include \"own.h\"\n#include <task.h>\nint f\(number)(struct own *o) { pr_info(\"f\"); return o->x; }\n"
        }
        try check("#include <task.h>\nint s;\n", headers: headers, onPrefix: 5 + 5 + 5)
        let tree = try Self.tree("#include <task.h>\nint s;\n", headers: headers)
        try tree.index()
        let isOfFolder = { (line: String) in FactLines.isOfPrefix(line) && line.contains("net/own/own.h") }
        #expect(try tree.facts().contains(where: isOfFolder))
        for (path, line) in [("net/own/3.c", "int more;\n"), ("net/own/own.h", "struct more { int y; };\n")] {
            try tree.write((headers[path] ?? "") + "\n" + line, to: path)
            try tree.index()
            let facts = FactDump.withoutPrefix(try tree.facts())
            #expect(facts == (try tree.freshFacts { $0.usesPrefix = false }), "\(path)")
        }
    }

    /// The unit comes first where there is no prefix: it is the longest.
    private static let long = "int s;\n/* " + String(repeating: "long ", count: 200) + "*/\n"

    @Test func aCircleOfIncludesMayBeginAnywhere() throws {
        let circle = [
            "include/first.h": "#ifndef FIRST\n#define FIRST\n#include <second.h>\nint first;\n#endif\n",
            "include/second.h": "#ifndef SECOND\n#define SECOND\n#include <first.h>\nint second;\n#endif\n",
        ]
        let tree = try Self.tree("#include <second.h>\n" + Self.long, headers: circle)
        for name in ["a", "b", "c", "d"] { try tree.write("#include <first.h>\nint \(name);\n", to: "\(name).c") }
        try tree.index()
        let plain = try tree.freshFacts { $0.usesPrefix = false }
        #expect(try FactDump.withoutPrefix(tree.facts()) == plain)
    }

    @Test func whatAHeaderSaysOfAModuleIsToldOfBoth() throws {
        let header =
            "#ifndef BOTH_H\n#define BOTH_H\n"
            + "#ifdef MODULE\nextern int this;\n#define THIS_MODULE (&this)\n#else\n#define THIS_MODULE ((int *)0)\n#endif\n"
            + "static inline int *owner(void) { return THIS_MODULE; }\n"
            + "#define OWNED(n) (THIS_MODULE + (n))\nstatic inline int *next(void) { return OWNED(1); }\n"
            + "enum {\n#ifdef MODULE\n    PERMANENT = 0,\n#else\n"
            + "    PERMANENT = 1,\n#endif\n};\n"
            + "static inline const char *name(void) { static const char name[] = KBUILD_MODNAME; return name; }\n#endif\n"
        let tree = try Self.tree("#include <both.h>\n" + Self.long, headers: ["include/both.h": header])
        for name in ["a", "b", "c", "d"] { try tree.write("#include <both.h>\nint \(name);\n", to: "\(name).c") }
        tree.units["special.c"] = ["-DMODULE"]
        try tree.index()
        let plain = try tree.freshFacts { $0.usesPrefix = false }
        let shared = FactDump.withoutPrefix(try tree.facts())
        #expect(shared == plain)
        #expect(shared.count { $0.hasPrefix("definition") && $0.contains("PERMANENT") } == 2)
        #expect(Set(shared.filter { $0.hasPrefix("reference v:this ") }).count == 2)
    }

    @Test func aUnitThatChangesWhatAHeaderMeansDoesNot() throws {
        try check("#define DEBUG\n#include <print.h>\nvoid s(void) { debug(); }\n", onPrefix: 4)
    }

    @Test func aUnitThatContradictsAHeaderItDoesNotIncludeDoesNot() throws {
        try check("static int task_pid;\nint s(void) { return task_pid; }\n", onPrefix: 4)
    }

    @Test func aUnitThatWouldMeetAMacroItDoesNotIncludeDoesNot() throws {
        try check("int s(void) {\n    int EMPTY = 3;\n    return EMPTY;\n}\n", onPrefix: 4)
        try check("#ifdef LIST_H\nint s;\n#else\nint t;\n#endif\n", onPrefix: 4)
        try check(
            "#include \"own.h\"\nint s;\n",
            headers: ["own.h": "#ifdef LIST_H\nint with;\n#else\nint without;\n#endif\n"],
            onPrefix: 4
        )
    }

    @Test func aUnitThatAsksForAMacroBeforeItsHeaderComesDoesNot() throws {
        try check(
            "#ifdef LIST_H\nint with;\n#endif\n#include <list.h>\nint s(void) { return EMPTY == 0; }\n",
            onPrefix: 4
        )
    }

    @Test func aUnitWhoseMacrosDefineWhatAHeaderDeclaresForTheRestIsHeard() throws {
        let headers = [
            "include/ops.h": "OP(get)\nOP(put)\n",
            "include/calls.h": "#ifndef CALLS_H\n#define CALLS_H\n#define OP(x) extern int key_##x;\n"
                + "#include <ops.h>\n#undef OP\n#endif\n",
            "include/event.h": "#include <trace.h>\nEVENT(opened, FIELD(name) FIELD(flags))\n",
            "include/trace.h": "#undef EVENT\n#undef FIELD\n#define FIELD(x) int x;\n#ifdef MAKE\n"
                + "#define EVENT(x, fields) struct x { fields }; static inline int size_##x(void) { struct y { fields }; "
                + "return sizeof(struct y); }\n#else\n#define EVENT(x, fields) struct x { fields };\n#endif\n",
            "include/enums.h": "#ifndef ENUMS_H\n#define ENUMS_H\nenum colour { RED };\n#endif\n",
            "include/typed.h": "#ifndef TYPED_H\n#define TYPED_H\ntypedef enum colour (paint)(void);\n#endif\n",
        ]
        let special =
            "#include <calls.h>\n#define OP(x) int key_##x = 1;\n#include <ops.h>\n#define MAKE\n#include <event.h>\n"
            + "#include <typed.h>\n"
        let tree = try Self.tree(special + Self.long, headers: headers)
        for name in ["a", "b", "c", "d"] {
            try tree.write(
                "#include <enums.h>\n#include <typed.h>\n#include <calls.h>\n#include <event.h>\nint \(name);\n",
                to: "\(name).c"
            )
        }
        try tree.index()
        let plain = try tree.freshFacts { $0.usesPrefix = false }
        let shared = FactDump.withoutPrefix(try tree.facts())
        #expect(shared == plain)
        let keys = shared.filter { $0.hasPrefix("definition 'v:key_get'") }
        #expect(Set(keys.compactMap(\.last)) == ["0", "1"], "\(keys)")
        let fields = shared.filter { $0.hasPrefix("reference m:FIELD ") && $0.contains("event.h") }
        #expect(!fields.isEmpty && fields.allSatisfy { $0.hasSuffix("NULL") }, "\(fields)")
    }

    /// One unit makes functions of the arguments, another members. Whose unit is longer comes first.
    @Test(arguments: ["functions", "members"])
    func whatStandsInAMacrosArgumentIsAroundNothing(longer: String) throws {
        let comment = "/* " + String(repeating: "x", count: 500) + " */\n"
        let tree = try TestTree([
            "include/hooks.h": "HOOK(int, opened, int USER *p)\n",
            "functions.c": "#define USER\n#define HOOK(r, n, ...) r hook_##n(__VA_ARGS__);\n#include <hooks.h>\n",
            "members.c":
                "#define USER\n#define HOOK(r, n, ...) r (*n)(__VA_ARGS__);\nunion hooks {\n#include <hooks.h>\n};\n",
        ])
        let file = URL(filePath: tree.path).appending(path: "\(longer).c")
        try tree.write(try String(contentsOf: file, encoding: .utf8) + comment, to: "\(longer).c")
        try tree.index { $0.jobs = 1 }
        let uses = try tree.facts().filter { $0.hasPrefix("reference m:USER") && $0.contains("hooks.h") }
        #expect(!uses.isEmpty && uses.allSatisfy { $0.hasSuffix("NULL") }, "\(uses)")
    }

    /// The client's structure and the server's have one name. Whose unit is longer comes first.
    @Test(arguments: ["server", "client"])
    func ofTwoStructsOfOneNameThatOfTheFirstPathHasTheLayout(longer: String) throws {
        let tree = try TestTree([
            "client/ntlm.h": "struct ntlm { int hash; int server; };\n",
            "server/ntlm.h": "struct ntlm { long key; int hash; char name[8]; };\n",
            "client.c": "", "server.c": "",
        ])
        for name in ["client", "server"] { try Self.write(name, length: name == longer ? 500 : 0, to: tree) }
        try tree.index { $0.jobs = 1 }
        #expect(try Self.layouts(of: tree) == ["d:ntlm.hash", "d:ntlm.server", "s:ntlm"])
        for name in ["server", "client"] {
            try Self.write(name, length: 600, to: tree)
            try tree.index()
            #expect(try tree.freshFacts() == tree.facts())
        }
    }

    private static func write(_ name: String, length: Int, to tree: TestTree) throws {
        let text = "#include \"\(name)/ntlm.h\"\nint \(name)(struct ntlm *n) { return n->hash; }\n"
        try tree.write(text + "/* " + String(repeating: "x", count: length) + " */\n", to: "\(name).c")
    }

    private static func layouts(of tree: TestTree) throws -> [String] {
        try tree.facts().filter { $0.hasPrefix("field ") || $0.hasPrefix("record ") }.map { line in
            line.split(separator: " ")[1].filter { $0 != "'" }
        }.sorted()
    }

    @Test func whatOnePlaceOfAnIncludedFileDeclaresAndDefinesIsBoth() throws {
        let define =
            "#define DEFINE(x) static int __se_##x(void); static int __do_##x(void); int x(void) { return __se_##x(); } "
            + "static int __se_##x(void) { return __do_##x(); } static int __do_##x(void)\n"
        let tree = try TestTree([
            "calls.inc": define + "DEFINE(first) { return 1; }\n",
            "a.c": "#include \"calls.inc\"\n",
        ])
        try tree.index()
        let facts = try tree.facts()
        for (caller, callee) in [("first", "__se_first"), ("__se_first", "__do_first")] {
            #expect(facts.contains { $0.hasPrefix("call 'f:\(caller)") && $0.contains("'f:\(callee)@calls.inc'") })
        }
    }

    @Test func aStructThatAFileDefinesIsItsOwnAlsoWhenAHeaderNamesIt() throws {
        try check("struct hidden { int x; };\nint s(struct hidden *h) { return h->x; }\n", onPrefix: 5)
        try check(
            "#include <list.h>\nstruct hidden { int x; };\nint s(struct hidden *h) { return h->x; }\n",
            onPrefix: 5
        )
    }

    @Test func aPrefixThatDoesNotParseIsNamedAndDoneWithout() throws {
        let tree = try Self.tree("int s;\n")
        // Each unit closes what it opens; the headers one after the other do not.
        for name in ["a", "b"] {
            try tree.write(
                "#include <open.h>\nint \(name);\n#include <close.h>\nint \(name)_too;\n",
                to: "\(name).c"
            )
        }
        try tree.write("#ifndef OPEN_H\n#define OPEN_H\n#define OPEN (\n#endif\n", to: "include/open.h")
        try tree.write(
            "#ifndef CLOSE_H\n#define CLOSE_H\n#ifdef PRINT_H\n#error together\n#endif\n#endif\n",
            to: "include/close.h"
        )
        let summary = try tree.index()
        #expect(summary.prefixProblems.count == 1)
        #expect(summary.prefixProblems.first?.contains("together") == true)
        #expect(summary.onPrefix == 0)
        #expect(summary.failed == [])
        #expect(FactDump.withoutPrefix(try tree.facts()) == (try tree.freshFacts { $0.usesPrefix = false }))
    }

    @Test(arguments: [1, 2, 3])
    func theNumberOfWorkersChangesNothing(jobs: Int) throws {
        let tree = try Self.tree("#include <task.h>\nint s;\n")
        try tree.index { $0.jobs = jobs }
        let first = try tree.facts()
        for usesPrefix in [true, false] {
            let again = try tree.freshFacts {
                $0.jobs = 2
                $0.usesPrefix = usesPrefix
            }
            #expect(FactDump.withoutPrefix(again) == FactDump.withoutPrefix(first))
        }
    }
}
