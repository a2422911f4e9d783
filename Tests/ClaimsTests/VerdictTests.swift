import KernelABI
import Testing

@testable import Claims

/// What the parts of a statement make of it, and what an observation changes.
struct VerdictTests {
    private static func part(_ weight: ClaimPart.Weight, outside: String? = nil) -> ClaimPart {
        ClaimPart(says: "x", weight: weight, check: nil, observation: nil, outside: outside, otherwise: nil)
    }

    private static func verdict(_ parts: (ClaimPart.Weight, PartOutcome)...) -> ClaimVerdict {
        ClaimVerdict(
            parts.map { weight, outcome in
                JudgedPart(part: part(weight), outcome: outcome, evidence: [], observation: nil)
            }
        )
    }

    @Test func aStatementHoldsWhenAllOfItIsSo() {
        #expect(Self.verdict((.core, .met), (.detail, .met)) == .holds)
    }

    @Test func aWrongDetailIsACorrection() {
        #expect(
            Self.verdict((.core, .met), (.detail, .unmet(instead: "8"))) == .holdsWithCorrection(["8"])
        )
    }

    @Test func aWrongCoreOverrulesAllElse() {
        #expect(
            Self.verdict((.core, .unmet(instead: "a")), (.detail, .unmet(instead: "b")), (.core, .unknown(reason: "c")))
                == .doesNotHold(["a", "b"])
        )
    }

    @Test func whatMattersAndCannotBeToldLeavesNoVerdict() {
        #expect(Self.verdict((.core, .met), (.core, .unknown(reason: "no guest"))) == .notCheckable(["no guest"]))
    }

    @Test func aDetailThatCannotBeToldLeavesTheVerdictToTheRest() {
        #expect(Self.verdict((.core, .met), (.detail, .unknown(reason: "outside"))) == .holds)
        #expect(Self.verdict((.detail, .unknown(reason: "outside"))) == .notCheckable(["outside"]))
    }

    private static let indexed = KernelVersion(6, 1, 192)

    private static func outcome(
        _ finding: SourceFinding?,
        _ result: ObservedFact.Result?,
        on kernel: String? = nil
    ) -> PartOutcome {
        let fact = result.map { ObservedFact(place: "a kernel", kernel: kernel, result: $0, seen: ["it differs"]) }
        return ClaimJudge.outcome(part(.core), finding, fact, indexed: indexed)
    }

    @Test func anotherKernelDoesNotOverruleTheIndex() {
        #expect(Self.outcome(.met([]), .disagrees, on: "6.18.44") == .met)
        #expect(Self.outcome(.unmet("y"), .agrees, on: "6.18.44") == .unmet(instead: "y"))
    }

    @Test func theIndexedKernelOverrulesItsIndex() {
        #expect(Self.outcome(.met([]), .disagrees, on: "6.1.90").instead == "on a kernel, it differs")
        #expect(Self.outcome(.unknown("not indexed"), .agrees, on: "6.1.192") == .met)
    }

    @Test func aSkippedObservationLeavesTheVerdictToTheIndex() {
        #expect(Self.outcome(.met([]), .skipped(reason: "not root")) == .met)
        #expect(Self.outcome(nil, .skipped(reason: "not root")) == .unknown(reason: "x: not root"))
    }

    @Test func whereThereIsNoQuestionToTheIndexTheObservationDecides() {
        #expect(Self.outcome(nil, .agrees, on: "6.18.44") == .met)
        #expect(Self.outcome(nil, .disagrees, on: "6.18.44").instead != nil)
    }
}
