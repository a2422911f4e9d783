import KernelIndex
import KernelIndexer
import Testing

/// Prefixes of folders that are on top of what all have in common.
struct PrefixChainTests {
    /// Three folders of 16 units each, with a header of their own on top of what all include.
    private static let files: [String: String] = {
        var files = [
            "include/base.h": """
            #ifndef BASE_H
            #define BASE_H
            #define min(a, b) ((a) < (b) ? (a) : (b))
            #define barrier() do { } while (0)
            #define EMPTY 0
            struct base { int x; };
            static inline int least(int a) { return min(a, 1); }
            #endif
            """
        ]
        for folder in ["fs", "mm", "net"] {
            files["\(folder)/own.h"] = """
                #ifndef OWN_H
                #define OWN_H
                #include <base.h>
                /* Members that have names of macros. */
                struct \(folder) { struct base base; int min; void (*barrier)(void); };
                static inline int \(folder)_least(struct \(folder) *s) { return min(s->min, s->base.x); }
                #endif
                """
            for number in 0..<16 {
                files["\(folder)/\(number).c"] = unit(folder, number)
            }
        }
        return files
    }()

    private static func unit(_ folder: String, _ number: Int, more: String = "") -> String {
        "#include <base.h>\n#include \"own.h\"\n\(more)"
            + "int \(folder)\(number)(struct \(folder) *s) { barrier(); return min(\(folder)_least(s), EMPTY); }\n"
    }

    /// A member's name does not hide the macro from those who are on top of the folder's header.
    @Test func foldersShareTheirHeadersOnTopOfWhatAllInclude() throws {
        let tree = try TestTree(Self.files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 48)
        #expect(tree.keptPrefixes.count == 4)
        for header in ["include/base.h", "fs/own.h", "net/own.h"] {
            #expect(try tree.facts().contains { FactLines.isOfPrefix($0) && $0.contains(header) }, "\(header)")
        }
        try tree.checkFactsWithoutPrefix("new")
    }

    @Test func aFolderWhoseHeaderMeansSomethingElseOnTopOfTheCommonOnesIsOnItsOwn() throws {
        var files = Self.files
        for number in 0..<16 {
            files["net/\(number).c"] = "#include \"first.h\"\nint net\(number)(void) { return EMPTY; }\n"
        }
        files["net/first.h"] =
            "#ifndef FIRST_H\n#define FIRST_H\n#ifdef EMPTY\nint late;\n#else\nint early;\n#endif\n#include <base.h>\n#endif\n"
        let tree = try TestTree(files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 48)
        let facts = try tree.facts()
        #expect(facts.contains { $0.contains("v:early") } && !facts.contains { $0.contains("v:late") })
        try tree.checkFactsWithoutPrefix("new")
    }

    @Test func aFolderWhoseHeaderDoesNotParseOnTopOfTheCommonOnesIsOnItsOwn() throws {
        var files = Self.files
        for number in 0..<16 {
            files["net/\(number).c"] = "#include \"lone.h\"\nint net\(number)(void) { return LONE; }\n"
        }
        files["net/lone.h"] = "#ifndef LONE_H\n#define LONE_H\nenum { EMPTY, LONE };\n#endif\n"
        let tree = try TestTree(files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 48)
        try tree.checkFactsWithoutPrefix("new")
    }

    /// What was edited, with what was kept: of a folder, of both, of nothing.
    @Test func editsGoOnFromThePrefixesThatWereKept() throws {
        let tree = try TestTree(Self.files)
        try tree.index()
        let kept = tree.keptPrefixes
        for round in 0..<2 {
            try tree.write(Self.unit("net", 3, more: "int edited\(round);\n"), to: "net/3.c")
            let summary = try tree.index()
            #expect(summary.parsed == ["net/3.c"] && summary.onPrefix == 1)
            #expect(tree.keptPrefixes == kept)
            try tree.checkFactsWithoutPrefix("a unit")
        }
        for (header, units) in [("net/own.h", 16), ("include/base.h", 48), ("fs/own.h", 16)] {
            try tree.write(Self.files[header]! + "\nstruct more_\(units)_\(header.prefix(2));\n", to: header)
            let summary = try tree.index()
            #expect(summary.onPrefix == units, "\(header) \(summary.prefixProblems)")
            try tree.checkFactsWithoutPrefix("\(header)")
            // What was made of an earlier state, or is on top of it, is not taken for what would be made now.
            try tree.write(Self.unit("net", 5, more: "int after_\(units);\n"), to: "net/5.c")
            #expect(try tree.index().onPrefix == 1, "\(header)")
            try tree.checkFactsWithoutPrefix("\(header), a unit")
        }
        try tree.forgetPrefixes()
        try tree.write(Self.unit("net", 7, more: "int without;\n"), to: "net/7.c")
        try tree.index()
        try tree.checkFactsWithoutPrefix("nothing kept")
    }

    /// The header is read with each unit for what it is called, and by the one that makes the events for all stages.
    @Test func headersOfTraceEventsAreShared() throws {
        var files = [
            "include/trace/define_trace.h": """
            #ifdef CREATE_TRACE_POINTS
            #undef CREATE_TRACE_POINTS
            #ifndef TRACE_INCLUDE_PATH
            #error no path
            #endif
            #define TRACE_HEADER_MULTI_READ
            #undef TRACE_EVENT
            #define TRACE_EVENT(name, fields) int probe_##name(void) { return sizeof(struct { fields }); }
            #include <../net/trace.h>
            #undef TRACE_HEADER_MULTI_READ
            #define CREATE_TRACE_POINTS
            #endif
            """,
            "include/event.h":
                "#ifndef EVENT_H\n#define EVENT_H\n#define LIMIT 3\n#define TRACE_EVENT(name, fields) static inline void trace_##name(void) { }\n#endif\n",
            "net/trace.h": """
            #undef TRACE_SYSTEM
            #define TRACE_SYSTEM net
            #if !defined(_TRACE_NET_H) || defined(TRACE_HEADER_MULTI_READ)
            #define _TRACE_NET_H
            #include <event.h>
            #ifndef TRACE_HEADER_MULTI_READ
            static inline int assigned(int a) { return a < LIMIT; }
            #endif
            TRACE_EVENT(opened, int a; int b;)
            #endif
            #undef TRACE_INCLUDE_PATH
            #define TRACE_INCLUDE_PATH .
            #include <trace/define_trace.h>
            """,
            "net/points.c":
                "#define CREATE_TRACE_POINTS\n#include \"trace.h\"\nint points(void) { return probe_opened(); }\n/* the longest one comes first */\n",
        ]
        for number in 0..<8 {
            files["net/\(number).c"] = "#include \"trace.h\"\nvoid f\(number)(void) { trace_opened(); }\n"
        }
        let tree = try TestTree(files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 9)
        #expect(try tree.facts().contains { FactLines.isOfPrefix($0) && $0.contains("net/trace.h") })
        let uses = try tree.facts().filter { $0.hasPrefix("reference m:LIMIT") }
        #expect(!uses.isEmpty && uses.allSatisfy { $0.contains("f:assigned") }, "\(uses)")
        try tree.checkFactsWithoutPrefix("new")
    }
}
