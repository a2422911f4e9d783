import Claims
import Failure
import Foundation
import Testing

/// The statements that the repository brings, and what a file of statements must not be.
struct ClaimsFileTests {
    private static let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "kernel-refs/claims.yaml").path

    @Test func everyStatementOfTheArticleStandsThereOnce() throws {
        let file = try ClaimsFile(path: Self.shipped)
        #expect(file.claims.map(\.id) == (1...19).map { "D\($0)" })
        for claim in file.claims {
            #expect(!claim.statement.isEmpty)
            #expect(claim.parts.contains { $0.weight == .core }, "\(claim.id)")
        }
    }

    @Test func onlyWhatNoKernelCanTellIsLeftOut() throws {
        let claims = try ClaimsFile(path: Self.shipped).claims
        let outside = claims.filter { claim in claim.parts.contains { $0.outside != nil } }
        #expect(outside.map(\.id) == ["D1", "D2", "D19"])
        #expect(claims.allSatisfy { claim in claim.parts.contains { $0.check != nil || $0.observation != nil } })
    }

    @Test func behaviourIsObservedToo() throws {
        let claims = try ClaimsFile(path: Self.shipped).claims
        let observed = claims.filter { claim in claim.parts.contains { $0.observation != nil } }.map(\.id)
        #expect(Set(observed).isSuperset(of: ["D1", "D3", "D4", "D5", "D10", "D11", "D15", "D17", "D18", "D19"]))
        #expect(Set(claims.flatMap(\.scenarios)) == ["fork-bomb", "namespace-calls", "uts-isolation"])
    }

    private static let head = "claims:\n  - id: D1\n    statement: x\n    parts:\n"

    @Test(arguments: [
        ("", "claims.yaml: the file is empty"),
        ("claims: [", "this is not YAML"),
        ("claims: []", "at least one item"),
        ("claim: []", "unknown key 'claim'"),
        ("claims:\n  - id: D1\n    statement: x\n", "claims.yaml:2: the key 'parts' is missing"),
        (head + "      - says: y\n", "claims.yaml:5: a part needs a check"),
        (head + "      - says: y\n        no-macro: A\n        macros: [B]\n", "one check, not 2"),
        (head + "      - says: y\n        no-macro: A\n        outside: z\n", "a part needs a check"),
        (head + "      - says: y\n        weight: heavy\n        no-macro: A\n", "'weight' is one of core, detail"),
        (head + "      - says: y\n        calls: [a]\n", "two functions or more"),
        (head + "      - says: y\n        calls: a\n", "has to be a list"),
        (head + "      - says: y\n        defined: {struct: a, function: b}\n", "needs one of"),
        (head + "      - says: y\n        defined: {struct: a, file: ../../etc/passwd}\n", "inside the source tree"),
        (head + "      - says: y\n        error: {function: a, errno: EWHAT}\n", "no error that is known"),
        (head + "      - says: y\n        sizes: {structs: [a], below-bytes: many}\n", "whole number"),
        (head + "      - says: y\n        guess: {}\n", "unknown key 'guess'"),
        (head + "      - says: y\n        observe: {}\n", "needs one of"),
        (head + "      - says: y\n        observe: {file: /etc/shadow}\n", "below /proc or /sys"),
        (head + "      - says: y\n        observe: {file: /proc/x, names: [a]}\n", "does not go with 'file'"),
        (head + "      - says: y\n        observe: {scenario: ../x, shows: different-hostnames}\n", "without .yaml"),
        (head + "      - says: y\n        observe: {scenario: x, shows: wonders}\n", "'shows' is one of"),
        (head + "      - says: y\n        observe: {measure: guest-start}\n", "needs 'at-least' or 'at-most'"),
        (
            head + "      - says: y\n        no-macro: A\n  - id: D1\n    statement: x\n    parts: []\n",
            "the id 'D1' stands twice"
        ),
    ])
    func aBadFileIsOneLineWithItsPlace(text: String, complaint: String) throws {
        let failure = #expect(throws: Failure.self) { try ClaimsFile(text: text, path: "claims.yaml") }
        #expect(failure?.status == .badInput)
        #expect(failure?.line.contains(complaint) == true, "\(failure?.line ?? "")")
        #expect(failure?.line.hasPrefix("claims.yaml") == true)
    }
}
