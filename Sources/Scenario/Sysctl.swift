public import KernelABI

/// A setting of the kernel that programs write, a file below `/proc/sys`.
public enum Sysctl: Hashable, Sendable, CustomStringConvertible {
    /// `user.max_KIND_namespaces`: how many namespaces of a kind each user may have. Every user namespace has its own.
    case maxNamespaces(NamespaceKind)

    /// `user.max_uts_namespaces`
    public var description: String {
        switch self {
        case .maxNamespaces(let kind): "user.max_\(kind.rawValue)_namespaces"
        }
    }

    /// The setting of a name such as `user.max_uts_namespaces`; nil for others.
    public init?(_ name: some StringProtocol) {
        guard let known = Sysctl.all.first(where: { $0.description == name }) else { return nil }
        self = known
    }

    /// All settings.
    public static let all: [Sysctl] = NamespaceKind.allCases.map { .maxNamespaces($0) }

    /// The largest number that the kernel takes: `INT_MAX`.
    public static let largest = UInt32(Int32.max)
}
