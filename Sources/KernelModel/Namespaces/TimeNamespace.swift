/// How far clocks are from the machine's, as `struct time_namespace` of `include/linux/time_namespace.h`.
public struct TimeNamespace: Hashable, Sendable {
    /// `user_ns`
    public let userNS: UserNamespaceID
    /// `offsets`: a new namespace begins with those of the one that it is made from.
    public internal(set) var offsets = TimensOffsets()
    /// `frozen_offsets`: somebody has come to be in it, so that the offsets are what they are.
    public internal(set) var frozenOffsets = false
}

/// `struct timens_offsets`: what is added to each clock.
public struct TimensOffsets: Hashable, Sendable {
    /// `monotonic`, `CLOCK_MONOTONIC`
    public internal(set) var monotonic = TimensOffset()
    /// `boottime`, `CLOCK_BOOTTIME`
    public internal(set) var boottime = TimensOffset()
}

/// The offset of one clock, as `struct timespec64`.
public struct TimensOffset: Hashable, Sendable {
    /// Seconds, with a sign.
    public internal(set) var seconds: Int64 = 0
    /// Nanoseconds beyond them, less than a second.
    public internal(set) var nanoseconds: Int64 = 0
}
