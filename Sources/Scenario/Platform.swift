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

    /// Makes a platform.
    public init(version: KernelVersion, hierarchy: Hierarchy, pidsLocalEvents: Bool = false) {
        self.version = version
        self.hierarchy = hierarchy
        self.pidsLocalEvents = pidsLocalEvents
    }
}
