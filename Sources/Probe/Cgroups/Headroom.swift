import Scenario

/// The room that the cgroups above a guard leave: their limits must not be the ones that refuse a program's forks.
enum Headroom {
    /// Which cgroup leaves too little room for so many processes, or nil where all leave enough.
    static func lack(of count: Int, on hierarchy: PidsHierarchy) -> String? {
        var directory = hierarchy.base
        while true {
            // A hierarchy's root has no such files.
            if let limit = number(in: "\(directory)/pids.max"), let current = number(in: "\(directory)/pids.current"),
                limit - current < count
            {
                return
                    "\(directory)/pids.max leaves room for \(max(limit - current, 0)) processes, and \(count) are needed"
            }
            guard directory != hierarchy.mountPoint, let slash = directory.lastIndex(of: "/") else { return nil }
            directory = String(directory[..<slash])
        }
    }

    private static func number(in path: String) -> Int? {
        guard let text = try? SystemFile.read(path) else { return nil }
        return Int(text.dropLast())
    }
}
