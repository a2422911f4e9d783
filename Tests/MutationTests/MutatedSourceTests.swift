import Failure
import Testing

@testable import kernaut_mutation

@Suite struct MutatedSourceTests {
    private func mutant(_ find: String, _ form: Mutant.Form) throws -> Mutant {
        Mutant(name: "m", breaks: .mechanism(.race), file: "f", find: try #require(SoughtText(find)), form: form)
    }

    private func written(_ source: String, _ mutants: Mutant...) throws -> String {
        try MutatedSource(source, file: "f", mutants: zip(1..., mutants).map { ($0, $1) }).text
    }

    @Test func anExpressionBecomesAChoice() throws {
        let text = try written("if a > b { c() }", mutant("a > b", .expression("a >= b")))
        #expect(text == "if (ActiveMutant.number == 1 ? (a >= b) : (a > b)) { c() }")
    }

    @Test func statementsBecomeBranches() throws {
        let text = try written("a()\nb()\n", mutant("b()", .statements("")))
        #expect(text == "a()\nif ActiveMutant.number == 1 {\n\n} else {\nb()\n}\n")
    }

    @Test func marksNameThePartToReplace() throws {
        let text = try written("f(1); g(1)", mutant("g(«1»)", .expression("2")))
        #expect(text == "f(1); g((ActiveMutant.number == 1 ? (2) : (1)))")
    }

    @Test func mutantsOfOneTextStandBesideEachOther() throws {
        let text = try written("x > y", mutant("x > y", .expression("x")), mutant("x > y", .expression("y")))
        #expect(text == "(ActiveMutant.number == 1 ? (x) : ActiveMutant.number == 2 ? (y) : (x > y))")
    }

    @Test func aMutantMayReplaceAPartOfWhatAnotherReplaces() throws {
        let text = try written(
            "if x > y { return }",
            mutant("x > y", .expression("x")),
            mutant("if x > y { return }", .statements(""))
        )
        #expect(
            text
                == "if ActiveMutant.number == 2 {\n\n} else {\nif (ActiveMutant.number == 1 ? (x) : (x > y)) { return }\n}"
        )
    }

    @Test func formattingDoesNotCount() throws {
        let text = try written("    {\n        a()\n        b()\n    }", mutant("a()\n«b()»", .statements("c()")))
        #expect(text.hasPrefix("    {\n        a()\n        if ActiveMutant.number == 1 {\nc()\n}"))
    }

    @Test(arguments: ["x + z", "x"]) func aTextThatDoesNotStandThereOnceIsRefused(find: String) throws {
        let mutant = try mutant(find, .expression("1"))
        #expect(throws: Failure.self) { try written("x + y + x", mutant) }
    }

    @Test func mutantsThatOverlapOtherwiseAreRefused() throws {
        let (one, two) = (try mutant("a + b", .expression("1")), try mutant("b + c", .expression("1")))
        #expect(throws: Failure.self) { try written("a + b + c", one, two) }
    }
}
