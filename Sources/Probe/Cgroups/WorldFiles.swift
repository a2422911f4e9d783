import Glibc
import KernelABI
import Scenario

/// The counter files of a program's cgroups, open for the length of a run.
struct WorldFiles {
    private struct Files {
        let path: CgroupPath
        let directory: String
        let current: Int32
        let max: Int32
        let events: Int32?
        let peak: Int32?
    }

    private let files: [Files]
    private let taskLists: [String]

    /// Opens the files of the world's cgroups.
    init(_ cgroup: GuardCgroup, _ setups: [CgroupSetup]) throws(SystemError) {
        var files: [Files] = []
        for setup in setups {
            let directory = cgroup.directory(of: setup.path)
            files.append(
                Files(
                    path: setup.path,
                    directory: directory,
                    current: try SystemFile.open("\(directory)/pids.current", O_RDONLY),
                    max: try SystemFile.open("\(directory)/pids.max", O_RDONLY),
                    events: try WorldFiles.openIfThere("\(directory)/pids.events"),
                    peak: try WorldFiles.openIfThere("\(directory)/pids.peak")
                )
            )
        }
        self.files = files
        let list = cgroup.hierarchy.kind == .v1 ? "tasks" : "cgroup.threads"
        let paths = [.root] + setups.map(\.path).filter { $0 != .root }
        taskLists = paths.map { "\(cgroup.directory(of: $0))/\(list)" }
    }

    /// What the files say now. Living processes are those that the cgroups list: zombies are not listed.
    func snapshot() throws(SystemError) -> Snapshot {
        var living = 0
        for path in taskLists {
            // Opened each time: version 1 makes the list up when the file is opened, and keeps it for a second.
            living += try SystemFile.read(path).utf8.count { $0 == UInt8(ascii: "\n") }
        }
        var counters: [CgroupCounters] = []
        for file in files {
            counters.append(
                CgroupCounters(
                    path: file.path,
                    current: try WorldFiles.number(file.current, "\(file.directory)/pids.current"),
                    max: try WorldFiles.limit(file.max, "\(file.directory)/pids.max"),
                    eventsMax: try WorldFiles.events(file.events, "\(file.directory)/pids.events"),
                    peak: try WorldFiles.peak(file.peak, "\(file.directory)/pids.peak")
                )
            )
        }
        return Snapshot(living: living, cgroups: counters)
    }

    private static func openIfThere(_ path: String) throws(SystemError) -> Int32? {
        SystemFile.exists(path) ? try SystemFile.open(path, O_RDONLY) : nil
    }

    private static func line(_ descriptor: Int32, _ path: String) throws(SystemError) -> Substring {
        try SystemFile.read(descriptor: descriptor, path: path).split(separator: "\n").first ?? ""
    }

    private static func number(_ descriptor: Int32, _ path: String) throws(SystemError) -> Int64 {
        guard let number = Int64(try line(descriptor, path)) else {
            throw SystemError(what: "read a number from \(path)", errno: .EINVAL)
        }
        return number
    }

    private static func limit(_ descriptor: Int32, _ path: String) throws(SystemError) -> PidsLimit {
        guard let limit = PidsLimit(try line(descriptor, path)) else {
            throw SystemError(what: "read a limit from \(path)", errno: .EINVAL)
        }
        return limit
    }

    private static func peak(_ descriptor: Int32?, _ path: String) throws(SystemError) -> Int64? {
        guard let descriptor else { return nil }
        return try number(descriptor, path)
    }

    private static func events(_ descriptor: Int32?, _ path: String) throws(SystemError) -> Int64? {
        guard let descriptor else { return nil }
        for line in try SystemFile.read(descriptor: descriptor, path: path).split(separator: "\n")
        where line.hasPrefix("max ") {
            if let number = Int64(line.dropFirst(4)) { return number }
        }
        throw SystemError(what: "read max from \(path)", errno: .EINVAL)
    }
}
