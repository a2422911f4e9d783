import KernelABI

/// The files of a cgroup itself, `cgroup_base_files` of `kernel/cgroup/cgroup.c`. Hierarchies of version 1 have none of these.
public enum CgroupCoreFile: String, CaseIterable, Hashable, Sendable {
    /// `cgroup.controllers`: what it may switch on for those below it.
    case controllers = "cgroup.controllers"
    /// `cgroup.events`: whether somebody lives in it or below, and whether all of them stand still.
    case events = "cgroup.events"
    /// `cgroup.freeze`: whether all in it and below are to stand still.
    case freeze = "cgroup.freeze"
    /// `cgroup.kill`, since 5.14: kills all in it and below, where it is no threaded cgroup.
    case kill = "cgroup.kill"
    /// `cgroup.max.depth`: how many levels may be below it.
    case maxDepth = "cgroup.max.depth"
    /// `cgroup.max.descendants`: how many cgroups may be below it.
    case maxDescendants = "cgroup.max.descendants"
    /// `cgroup.subtree_control`: the controllers of those right below it.
    case subtreeControl = "cgroup.subtree_control"
    /// `cgroup.type`: whether it holds processes, or threads of those of a domain above.
    case type = "cgroup.type"

    /// Those that can be written.
    public static let written: [CgroupCoreFile] = [.freeze, .kill, .maxDepth, .maxDescendants, .subtreeControl, .type]
    /// Those that can be read.
    public static let readable = allCases.filter { $0 != .kill }
}

extension KernelConfiguration {
    /// Whether a cgroup has a file.
    public func has(_ file: CgroupCoreFile) -> Bool {
        switch file {
        case .kill: unified && Rule.Versions(since: KernelVersion(5, 14)).contains(version)
        case .controllers, .events, .freeze, .maxDepth, .maxDescendants, .subtreeControl, .type: unified
        }
    }
}
