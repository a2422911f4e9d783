public import Conformance
public import Failure
import KernelABI
public import Scenario

/// A running kernel that statements can be put to: this host, a guest.
///
/// Whatever cannot be seen there is no failure but a reason: the verdict then rests on the index.
public protocol ClaimObserver: Sendable {
    /// What reports call it: `this host`, `a guest of Linux 6.1`.
    var place: String { get }

    /// Runs programs with real processes. What cannot be run has the verdict `skipped` with the reason.
    func verify(_ cases: [VerificationCase]) async throws(Failure) -> [Verification]

    /// Looks at paths of `/proc` and `/sys`.
    func look(at paths: [String]) async throws(Failure) -> Sighting<FileSightings>

    /// Measures a quantity, in its unit.
    func measure(_ quantity: ClaimQuantity) async throws(Failure) -> Sighting<Measurement>
}

/// What was seen, or why nothing was.
public enum Sighting<Value: Sendable>: Sendable {
    /// This was seen.
    case seen(Value)
    /// Nothing was looked at, for this reason.
    case skipped(reason: String)
}

/// A quantity as it was measured.
public struct Measurement: Hashable, Sendable {
    /// How much, in the quantity's unit.
    public let value: Double
    /// The version of the kernel that it was measured on.
    public let kernel: String
    /// How it was measured, as a phrase.
    public let method: String

    /// Makes a measurement.
    public init(value: Double, kernel: String, method: String) {
        self.value = value
        self.kernel = kernel
        self.method = method
    }

    /// The start of processes in new namespaces, as the probe timed it.
    init(containerStart times: StartTimes) {
        self.init(
            value: Double(times.median) / 1e9,
            kernel: KernelVersion(times.release)?.description ?? times.release,
            method: "the median of \(times.nanoseconds.count) starts with every namespace that clone can make"
        )
    }
}
