import KernelABI

/// The namespaces that a program has seen, numbered for each kind in the order in which they were seen first: the inode
/// numbers that the kernel gives them are others in each run.
struct NamespaceIdentities {
    private var known: [NamespaceKind: [String]] = [:]

    /// The number of a namespace that a link such as `uts:[4026531838]` names.
    mutating func number(of link: String, _ kind: NamespaceKind) -> Int {
        if let place = known[kind]?.firstIndex(of: link) { return place + 1 }
        known[kind, default: []].append(link)
        return known[kind]!.count
    }
}
