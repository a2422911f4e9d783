public import KernelABI

/// What a program runs on: the facts about a kernel that decide which version of a rule holds.
public struct Platform: Hashable, Sendable {
    /// Which cgroup interface carries the `pids` controller.
    public enum Hierarchy: String, Hashable, Sendable {
        /// A version 1 hierarchy.
        case v1
        /// The unified hierarchy.
        case v2
    }

    /// The running kernel's version.
    public var version: KernelVersion
    /// Where `pids` is.
    public var hierarchy: Hierarchy
    /// The v2 mount carries `pids_localevents` (or the kernel is older than that option): `pids.events` counts locally.
    public var pidsLocalEvents: Bool

    /// Whether programs run the same on both: a running kernel may not tell the last number of its version (Debian's
    /// `6.1.0-56-cloud-amd64` is 6.1.192).
    public func isSame(as other: Platform) -> Bool {
        version.release == other.version.release && hierarchy == other.hierarchy
            && pidsLocalEvents == other.pidsLocalEvents
    }

    /// Makes a platform.
    public init(version: KernelVersion, hierarchy: Hierarchy, pidsLocalEvents: Bool = false) {
        self.version = version
        self.hierarchy = hierarchy
        self.pidsLocalEvents = pidsLocalEvents
    }
}
