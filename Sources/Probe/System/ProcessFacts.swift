import Glibc

/// What `/proc` says about processes.
enum ProcessFacts {
    /// When a process started, in clock ticks since boot (field 22 of `/proc/PID/stat`); nil when there is none.
    static func startTime(of pid: pid_t) -> UInt64? {
        // The name in parentheses may hold anything, also parentheses: the fields are counted from the last one.
        guard let stat = try? SystemFile.read("/proc/\(pid)/stat"), let close = stat.lastIndex(of: ")") else {
            return nil
        }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }

    /// How long the kernel has been up, in seconds, as `/proc/uptime` shows it: `2.53`.
    static func uptime() -> Substring {
        ((try? SystemFile.read("/proc/uptime")) ?? "0").split(separator: " ").first ?? "0"
    }

    /// A line of a `status` file such as `CapEff`, without its key; nil when there is none.
    static func statusField(_ key: String, of process: String) -> Substring? {
        // From bytes: for a program with users, all processes of the machine are asked.
        guard let descriptor = try? SystemFile.open("/proc/\(process)/status", O_RDONLY) else { return nil }
        defer { close(descriptor) }
        guard let status = try? SystemFile.bytes(descriptor: descriptor, path: process) else { return nil }
        let start = Array("\(key):".utf8)
        for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: start) {
            return String(decoding: line.dropFirst(start.count), as: UTF8.self).drop { $0 == " " || $0 == "\t" }
        }
        return nil
    }

    /// Every user that some process runs as: real, effective, saved and file-system user.
    static func usersInUse() -> Set<UInt32> {
        var users: Set<UInt32> = []
        for name in SystemFile.names(in: "/proc") where name.utf8.allSatisfy({ (48...57).contains($0) }) {
            guard let line = statusField("Uid", of: name) else { continue }
            users.formUnion(line.split { $0 == "\t" || $0 == " " }.compactMap { UInt32($0) })
        }
        return users
    }

    /// The users of `/etc/passwd`.
    static func usersWithAName() -> Set<UInt32> {
        let lines = ((try? SystemFile.read("/etc/passwd")) ?? "").split(separator: "\n")
        return Set(
            lines.compactMap { line in
                let fields = line.split(separator: ":", omittingEmptySubsequences: false)
                return fields.count > 2 ? UInt32(fields[2]) : nil
            }
        )
    }
}
