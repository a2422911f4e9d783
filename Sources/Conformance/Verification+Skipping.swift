public import Scenario

extension Verification {
    /// A verification that was not made, with the reason. It has no platform, no prediction and no observation.
    public init(skipping program: Program, reason: String) {
        self.program = program
        findings = []
        verdict = .skipped(reason: reason)
    }
}
