import KernelABI

/// The files of a cgroup itself, `cgroup_base_files` of `kernel/cgroup/cgroup.c`. Hierarchies of version 1 have none of these.
public enum CgroupCoreFile: String, CaseIterable, Hashable, Sendable {
    /// `cgroup.events`: whether somebody lives in it or below.
    case events = "cgroup.events"
    /// `cgroup.kill`, since 5.14: kills all in it and below, where it is no threaded cgroup.
    case kill = "cgroup.kill"
    /// `cgroup.max.depth`: how many levels may be below it.
    case maxDepth = "cgroup.max.depth"
    /// `cgroup.max.descendants`: how many cgroups may be below it.
    case maxDescendants = "cgroup.max.descendants"
    /// `cgroup.type`
    case type = "cgroup.type"
}

extension KernelConfiguration {
    /// Whether a cgroup has a file.
    public func has(_ file: CgroupCoreFile) -> Bool {
        switch file {
        case .kill: unified && Rule.Versions(since: KernelVersion(5, 14)).contains(version)
        case .events, .maxDepth, .maxDescendants, .type: unified
        }
    }
}
