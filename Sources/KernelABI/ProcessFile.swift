/// The files in `/proc/PID` that tell of a process's place among cgroups and clocks.
public enum ProcessFile: String, CaseIterable, Hashable, Sendable {
    /// The process's cgroup in each hierarchy, as the reader's cgroup namespace shows it.
    case cgroup
    /// How far the clocks of the time namespace that the process's children will be in are from the machine's.
    case timensOffsets = "timens_offsets"

    /// The longest text that is written to one, in bytes.
    public static let longestText = 256
}
