import CLinux
import Glibc
import KernelABI

/// A cgroup directory with all below it.
enum CgroupTree {
    /// Removes a cgroup and all below it, from the bottom up. A cgroup whose last process has just died may be busy for a
    /// moment, so this tries again for up to two seconds.
    static func remove(_ path: String) throws(SystemError) {
        for name in SystemFile.directories(in: path) { try remove("\(path)/\(name)") }
        for attempt in 1... {
            if rmdir(path) == 0 || errno == ENOENT { return }
            guard errno == EBUSY, attempt < 200 else { throw SystemFile.lastError("rmdir \(path)") }
            usleep(10_000)
        }
    }

    /// Kills what is in a cgroup or below it, and waits until it is dead.
    static func kill(_ path: String) {
        for name in SystemFile.directories(in: path) { kill("\(path)/\(name)") }
        // A process may fork between the reading and the killing: again, until nothing is listed. A process of another
        // PID namespace is listed as 0 and cannot be named.
        for _ in 0..<100 {
            let pids = processes(in: path).filter { $0 > 0 }
            if pids.isEmpty { return }
            for pid in pids {
                let pidfd = kernaut_pidfd_open(pid)
                guard pidfd >= 0 else { continue }
                // The pidfd holds on to the process; a second look makes sure that it is one of this cgroup.
                if processes(in: path).contains(pid) {
                    _ = kernaut_pidfd_send_signal(pidfd, SIGKILL)
                    _ = kernaut_pidfd_await_death(pidfd, 1000)
                }
                close(pidfd)
            }
        }
    }

    private static func processes(in path: String) -> [pid_t] {
        // A threaded cgroup of version 2 lists no processes but threads; a puppet has one.
        let text =
            (try? SystemFile.read("\(path)/cgroup.procs")) ?? (try? SystemFile.read("\(path)/cgroup.threads")) ?? ""
        return text.split(separator: "\n").compactMap { pid_t($0) }
    }
}
