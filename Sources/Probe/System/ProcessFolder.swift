import CLinux
import Glibc
import KernelABI

/// Where /proc has a process.
enum ProcessFolder {
    /// The folder of a process that this one knows by `pid`. /proc may have been mounted for another PID namespace, in which
    /// the process has another pid: a pidfd's `fdinfo` tells that one.
    static func path(ofPid pid: pid_t) throws(SystemError) -> String {
        let pidfd = kernaut_pidfd_open(pid)
        guard pidfd >= 0 else { throw SystemError(what: "pidfd_open(\(pid))", errno: Errno(rawValue: -pidfd)) }
        defer { close(pidfd) }
        let info = try SystemFile.read("/proc/self/fdinfo/\(pidfd)")
        for line in info.split(separator: "\n") where line.hasPrefix("Pid:") {
            let number = line.dropFirst(4).drop { $0 == "\t" || $0 == " " }
            if let known = pid_t(number), known > 0 { return "/proc/\(known)" }
        }
        throw SystemError(what: "find process \(pid) in /proc", errno: .ENOENT)
    }
}
