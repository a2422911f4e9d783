public import KernelABI

/// What a process opens and keeps.
public enum OpenedFile: Hashable, Sendable {
    /// A file of another process: `/proc/PID/ns/uts`.
    case namespace(of: TaskName, NamespaceFile)
    /// `pidfd_open` of another process.
    case pidfd(of: TaskName)
    /// The directory `/`: a file that names neither a namespace nor a process.
    case root
    /// The directory of a cgroup.
    case cgroup(CgroupPath)

    /// The process that is meant; nil for a file that names none.
    public var target: TaskName? {
        switch self {
        case .namespace(let target, _), .pidfd(let target): target
        case .root, .cgroup: nil
        }
    }
}

/// What a program calls an open file. A name is given once, to one step that opens: a process's children have its files by
/// the same names, for as long as they do not close them.
public struct FileName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// The name of a text; nil unless it could be a process's.
    public init?(_ text: some StringProtocol) {
        guard let name = TaskName(text) else { return nil }
        description = name.description
    }
}
