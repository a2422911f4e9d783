public import Failure
public import Scenario

/// A running kernel that programs can be put to.
public protocol KernelObserver: Sendable {
    /// Where it runs, in a reader's words: `this host`, `a guest of Linux 6.1`.
    var place: String { get }
    /// How many programs it runs at a time; each lane runs its own one after the other.
    var lanes: Int { get }
    /// The machine is there for the programs alone, which may change its settings.
    var ownsMachine: Bool { get }
    /// The most processes that a program may have at a time.
    var mostProcesses: Int { get }
    /// What a program that asks for this hierarchy runs on, and why it cannot run; nil for a program that does not mind.
    func platform(
        for hierarchy: Platform.Hierarchy?
    ) async throws(Failure) -> (platform: Platform?, missing: String?)
    /// Runs programs one after the other and returns a record for each. A program that was not reached has a record
    /// without an ending.
    func observe(_ programs: [Program], lane: Int) async throws(Failure) -> [RunRecord]
}
