import KernelIndex
import KernelIndexer
import Testing

/// Units that mean something else on top of their folder's prefix, and can still be on top of what all have in common.
struct RefusedUnitTests {
    /// Three folders of 16 units each, with what all include. In the third, half of the units know `take` as a macro, the others
    /// as a function.
    private static let files: [String: String] = {
        var files = [
            "include/base.h": "#ifndef BASE_H\n#define BASE_H\n#define EMPTY 0\nstruct base { int x; };\n#endif\n",
            "drivers/net/own.h":
                "#ifndef OWN_H\n#define OWN_H\n#include <base.h>\nstatic inline int take(struct base *b) { return b->x; }\n#endif\n",
            "drivers/net/macro.h": "#ifndef MACRO_H\n#define MACRO_H\n#define take(b) ((b)->x + 1)\n#endif\n",
        ]
        for number in 0..<16 {
            for folder in ["fs", "mm"] {
                files["\(folder)/\(number).c"] = "#include <base.h>\nint \(folder)\(number)(void) { return EMPTY; }\n"
            }
            files["drivers/net/\(number).h"] =
                "#ifndef H\(number)\n#define H\(number)\nstatic inline int own\(number)(struct base *b) { return take(b); }\n#endif\n"
            files["drivers/net/\(number).c"] = unit(number, isOfMacro: number % 2 == 0)
        }
        return files
    }()

    private static func unit(_ number: Int, isOfMacro: Bool, more: String = "") -> String {
        "#include <base.h>\n#include \"own.h\"\n" + (isOfMacro ? "#include \"macro.h\"\n" : "")
            + "#include \"\(number).h\"\n\(more)int net\(number)(struct base *b) { return own\(number)(b) + EMPTY; }\n"
    }

    /// Those of `fs` and `mm` have nothing of their own: there is what all include, what the folder does, and what those have that do
    /// not know the macro.
    @Test func theyShareAPrefixOfTheirOwnOnTopOfWhatAllInclude() throws {
        let tree = try TestTree(Self.files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 48)
        #expect(tree.keptPrefixes.count == 3)
        try tree.checkFactsWithoutPrefix("new")
        for number in [3, 4] {
            try tree.write(
                Self.unit(number, isOfMacro: number == 4, more: "int edited;\n"),
                to: "drivers/net/\(number).c"
            )
            let summary = try tree.index()
            #expect(summary.parsed == ["drivers/net/\(number).c"] && summary.onPrefix == 1)
            #expect(tree.keptPrefixes.count == 3)
            try tree.checkFactsWithoutPrefix("\(number)")
        }
        try tree.write(Self.files["drivers/net/own.h"]! + "struct more;\n", to: "drivers/net/own.h")
        #expect(try tree.index().onPrefix == 16)
        try tree.checkFactsWithoutPrefix("the folder's header")
    }

    /// No other headers could do for these, and so nobody waits for such.
    @Test func whatTheirOwnTextSaysIsFoundOnTopOfWhatAllInclude() throws {
        var files = Self.files
        for number in [1, 3] {
            files["drivers/net/\(number).c"] =
                "#include <base.h>\n#include \"own.h\"\nint net\(number)(struct base *b) { return take(b) + EMPTY; }\n"
        }
        let tree = try TestTree(files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 48)
        try tree.checkFactsWithoutPrefix("new")
    }

    @Test func aHeaderThatAsksForAMacroOfAnotherOneIsNothingToWhoDoesNotHaveThat() throws {
        var files = Self.files
        files["include/place.h"] = "#ifndef PLACE_H\n#define PLACE_H\n#define PLACE 1\n#endif\n"
        files["include/asks.h"] =
            "#ifndef ASKS_H\n#define ASKS_H\n#ifdef PLACE\nint with_place;\n#else\nint without_place;\n#endif\n#endif\n"
        for number in 0..<16 {
            files["fs/\(number).c"] = "#include <place.h>\n#include <asks.h>\n" + files["fs/\(number).c"]!
        }
        files["fs/lone.c"] = "#include <asks.h>\nint lone;\n"
        let tree = try TestTree(files)
        let summary = try tree.index()
        #expect(summary.prefixProblems == [] && summary.failed == [])
        #expect(summary.onPrefix == 48)
        let facts = try tree.facts()
        #expect(facts.contains { $0.contains("v:with_place") } && facts.contains { $0.contains("v:without_place") })
        try tree.checkFactsWithoutPrefix("new")
    }
}
