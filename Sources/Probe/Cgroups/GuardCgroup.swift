import Glibc
import KernelABI
import Scenario

/// The one new cgroup below which everything of a run happens, with a hard `pids.max`.
///
///     <base>/kernaut-<pid>-<start time>          the guard, with the conductor in it
///     <base>/kernaut-<pid>-<start time>/world    `/` of the program
///
/// Its name tells its owner, so that a later run can find what a killed one left behind; a lock on the directory tells
/// the same across PID namespaces.
///
/// In version 2, cgroups that have processes and children with controllers at once must be threaded. `pids` is a threaded
/// controller, so a program's cgroups are made threaded unless it wants domains, and the guard is their threaded domain. Domains
/// need one above them that has no processes itself, which only a guest's guard has not: there the conductor is outside.
struct GuardCgroup {
    /// The name of the guard's only child, the program's root.
    private static let worldName = "world"

    /// The name of a guest's guard.
    static let guestName = "kernaut"

    /// The hierarchy that it is in.
    let hierarchy: PidsHierarchy
    /// Its directory.
    let path: String
    /// Negative where nobody else could want the guard: a guest's.
    private let lock: Int32
    /// It is a guest's, and stays.
    var isOfGuest: Bool { lock < 0 }

    /// The guard of a guest, which stays for all programs there: nobody else forks, and the guest ends with the probe.
    init(ofGuestIn hierarchy: PidsHierarchy, pidsMax: Int) throws(SystemError) {
        self.hierarchy = hierarchy
        // The guest's only user of paths is in the directory: a program opens dozens of files, and the kernel would look up
        // the way from the root for each.
        path = "."
        lock = -1
        let directory = "\(hierarchy.base)/\(GuardCgroup.guestName)"
        if mkdir(directory, 0o755) == 0 {
            try SystemFile.put("\(pidsMax)", into: "\(directory)/pids.max")
            if hierarchy.kind == .v2 { try SystemFile.put("+pids", into: "\(directory)/cgroup.subtree_control") }
        } else if errno != EEXIST {
            throw SystemFile.lastError("mkdir \(directory)")
        }
        guard chdir(directory) == 0 else { throw SystemFile.lastError("chdir \(directory)") }
    }

    /// Makes the guard and sets its limit. Nothing is left where this fails.
    init(in hierarchy: PidsHierarchy, pidsMax: Int) throws(SystemError) {
        let name = GuardName(pid: getpid(), startTime: ProcessFacts.startTime(of: getpid()) ?? 0)
        let path = "\(hierarchy.base)/\(name)"
        guard mkdir(path, 0o755) == 0 else { throw SystemFile.lastError("mkdir \(path)") }
        var lock: Int32 = -1
        do throws(SystemError) {
            lock = try SystemFile.open(path, O_RDONLY | O_DIRECTORY)
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw SystemFile.lastError("flock \(path)") }
            try SystemFile.put("\(pidsMax)", into: "\(path)/pids.max")
            let shown = try SystemFile.read("\(path)/pids.max")
            guard shown == "\(pidsMax)\n" else { throw SystemError(what: "set \(path)/pids.max", errno: .EINVAL) }
            if hierarchy.kind == .v2 { try SystemFile.put("+pids", into: "\(path)/cgroup.subtree_control") }
        } catch {
            if lock >= 0 { close(lock) }
            rmdir(path)
            throw error
        }
        self.hierarchy = hierarchy
        self.path = path
        self.lock = lock
    }

    /// Makes the program's cgroups, each after its parent, and sets their limits.
    func makeWorld(_ world: World) throws(SystemError) {
        try make(directory(of: .root), world.cgroupType)
        var delegating: Set<CgroupPath> = []
        for setup in world.cgroups {
            let directory = directory(of: setup.path)
            if let parent = setup.path.parent {
                // Before the first child, since the files of a cgroup come with its parent's switch.
                if hierarchy.kind == .v2, delegating.insert(parent).inserted {
                    try SystemFile.put("+pids", into: "\(self.directory(of: parent))/cgroup.subtree_control")
                }
                try make(directory, world.cgroupType)
            }
            if setup.pidsMax != .max { try SystemFile.put("\(setup.pidsMax)", into: "\(directory)/pids.max") }
        }
    }

    /// Makes one of the program's cgroups, as a step wants it, and returns the error that `mkdir` answered with.
    func makeDirectory(of path: CgroupPath, _ type: CgroupType) throws(SystemError) -> Errno? {
        if hierarchy.kind == .v2, type == .threaded, let parent = path.parent {
            let control = "\(directory(of: parent))/cgroup.subtree_control"
            // Where a step has taken `pids` from those above, it stays away.
            if SystemFile.exists(control) { _ = try SystemFile.write("+pids", to: control) }
        }
        let directory = directory(of: path)
        guard mkdir(directory, 0o755) == 0 else { return SystemFile.lastErrno() }
        try setType(of: directory, type)
        return nil
    }

    /// The directory of one of the program's cgroups.
    func directory(of path: CgroupPath) -> String {
        "\(self.path)/\(GuardCgroup.worldName)\(path == .root ? "" : path.description)"
    }

    /// Removes the guard and all below it; the processes in it are dead already.
    func remove() throws(SystemError) {
        try CgroupTree.remove(path)
        close(lock)
    }

    /// Removes the program's cgroups and leaves the guard.
    func removeWorld(_ paths: [CgroupPath]) throws(SystemError) {
        // Children after parents in the list: nothing has to be looked for, as a rule.
        for path in paths.reversed() where path != .root { rmdir(directory(of: path)) }
        let root = directory(of: .root)
        try awaitEmpty(root)
        if rmdir(root) != 0 { try CgroupTree.remove(root) }
    }

    /// Waits until nobody is counted in a cgroup and below it. In 7.3 `rmdir` does not ask for tasks that have yet to run for
    /// the last time (`cgroup_destroy_locked`, `kernel/cgroup/cgroup.c`), but while a domain has them, the one above it takes
    /// no threaded cgroup: the next program's.
    private func awaitEmpty(_ directory: String) throws(SystemError) {
        guard hierarchy.kind == .v2 else { return }
        _ = try Patience.awaits { () throws(SystemError) in
            try SystemFile.read("\(directory)/cgroup.events").contains("populated 0")
        }
    }

    private func make(_ directory: String, _ type: CgroupType) throws(SystemError) {
        guard mkdir(directory, 0o755) == 0 else { throw SystemFile.lastError("mkdir \(directory)") }
        try setType(of: directory, type)
    }

    private func setType(of directory: String, _ type: CgroupType) throws(SystemError) {
        if hierarchy.kind == .v2, type == .threaded { try SystemFile.put("threaded", into: "\(directory)/cgroup.type") }
    }
}

/// The name of a guard: `kernaut-<pid>-<start time in ticks since boot>` of its owner.
struct GuardName: CustomStringConvertible {
    let pid: pid_t
    let startTime: UInt64

    init(pid: pid_t, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }

    /// The owner that a directory's name tells; nil for other directories.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "kernaut", let pid = pid_t(parts[1]), pid > 0, let time = UInt64(parts[2])
        else { return nil }
        self.init(pid: pid, startTime: time)
    }

    var description: String { "kernaut-\(pid)-\(startTime)" }

    /// The owner runs in this PID namespace.
    var isOwnerAlive: Bool { ProcessFacts.startTime(of: pid) == startTime }
}
