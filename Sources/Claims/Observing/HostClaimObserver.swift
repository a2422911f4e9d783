public import Conformance
public import Failure
public import Scenario

/// The running kernel of this machine, asked through `kernaut-probe`.
public struct HostClaimObserver: ClaimObserver {
    private let probe: HostProbe

    /// An observer that asks by a probe.
    public init(_ probe: HostProbe) { self.probe = probe }

    /// `this host`
    public var place: String { "this host" }

    /// Runs programs on this machine.
    public func verify(_ cases: [VerificationCase]) async throws(Failure) -> [Verification] {
        try await Verifier(probe).verify(cases)
    }

    /// Looks at paths of this machine.
    public func look(at paths: [String]) async throws(Failure) -> Sighting<FileSightings> {
        .seen(try await probe.look(at: paths))
    }

    /// Times the start of processes on this machine. A host has no virtual machine to measure.
    public func measure(_ quantity: ClaimQuantity) async throws(Failure) -> Sighting<Measurement> {
        guard quantity == .containerStart else { return .skipped(reason: "no virtual machine was started") }
        let (times, missing) = try await probe.starts()
        guard let times else { return .skipped(reason: missing ?? "the probe measured nothing") }
        return .seen(Measurement(containerStart: times))
    }
}
