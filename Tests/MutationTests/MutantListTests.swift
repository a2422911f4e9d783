import Failure
import Foundation
import Testing

@testable import kernaut_mutation

/// The list that is shipped, held against the sources that it breaks.
@Suite struct MutantListTests {
    @Test func everyRuleAndMechanismIsBrokenByAMutant() throws {
        #expect(try KernautMutation.list().unbroken.map(\.text) == [])
    }

    @Test func everyTextThatAMutantReplacesStandsThereOnce() throws {
        let mutants = try KernautMutation.list().mutants
        for (file, here) in Dictionary(grouping: zip(1..., mutants), by: { $0.1.file }) {
            let source = try String(
                contentsOf: KernautMutation.root.appending(path: "Sources/\(file)"),
                encoding: .utf8
            )
            let numbered = here.map { (number: $0.0, mutant: $0.1) }
            #expect(throws: Never.self) { try MutatedSource(source, file: file, mutants: numbered) }
        }
    }

    private func failure(_ item: String) -> Failure? {
        #expect(throws: Failure.self) { try MutantList("mutants:\n" + item, file: "m.yaml") }
    }

    @Test(arguments: [
        (
            "  - {name: a, breaks: pids-max, file: f, find: x, replace: y, why: z}",
            "unknown key 'why' in an item of 'mutants'"
        ),
        ("  - {name: a, breaks: pids, file: f, find: x, replace: y}", "no rule or mechanism is called so"),
        ("  - {name: a, breaks: pids-max, file: f, find: «x, replace: y}", "«…» marks the part to replace, once"),
        (
            "  - {name: a, breaks: pids-max, file: f, find: x, replace: y, do: z}",
            "one of 'replace', 'do' and 'leave-out' has to be there"
        ),
        ("  - {name: a, breaks: pids-max, file: f, find: x, leave-out: no}", "'leave-out' can only be yes"),
        (
            "  - {name: a, breaks: race, file: f, find: x, do: y}\n  - {name: a, breaks: race, file: f, find: z, do: y}",
            "two mutants are called a"
        ),
    ])
    func aBadListIsRefusedAtItsLine(item: String, what: String) {
        let failure = failure(item)
        #expect(failure?.what == what)
        #expect(failure?.status == .badInput)
        #expect(failure?.place?.hasPrefix("m.yaml:") == true)
    }
}
