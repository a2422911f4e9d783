import CLinux
import Glibc
import KernelABI

/// Where /proc has a process, and what it is called in the PID namespaces that it is in.
enum ProcessFolder {
    /// The folder of a process that this one knows by `pid`. /proc may have been mounted for another PID namespace, in which
    /// the process has another pid: a pidfd's `fdinfo` tells that one.
    static func path(ofPid pid: pid_t) throws(SystemError) -> String {
        let numbers = try numbers("Pid:", try information(ofPid: pid))
        guard let known = numbers.first, known > 0 else {
            throw SystemError(what: "find process \(pid) in /proc", errno: .ENOENT)
        }
        return "/proc/\(known)"
    }

    /// The pids of a process, from that in this process's PID namespace down to that in the process's own.
    ///
    /// - Parameter pid: as this process knows it.
    static func pids(ofPid pid: pid_t) throws(SystemError) -> [pid_t] {
        try pids(in: try information(ofPid: pid))
    }

    /// The same of the process that a pidfd of another one names.
    static func pids(ofDescriptor descriptor: Int32, of holder: pid_t) throws(SystemError) -> [pid_t] {
        try pids(in: try SystemFile.read("\(try path(ofPid: holder))/fdinfo/\(descriptor)"))
    }

    /// The same of a task that /proc has in a folder.
    static func pids(inFolder folder: String) throws(SystemError) -> [pid_t] {
        try pids(in: try SystemFile.read("\(folder)/status"))
    }

    private static func pids(in information: String) throws(SystemError) -> [pid_t] {
        // /proc may be that of a namespace above this process's own.
        let above = try numbers("NSpid:", try self.information(ofPid: getpid())).count - 1
        return Array(try numbers("NSpid:", information).dropFirst(above))
    }

    /// What `fdinfo` says of a pidfd of a process.
    private static func information(ofPid pid: pid_t) throws(SystemError) -> String {
        let pidfd = kernaut_pidfd_open(pid)
        guard pidfd >= 0 else { throw SystemError(what: "pidfd_open(\(pid))", errno: Errno(rawValue: -pidfd)) }
        defer { close(pidfd) }
        return try SystemFile.read("/proc/self/fdinfo/\(pidfd)")
    }

    /// The numbers of a line such as `NSpid:\t812\t3`.
    private static func numbers(_ key: String, _ information: String) throws(SystemError) -> [pid_t] {
        for line in information.split(separator: "\n") where line.hasPrefix(key) {
            return line.dropFirst(key.utf8.count).split { $0 == "\t" || $0 == " " }.compactMap { pid_t($0) }
        }
        throw SystemError(what: "find \(key) of a pidfd in /proc", errno: .ENOENT)
    }
}
