public import KernelABI

/// A setting of the kernel that programs write, a file below `/proc/sys`.
public enum Sysctl: Hashable, Sendable, CustomStringConvertible {
    /// `user.max_KIND_namespaces`: how many namespaces of a kind each user may have. Every user namespace has its own.
    case maxNamespaces(NamespaceKind)
    /// `kernel.threads-max`: how many threads the machine may have, those of the kernel among them.
    case threadsMax
    /// `kernel.pid_max`: the pid that none reaches. Since 6.14 every PID namespace has its own; before, it is the machine's.
    case pidMax
    /// `kernel.unprivileged_userns_clone`: whether those without `CAP_SYS_ADMIN` may make user namespaces. Debian's kernels alone
    /// have it.
    case unprivilegedUsernsClone

    /// `user.max_uts_namespaces`
    public var description: String {
        switch self {
        case .maxNamespaces(let kind): "user.max_\(kind.rawValue)_namespaces"
        case .threadsMax: "kernel.threads-max"
        case .pidMax: "kernel.pid_max"
        case .unprivilegedUsernsClone: "kernel.unprivileged_userns_clone"
        }
    }

    /// The setting of a name such as `user.max_uts_namespaces`; nil for others.
    public init?(_ name: some StringProtocol) {
        guard let known = Sysctl.all.first(where: { $0.description == name }) else { return nil }
        self = known
    }

    /// All settings.
    public static let all: [Sysctl] =
        [.threadsMax, .pidMax, .unprivilegedUsernsClone] + NamespaceKind.allCases.map { .maxNamespaces($0) }

    /// Every user namespace, or every PID namespace, can have its own, so that it can be written without changing the machine's.
    public var isOfNamespace: Bool { self != .threadsMax && self != .unprivilegedUsernsClone }

    /// What counts against it is the machine's, and a room in it can be asked for.
    public var takesRoom: Bool { self == .threadsMax || self == .pidMax }

    /// The largest number that the kernel takes: `INT_MAX`.
    public static let largest = UInt32(Int32.max)
}
