import CLinux
import Glibc
import KernelABI

/// Times how long a process in new namespaces takes to start.
enum ContainerStarts {
    /// How many processes are made, one after the other.
    private static let count: UInt32 = 21
    /// The starter, one process at a time, and room below the limit.
    private static let mostProcesses = 8
    /// A flag for each namespace that clone(2) can make. It cannot make a time namespace: the flag's bit belongs to the
    /// exit signal there.
    private static let flags: CloneFlags = [
        .CLONE_NEWCGROUP, .CLONE_NEWIPC, .CLONE_NEWNET, .CLONE_NEWNS, .CLONE_NEWPID, .CLONE_NEWUSER, .CLONE_NEWUTS,
    ]

    /// Makes the processes below a guard; returns the nanoseconds from each clone to the child's first instruction.
    static func measure(on hierarchy: PidsHierarchy) throws(SystemError) -> [Int64] {
        _ = Leftovers.sweep(hierarchy)
        let cgroup = try GuardCgroup(in: hierarchy, pidsMax: mostProcesses)
        var samples = [Int64](repeating: 0, count: Int(count))
        let result = kernaut_time_starts("\(cgroup.path)/cgroup.procs", flags.rawValue, count, &samples)
        try cgroup.remove()
        guard result == 0 else { throw SystemError(what: "clone(\(flags))", errno: Errno(rawValue: Int32(-result))) }
        return samples
    }
}
