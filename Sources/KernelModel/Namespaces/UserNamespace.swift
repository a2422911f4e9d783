public import KernelABI

/// A scope of users and capabilities, as `struct user_namespace` of `include/linux/user_namespace.h`.
///
/// Ids are mapped to the same ids of the parent, all of them or one, or not at all: the model knows no other maps.
public struct UserNamespace: Hashable, Sendable {
    /// `parent`; nil for the initial one.
    public let parent: UserNamespaceID?
    /// `owner`: the effective user of whoever made it.
    public let owner: UserID
    /// `level`: how many user namespaces are above it.
    public let level: Int
    /// `ucounts`: what its owner is counted by in the parent; nil for the initial one.
    public let ucounts: UcountsID?
    /// `rlimit_max[UCOUNT_RLIMIT_NPROC]`: what its maker's RLIMIT_NPROC was, which holds all processes of its owner, those
    /// in here among them. ``RLimit/infinity`` where none was enforced. Since 5.14.
    public let nprocMax: UInt64
    /// `parent_could_setfcap`: who made it had `CAP_SETFCAP`, and may map the parent's root.
    public let parentCouldSetfcap: Bool
    /// `uid_map`, and `gid_map` with the same numbers.
    public internal(set) var map: IDMap
    /// `ucount_max`: how many namespaces of a kind each user may have in here and below. Those that nobody has written are
    /// missing: `INT_MAX`, and in the initial one half of `threads-max`, which programs do not reach.
    public internal(set) var maxNamespaces: [NamespaceKind: UInt32] = [:]

    /// `init_user_ns`, `kernel/user.c`
    static let initial = UserNamespace(
        parent: nil,
        owner: .initUser,
        level: 0,
        ucounts: nil,
        nprocMax: RLimit.infinity,
        parentCouldSetfcap: true,
        map: .all
    )

    /// `kuid_has_mapping`: whether a user has an id in here.
    func maps(_ user: UserID) -> Bool {
        switch map {
        case .none: false
        case .all: true
        case .one(let mapped): mapped == user
        }
    }
}

/// Which ids a user namespace knows, each by the same number as its parent.
public enum IDMap: Hashable, Sendable {
    /// Nobody's: it was not written.
    case none
    /// Everybody's.
    case all
    /// One user's, and its group's.
    case one(UserID)
}

/// What a user has in one user namespace, as `struct ucounts` of `include/linux/user_namespace.h`.
public struct Ucounts: Hashable, Sendable {
    /// `ns`
    public let ns: UserNamespaceID
    /// `uid`
    public let user: UserID
    /// `ns->ucounts`: where that namespace's owner is counted; nil in the initial one. A charge goes up this chain.
    public let parent: UcountsID?
    /// `rlimit[UCOUNT_RLIMIT_NPROC]`: processes that are not released yet, zombies among them, those of the namespaces that
    /// this user owns too.
    public internal(set) var processes: Int64 = 0
}
