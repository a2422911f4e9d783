public import Failure
public import Guest
import KernelABI
public import Scenario

/// The kernel of an image, in QEMU guests: one for each lane, booted when it is needed first.
public struct GuestObserver: KernelObserver {
    /// The most processes that the probe lets a program have at a time.
    public var mostProcesses: Int { HostProbe.mostProcesses }
    /// Nobody else is in there.
    public var ownsMachine: Bool { true }
    /// `a guest of Linux 6.1`
    public var place: String { "a guest of Linux \(image.name)" }
    /// How many guests run at a time.
    public var lanes: Int { guests.count }
    /// The guests.
    public let guests: [GuestLane]
    private let image: GuestImage

    /// Prepares guests; none is booted yet.
    public init(_ setup: GuestLane.Setup, lanes: Int) {
        image = setup.image
        guests = (0..<lanes).map { _ in GuestLane(setup) }
    }

    /// What the image is; where a program does not mind, a guest has `pids` on version 2.
    public func platform(
        for hierarchy: Platform.Hierarchy?
    ) async throws(Failure) -> (platform: Platform?, missing: String?) {
        let platform = Platform(
            version: image.version,
            hierarchy: hierarchy ?? .v2,
            // As a guest mounts it, without options: see Probe.platform(of:).
            pidsLocalEvents: image.version.release < KernelVersion(6, 11)
        )
        return (platform, nil)
    }

    /// Runs programs in the guest of a lane.
    public func observe(_ programs: [Program], lane: Int) async throws(Failure) -> [RunRecord] {
        try await guests[lane].observe(programs)
    }

    /// Ends all guests.
    public func end() async {
        for guest in guests { await guest.end() }
    }
}
