/// A file that lists who is in a cgroup, and by which somebody is moved there.
public enum CgroupMemberFile: String, CaseIterable, Hashable, Sendable {
    /// `cgroup.procs`: moves a process with all its threads.
    case procs = "cgroup.procs"
    /// `cgroup.threads`: moves one thread, in the unified hierarchy.
    case threads = "cgroup.threads"
    /// `tasks`: moves one thread, in hierarchies of version 1.
    case tasks
}

/// What `clone3`'s descriptor `cgroup` is: what is open as it.
public enum CloneDestination: Hashable, Sendable, CustomStringConvertible {
    /// The directory of a cgroup, which the caller opens for the call.
    case cgroup(CgroupPath)
    /// What the caller has opened under a name.
    case file(FileName)

    /// `/box`, or `@file f`
    public var description: String {
        switch self {
        case .cgroup(let path): path.description
        case .file(let name): "@file \(name)"
        }
    }

    /// The cgroup; nil for what is open already.
    public var path: CgroupPath? { if case .cgroup(let path) = self { path } else { nil } }

    /// The open file; nil for a cgroup's path.
    public var file: FileName? { if case .file(let name) = self { name } else { nil } }
}
