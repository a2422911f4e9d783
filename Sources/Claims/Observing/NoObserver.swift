public import Conformance
public import Failure
public import Scenario

/// What stands in for a running kernel where there is none to ask: every observation is skipped, with one reason.
public struct NoObserver: ClaimObserver {
    private let reason: String

    /// An observer that skips everything for this reason.
    public init(reason: String) { self.reason = reason }

    /// `nowhere`
    public var place: String { "nowhere" }

    /// Skips the programs.
    public func verify(_ cases: [VerificationCase]) async throws(Failure) -> [Verification] {
        cases.map { Verification(skipping: $0.program, reason: reason) }
    }

    /// Skips the paths.
    public func look(at paths: [String]) async throws(Failure) -> Sighting<FileSightings> { .skipped(reason: reason) }

    /// Skips the quantity.
    public func measure(_ quantity: ClaimQuantity) async throws(Failure) -> Sighting<Measurement> {
        .skipped(reason: reason)
    }
}
