/// A view of the host's names, as `struct uts_namespace` of `include/linux/utsname.h`.
public struct UTSNamespace: Hashable, Sendable {
    /// `user_ns`: where a capability has to be held to change the names.
    public let userNS: UserNamespaceID
    /// `name`, embedded as in the kernel: a copy of the namespace copies the names.
    public internal(set) var name: NewUtsname
}

/// What `uname` fills in, as `struct new_utsname` of `include/uapi/linux/utsname.h`.
public struct NewUtsname: Hashable, Sendable {
    /// `__NEW_UTS_LEN`: the longest text of a member, in bytes.
    public static let longest = 64

    /// `sysname`
    public var sysname: String
    /// `nodename`, the host name.
    public var nodename: String
    /// `release`
    public var release: String
    /// `version`
    public var version: String
    /// `machine`
    public var machine: String
    /// `domainname`; `(none)` unless somebody set one, `UTS_DOMAINNAME` of `include/linux/uts.h`.
    public var domainname: String

    /// Makes a set of names.
    public init(
        sysname: String = "Linux",
        nodename: String,
        release: String,
        version: String = "",
        machine: String = "x86_64",
        domainname: String = "(none)"
    ) {
        self.sysname = sysname
        self.nodename = nodename
        self.release = release
        self.version = version
        self.machine = machine
        self.domainname = domainname
    }
}
