/// The namespaces of a task, as `struct nsproxy` of `include/linux/nsproxy.h`.
///
/// The user namespace is not among them, here as there. The other members come with the rules that need them.
public struct NSProxy: Hashable, Sendable {
    /// `uts_ns`
    public internal(set) var utsNS: UTSNamespaceID
}
