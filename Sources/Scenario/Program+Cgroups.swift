extension CgroupPath {
    /// The files of a cgroup that a step can write.
    public static let writtenFiles =
        [
            "pids.max", "cgroup.max.depth", "cgroup.max.descendants", "cgroup.kill", "cgroup.freeze",
            "cgroup.subtree_control", "cgroup.type",
        ] + CgroupMemberFile.allCases.map(\.rawValue)
}

extension Program {
    /// Every cgroup that the program can have: the world's, in the order of its list, then those that steps make, in the
    /// order in which they come first. Snapshots keep this order, and have those that are there at the moment.
    public var cgroupPaths: [CgroupPath] {
        var paths = world.cgroups.map(\.path)
        var known = Set(paths)
        for step in steps {
            if case .mkdir(let path) = step.action, known.insert(path).inserted { paths.append(path) }
        }
        return paths
    }
}
