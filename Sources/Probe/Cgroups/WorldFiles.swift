import Glibc
import KernelABI
import Scenario

/// The counter files of a program's cgroups, open for as long as these are there.
struct WorldFiles {
    private struct Files {
        let path: CgroupPath
        let directory: String
        let current: Int32
        let max: Int32
        let events: Int32?
        let peak: Int32?

        func close() {
            for descriptor in [current, max, events, peak].compactMap({ $0 }) { Glibc.close(descriptor) }
        }
    }

    /// All that the program can have, in the order in which they are told.
    private let order: [CgroupPath]
    private let kind: Platform.Hierarchy
    /// Those of the observed cgroups that are there, in that order.
    private var files: [Files] = []
    private var taskLists: [TaskList] = []

    /// Where the processes of a cgroup are listed.
    private struct TaskList {
        let cgroup: CgroupPath
        let path: String
        /// Open for as long as the cgroup is there; nil where the list has to be opened each time.
        let descriptor: Int32?

        func close() { if let descriptor { Glibc.close(descriptor) } }

        /// A pid a line.
        func bytes() throws(SystemError) -> [UInt8] {
            if let descriptor { return try SystemFile.bytes(descriptor: descriptor, path: path) }
            let opened = try SystemFile.open(path, O_RDONLY)
            defer { Glibc.close(opened) }
            return try SystemFile.bytes(descriptor: opened, path: path)
        }
    }

    /// Opens the files of the world's cgroups.
    init(_ cgroup: GuardCgroup, _ program: Program) throws(SystemError) {
        order = program.cgroupPaths
        kind = cgroup.hierarchy.kind
        let setups = program.world.cgroups
        for setup in setups {
            if let opened = try WorldFiles.open(setup.path, cgroup.directory(of: setup.path)) { files.append(opened) }
        }
        for path in [.root] + setups.map(\.path).filter({ $0 != .root }) {
            taskLists.append(try taskList(path, cgroup.directory(of: path)))
        }
    }

    /// Opens the files of a cgroup that a step has made.
    mutating func add(_ path: CgroupPath, of cgroup: GuardCgroup) throws(SystemError) {
        let directory = cgroup.directory(of: path)
        try addCounters(path, directory)
        taskLists.append(try taskList(path, directory))
    }

    private mutating func addCounters(_ path: CgroupPath, _ directory: String) throws(SystemError) {
        guard let opened = try WorldFiles.open(path, directory) else { return }
        let place = files.firstIndex { position($0.path) > position(path) } ?? files.count
        files.insert(opened, at: place)
    }

    /// Opens the counters of those right below a cgroup anew: a write to its `cgroup.subtree_control` makes and removes them.
    mutating func renewCounters(below parent: CgroupPath, of cgroup: GuardCgroup) throws(SystemError) {
        for path in taskLists.map(\.cgroup) where path.parent == parent {
            removeCounters(path)
            if order.contains(path) { try addCounters(path, cgroup.directory(of: path)) }
        }
    }

    private mutating func removeCounters(_ path: CgroupPath) {
        for file in files where file.path == path { file.close() }
        files.removeAll { $0.path == path }
    }

    /// Closes the files of a cgroup that a step has removed.
    mutating func remove(_ path: CgroupPath) {
        removeCounters(path)
        for list in taskLists where list.cgroup == path { list.close() }
        taskLists.removeAll { $0.cgroup == path }
    }

    private func position(_ path: CgroupPath) -> Int { order.firstIndex(of: path) ?? order.count }

    /// Nil where the cgroup has no `pids` files.
    private static func open(_ path: CgroupPath, _ directory: String) throws(SystemError) -> Files? {
        guard let current = try openIfThere("\(directory)/pids.current") else { return nil }
        return Files(
            path: path,
            directory: directory,
            current: current,
            max: try SystemFile.open("\(directory)/pids.max", O_RDONLY),
            events: try WorldFiles.openIfThere("\(directory)/pids.events"),
            peak: try WorldFiles.openIfThere("\(directory)/pids.peak")
        )
    }

    private func taskList(_ path: CgroupPath, _ directory: String) throws(SystemError) -> TaskList {
        switch kind {
        // Version 1 makes the list up when the file is opened, and keeps it for a second.
        case .v1: return TaskList(cgroup: path, path: "\(directory)/tasks", descriptor: nil)
        case .v2:
            let list = "\(directory)/cgroup.threads"
            return TaskList(cgroup: path, path: list, descriptor: try SystemFile.open(list, O_RDONLY))
        }
    }

    /// Whether some cgroup lists a task.
    func list(_ pid: pid_t) throws(SystemError) -> Bool {
        for list in taskLists {
            let lines = String(decoding: try list.bytes(), as: UTF8.self).split(separator: "\n")
            if lines.contains("\(pid)") { return true }
        }
        return false
    }

    /// What the files say now. Living processes are those that the cgroups list: zombies are not listed.
    func snapshot() throws(SystemError) -> Snapshot {
        var living = 0
        for list in taskLists { living += try list.bytes().count { $0 == UInt8(ascii: "\n") } }
        var counters: [CgroupCounters] = []
        counters.reserveCapacity(files.count)
        for file in files {
            counters.append(
                CgroupCounters(
                    path: file.path,
                    current: try number(file.current, file, "pids.current"),
                    max: try limit(file),
                    eventsMax: try file.events.map { descriptor throws(SystemError) in try events(descriptor, file) },
                    peak: try file.peak.map { descriptor throws(SystemError) in
                        try number(descriptor, file, "pids.peak")
                    }
                )
            )
        }
        return Snapshot(living: living, cgroups: counters)
    }

    /// Closes the files.
    func close() {
        for file in files { file.close() }
        for list in taskLists { list.close() }
    }

    private static func openIfThere(_ path: String) throws(SystemError) -> Int32? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        guard errno == ENOENT else { throw SystemFile.lastError("open \(path)") }
        return nil
    }

    // Parsed from bytes: under emulation, texts would take more time than the kernel does.

    private func number(_ descriptor: Int32, _ file: Files, _ name: String) throws(SystemError) -> Int64 {
        let bytes = try SystemFile.bytes(descriptor: descriptor, path: file.directory)
        guard let number = WorldFiles.number(bytes[...]) else {
            throw SystemError(what: "read a number from \(file.directory)/\(name)", errno: .EINVAL)
        }
        return number
    }

    private func limit(_ file: Files) throws(SystemError) -> PidsLimit {
        let bytes = try SystemFile.bytes(descriptor: file.max, path: file.directory)
        if bytes.starts(with: "max".utf8) { return .max }
        guard let number = WorldFiles.number(bytes[...]) else {
            throw SystemError(what: "read a limit from \(file.directory)/pids.max", errno: .EINVAL)
        }
        return .limited(number)
    }

    private func events(_ descriptor: Int32, _ file: Files) throws(SystemError) -> Int64 {
        let bytes = try SystemFile.bytes(descriptor: descriptor, path: file.directory)
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: "max ".utf8) {
            if let number = WorldFiles.number(line.dropFirst(4)) { return number }
        }
        throw SystemError(what: "read max from \(file.directory)/pids.events", errno: .EINVAL)
    }

    /// The decimal number at the start, which ends with the bytes or with a newline.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        var digits = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\n") { break }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 18 else { return nil }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
            digits += 1
        }
        return digits > 0 ? number : nil
    }
}
