public import KernelABI

/// Something to look at on a running kernel.
public enum ClaimObservation: Hashable, Sendable {
    /// A scenario of `models/`, run with real processes, shows something.
    case scenario(String, shows: Showing)
    /// A file of `/proc` or `/sys` is there, and each of these words stands in it.
    case file(String, words: [String])
    /// A folder of `/proc` or `/sys` has entries of exactly these names; those that end in `except` do not count.
    case folder(String, names: [String], except: String?)
    /// A quantity lies within bounds.
    case measure(ClaimQuantity, atLeast: Double?, atMost: Double?)

    /// What a scenario's trace has to show, whatever the model predicted.
    public enum Showing: Hashable, Sendable {
        /// At some moment two processes were told different host names.
        case differentHostnames
        /// A fork was refused with this error while a cgroup was as full as its `pids.max` allows, and none ever held more.
        case refusalAtLimit(Errno)
        /// Each of these calls was made and succeeded.
        case calls([String])
    }
}

/// What an observer may be able to measure.
public enum ClaimQuantity: String, CaseIterable, Hashable, Sendable {
    /// From `clone` with a flag for every kind of namespace to the child's first instruction, in seconds.
    case containerStart = "container-start"
    /// From the start of a virtual machine to its first process, in seconds.
    case guestStart = "guest-start"
    /// The memory of a virtual machine that is not left to programs once it has started, in bytes.
    case guestMemory = "guest-memory"

    /// `s` or `bytes`
    public var unit: String { self == .guestMemory ? "bytes" : "s" }
}
