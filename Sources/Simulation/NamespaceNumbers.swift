import KernelABI

/// The numbers that a program's namespaces have in its trace: those of a kind count from 1 as they are seen first, so that
/// identities are compared up to their names.
struct NamespaceNumbers {
    private var known: [NamespaceKind: [UInt32: Int]] = [:]

    mutating func number(of namespace: UInt32, _ kind: NamespaceKind) -> Int {
        if let number = known[kind]?[namespace] { return number }
        let number = (known[kind]?.count ?? 0) + 1
        known[kind, default: [:]][namespace] = number
        return number
    }
}
