import Foundation
import KernelIndex
import KernelIndexer
import Testing

struct UpdateTests {
    private static func tree() throws -> TestTree {
        var files = [
            "include/shared.h":
                "#ifndef S_H\n#define S_H\nstruct shared { int x; };\nint everywhere(struct shared *s);\n#endif\n",
            "include/rare.h":
                "#ifndef R_H\n#define R_H\n#ifdef WITH\nint with(void);\n#endif\nint rare(void);\n#endif\n",
        ]
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            files["\(name).c"] = "#include <shared.h>\nint \(name)(struct shared *s) { return everywhere(s); }\n"
        }
        // A condition keeps the header out of the prefix: whoever is first owns what it says.
        let rare = "#if 1\n#include \"include/rare.h\"\n#endif\n"
        files["f.c"] = rare + "int f(void) { return rare(); }\n"
        files["g.c"] = rare + "int g(void) { return rare() + 1; }\n"
        return try TestTree(files)
    }

    /// Changes an indexed tree, updates its index, and holds that to a new index of the changed tree.
    private func check(
        parsed: [String],
        reused: Int,
        removed: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (TestTree) throws -> Void
    ) throws {
        let tree = try Self.tree()
        try tree.index()
        try change(tree)
        let summary = try tree.index()
        #expect(summary.parsed.sorted() == parsed, sourceLocation: sourceLocation)
        #expect(summary.reused == reused, sourceLocation: sourceLocation)
        #expect(summary.removed == removed, sourceLocation: sourceLocation)
        let updated = try tree.facts()
        let fresh = try tree.freshFacts()
        #expect(updated.subtracting(fresh).sorted() == [], sourceLocation: sourceLocation)
        #expect(fresh.subtracting(updated).sorted() == [], sourceLocation: sourceLocation)
        #expect(tree.neighbours == [".index.sqlite.lock", "index.sqlite", "tree"], sourceLocation: sourceLocation)
    }

    @Test func nothingChangedMeansNothingIsParsed() throws {
        try check(parsed: [], reused: 7) { _ in }
    }

    @Test func aTouchedFileIsNotAChangedOne() throws {
        try check(parsed: [], reused: 7) { tree in
            try tree.write("#include <shared.h>\nint a(struct shared *s) { return everywhere(s); }\n", to: "a.c")
        }
    }

    @Test func aChangedFileIsParsedAlone() throws {
        try check(parsed: ["a.c"], reused: 6) { tree in
            try tree.write("#include <shared.h>\nlong a(struct shared *s) { return s->x; }\n", to: "a.c")
        }
    }

    @Test func anEditIsParsedOnThePrefixThatTheNewIndexHasLeft() throws {
        let tree = try Self.tree()
        try tree.index()
        #expect(tree.keptPrefixes.count == 1)
        for round in 1...3 {
            try tree.write("#include <shared.h>\nlong a(struct shared *s) { return s->x + \(round); }\n", to: "a.c")
            #expect(try tree.index().onPrefix == 1)
            #expect(tree.keptPrefixes.count == 1)
            #expect(try tree.facts() == (try tree.freshFacts()))
        }
    }

    @Test func whereNoPrefixIsKeptTheFirstEditLeavesTheFilesOwn() throws {
        let tree = try Self.tree()
        try tree.index()
        try tree.forgetPrefixes()
        var onPrefix: [Int] = []
        for round in 1...3 {
            try tree.write("#include <shared.h>\nlong a(struct shared *s) { return s->x + \(round); }\n", to: "a.c")
            onPrefix.append(try tree.index().onPrefix)
            #expect(tree.keptPrefixes.count == 1)
            #expect(try tree.facts() == (try tree.freshFacts()))
        }
        #expect(onPrefix == [0, 1, 1])
    }

    @Test func aNewIndexLeavesNothingThatAnOlderOneHasKept() throws {
        let tree = try Self.tree()
        try tree.index()
        try tree.forgetPrefixes()
        try tree.write("#include <shared.h>\nlong a;\n", to: "a.c")
        try tree.index()
        let own = tree.keptPrefixes
        try tree.index { $0.isFresh = true }
        #expect(tree.keptPrefixes.count == 1 && tree.keptPrefixes != own)
        try tree.index {
            $0.isFresh = true
            $0.usesPrefix = false
        }
        #expect(tree.keptPrefixes.count == 0)
    }

    @Test func aKeptPrefixWhoseHeaderHasChangedIsNotUsed() throws {
        let tree = try Self.tree()
        try tree.index()
        let text = "#include <shared.h>\nint a(struct shared *s) { return everywhere(s) + 1; }\n"
        try tree.write(text, to: "a.c")
        try tree.index()
        let header =
            "#ifndef S_H\n#define S_H\nstruct shared { char z; };\nint everywhere(struct shared *s);\n#endif\n"
        try tree.write(header, to: "include/shared.h")
        try tree.index()
        try tree.write(text + "int more(struct shared *s) { return s->z; }\n", to: "a.c")
        #expect(try tree.index().onPrefix == 1)
        #expect(try tree.facts() == (try tree.freshFacts()))
        try tree.write(text + "int most(struct shared *s) { return s->z; }\n", to: "a.c")
        #expect(try tree.index().onPrefix == 1)
        #expect(try tree.facts() == (try tree.freshFacts()))
    }

    @Test func aPrefixOnWhichAFileMeansSomethingElseIsNotMadeAgain() throws {
        let tree = try Self.tree()
        try tree.index()
        var kept: [Int] = []
        var onPrefix: [Int] = []
        try tree.forgetPrefixes()
        for round in 1...3 {
            let text = "#define WITH\n#include \"include/rare.h\"\nint f(void) { return rare() + \(round); }\n"
            try tree.write(text, to: "f.c")
            onPrefix.append(try tree.index().onPrefix)
            #expect(try tree.facts() == (try tree.freshFacts()))
            kept.append(tree.keptPrefixes.count)
        }
        // Refused once, and what the folder has in common is kept instead.
        #expect(kept == [1, 0, 1])
        #expect(onPrefix == [0, 0, 0])
    }

    @Test func whatAFileAloneTellsOfAHeaderStaysWhenItIsEditedAgainAndAgain() throws {
        let tree = try Self.tree()
        try tree.write(
            "#ifndef O_H\n#define O_H\nstruct only { int x; };\nint lonely(void);\n#endif\n",
            to: "include/only.h"
        )
        try tree.write("#include <shared.h>\n#include <only.h>\nint a(void) { return lonely(); }\n", to: "a.c")
        try tree.index()
        for round in 1...4 {
            try tree.write(
                "#include <shared.h>\n#include <only.h>\nint a(void) { return lonely() + \(round); }\n",
                to: "a.c"
            )
            #expect(try tree.index().parsed == ["a.c"])
            #expect(try tree.facts() == (try tree.freshFacts()))
        }
    }

    @Test func withOneWorkerNoPrefixIsMadeForTheNextRun() throws {
        let tree = try Self.tree()
        try tree.index()
        try tree.write("#include <shared.h>\nint a;\n", to: "a.c")
        try tree.forgetPrefixes()
        try tree.index { $0.jobs = 1 }
        #expect(tree.keptPrefixes == [])
    }

    @Test func aChangedHeaderOfTwoFilesParsesThese() throws {
        try check(parsed: ["f.c", "g.c"], reused: 5) { tree in
            try tree.write("#ifndef R_H\n#define R_H\nint rare(void);\nint more(void);\n#endif\n", to: "include/rare.h")
        }
    }

    @Test func aChangedCommandParsesItsFile() throws {
        try check(parsed: ["f.c"], reused: 6) { $0.units["f.c"] = ["-DWITH"] }
    }

    @Test func aNewFileIsAdded() throws {
        try check(parsed: ["h.c"], reused: 7) { tree in
            try tree.write(
                "#include <shared.h>\n#include \"include/rare.h\"\nint h(void) { return rare(); }\n",
                to: "h.c"
            )
            tree.units["h.c"] = []
        }
    }

    @Test func aRemovedFileTakesItsFactsWithIt() throws {
        try check(parsed: [], reused: 6, removed: 1) { $0.units["a.c"] = nil }
    }

    @Test func whatAHeaderSaysStaysWhenItsFirstReaderGoes() throws {
        for gone in ["f.c", "g.c"] {
            let tree = try Self.tree()
            try tree.index()
            tree.units[gone] = nil
            let summary = try tree.index()
            // The other unit is asked again only where the one that went had spoken for the header.
            #expect(summary.parsed.count + summary.reused == 6)
            #expect(summary.parsed.allSatisfy { ["f.c", "g.c"].contains($0) && $0 != gone })
            #expect(try tree.facts() == (try tree.freshFacts()))
        }
    }

    @Test func whatAHeaderSaysStaysWhenItsFirstReaderNoLongerIncludesIt() throws {
        for changed in ["f.c", "g.c"] {
            let tree = try Self.tree()
            try tree.index()
            try tree.write("int other;\n", to: changed)
            try tree.index()
            #expect(try tree.facts() == (try tree.freshFacts()))
        }
    }

    @Test func whatAHeaderSaysToOneUnitOnlyGoesWithIt() throws {
        let tree = try Self.tree()
        tree.units["f.c"] = ["-DWITH"]
        try tree.index()
        #expect(try tree.facts().contains { $0.contains("f:with") })
        tree.units["f.c"] = []
        try tree.index()
        #expect(try !tree.facts().contains { $0.contains("f:with") })
        #expect(try tree.facts() == (try tree.freshFacts()))
    }

    @Test func aHeaderOfThePrefixThatChangesReplacesWhatItSaid() throws {
        let tree = try Self.tree()
        try tree.index()
        try tree.write(
            "#ifndef S_H\n#define S_H\nstruct shared { long x, y; };\nlong everywhere(struct shared *s);\n#endif\n",
            to: "include/shared.h"
        )
        try tree.index()
        #expect(try tree.facts() == (try tree.freshFacts()))
    }

    @Test func aPrefixThatNobodyNeedsAnyMoreGoes() throws {
        let tree = try Self.tree()
        try tree.index()
        for name in ["a", "b", "c", "d", "e"] { try tree.write("int \(name);\n", to: "\(name).c") }
        try tree.index()
        #expect(try tree.facts() == (try tree.freshFacts()))
        #expect(try !tree.facts().contains { $0.contains("s:shared") })
    }

    @Test func anotherTreeMakesANewIndex() throws {
        let tree = try Self.tree()
        try tree.index()
        let other = try Self.tree()
        let summary = try other.index { $0.database = tree.database }
        #expect(summary.reused == 0)
        #expect(summary.parsed.count == 7)
    }

    @Test func aDamagedIndexIsMadeAnew() throws {
        let tree = try Self.tree()
        try tree.index()
        try Data("no database".utf8).write(to: URL(filePath: tree.database))
        #expect(try tree.index().parsed.count == 7)
        #expect(try tree.facts() == (try tree.freshFacts()))
    }

    @Test func aNewLabelIsWrittenWithoutParsing() throws {
        let tree = try Self.tree()
        try tree.index()
        let summary = try tree.index { $0.labels["scope"] = "fork" }
        #expect(summary.parsed == [] && summary.reused == 7)
    }

    /// Kbuild links what is not compiled for the kernel's addresses into programs of their own.
    @Test func whatIsNoKernelCodeHasItsOwnNames() throws {
        let tree = try TestTree([
            "include/text.h": "int length(const char *);\n",
            "lib/text.c": "#include <text.h>\nint length(const char *text) { return 1; }\n",
            "kernel/use.c": "#include <text.h>\nint use(void) { return length(\"\"); }\n",
            "boot/text.c": "#include <text.h>\nint length(const char *text) { return 2; }\n",
            "boot/main.c": "#include <text.h>\nint start(void) { return length(\"\"); }\n",
        ])
        for name in ["lib/text.c", "kernel/use.c"] { tree.units[name] = ["-mcmodel=kernel"] }
        try tree.index()
        let calls = try tree.facts().filter { $0.hasPrefix("call ") }
        #expect(calls.count { $0.contains("f:length@boot/") && $0.contains("f:start@boot/") } == 1, "\(calls)")
        #expect(calls.count { $0.contains("f:use") && !$0.contains("@boot") } == 1, "\(calls)")
        #expect(calls.count == 2)
        let functions = try IndexStore.open(tree.database).functions(named: "length")
        #expect(functions.map(\.elsewhere) == [nil, .program("boot")])
    }
}
