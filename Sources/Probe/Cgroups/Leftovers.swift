import Glibc

/// What killed runs left behind.
enum Leftovers {
    /// Finds the guards whose owner is dead anywhere in the hierarchy, kills what is in them and removes them.
    /// Returns the directories that were removed, and those that could not be, with the reason.
    static func sweep(_ hierarchy: PidsHierarchy) -> (removed: [String], stuck: [SystemError]) {
        var removed: [String] = []
        var stuck: [SystemError] = []
        for path in guards(below: hierarchy.mountPoint) where isOrphaned(path) {
            CgroupTree.kill(path)
            do {
                try CgroupTree.remove(path)
                removed.append(path)
            } catch {
                stuck.append(error)
            }
        }
        return (removed, stuck)
    }

    private static func guards(below directory: String) -> [String] {
        SystemFile.directories(in: directory).flatMap { name in
            let path = "\(directory)/\(name)"
            return GuardName(name) == nil ? guards(below: path) : [path]
        }
    }

    /// The owner is dead, and nobody holds the lock that it took: an owner in another PID namespace cannot be seen, but
    /// its lock can. A killed run's last process may hold the lock for a moment yet.
    private static func isOrphaned(_ path: String) -> Bool {
        guard let name = path.split(separator: "/").last.flatMap({ GuardName(String($0)) }), !name.isOwnerAlive,
            let descriptor = try? SystemFile.open(path, O_RDONLY | O_DIRECTORY)
        else { return false }
        defer { close(descriptor) }
        for _ in 0..<200 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(10_000)
        }
        return false
    }
}
