import Glibc
import KernelABI

/// The threads that the machine has beside a program's.
///
/// A program that leaves the machine room for so many threads or pids is judged only if these stay the same: none came, and none
/// went.
struct OtherThreads: Equatable {
    /// How many there are.
    let present: Int
    /// How many were ever made.
    let made: Int

    /// Counts them now: `nr_threads`, which `/proc/loadavg` tells behind its slash, and `total_forks`, the processes of
    /// `/proc/stat`.
    init(beside stage: PuppetStage) throws(SystemError) {
        let load = try SystemFile.read("/proc/loadavg").split(separator: " ")
        let line = try SystemFile.read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("processes ") }
        guard load.count > 3, let slash = load[3].firstIndex(of: "/"), let forks = line?.split(separator: " ").last,
            let threads = Int(load[3][load[3].index(after: slash)...]), let total = Int(forks)
        else { throw SystemError(what: "count the machine's threads in /proc", errno: .EINVAL) }
        present = threads - stage.puppets.count { $0.state != .reaped }
        made = total - stage.puppets.count
    }
}

/// What leaves the machine room for so many pids.
enum FreePids {
    /// `RESERVED_PIDS`: once pids have got beyond it, those below are not given again.
    private static let reserved = 300
    private static let lastPid = "/proc/sys/kernel/ns_last_pid"

    /// The `kernel.pid_max` below which so many pids are free. Pids have got beyond the reserved ones afterwards.
    ///
    /// - Parameters:
    ///   - room: at least 1.
    ///   - threads: how many the machine has.
    static func limit(room: Int, threads: Int) throws(SystemError) -> Int {
        if let last = Int(try SystemFile.read(lastPid).dropLast()), last < reserved {
            try SystemFile.put("\(reserved)", into: lastPid)
        }
        var taken = SystemFile.names(in: "/proc").compactMap { Int($0) }
        if taken.count != threads {
            taken = taken.flatMap { SystemFile.names(in: "/proc/\($0)/task") }.compactMap { Int($0) }
        }
        guard taken.count == threads else {
            throw SystemError(what: "find the pids of \(threads) threads in /proc", errno: .EAGAIN)
        }
        let known = Set(taken)
        var (limit, free) = (reserved, 0)
        while free < room {
            if !known.contains(limit) { free += 1 }
            limit += 1
        }
        return limit
    }
}
