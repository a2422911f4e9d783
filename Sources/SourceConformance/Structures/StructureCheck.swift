import Failure
public import KernelBTF
public import KernelIndex

/// Structures of the indexed source beside those of a kernel that runs.
public struct StructureComparison: Sendable {
    /// The structures in the order in which they were asked for, each followed by the records that it alone knows.
    public let structures: [ComparedStructure]

    /// All members of all structures.
    public var members: [ComparedMember] { structures.flatMap(\.members) }

    /// Whether something was compared, and all of it agrees.
    public var isEqual: Bool { !structures.isEmpty && structures.allSatisfy { $0.result == .equal } }
}

/// Holds the layouts that libclang computed from the source against a kernel's own account of itself.
///
/// The image was compiled by gcc and the index by clang. Where their configurations give a structure another layout, that
/// is a difference like any other.
public enum StructureCheck {
    /// The structures that the article names.
    public static let articleStructures = [
        "task_struct", "nsproxy", "uts_namespace", "new_utsname", "cgroup_subsys", "cgroup_subsys_state", "cgroup",
        "css_set", "pids_cgroup",
    ]

    /// Compares structures member by member.
    ///
    /// - Parameters:
    ///   - store: the index of the kernel's source.
    ///   - layouts: what the kernel says about the structures, such as `kernaut-probe layouts` prints; more than what is
    ///     asked about does no harm.
    ///   - names: the structures to compare.
    /// - Throws: ``Failure`` when the index is damaged.
    public static func run(
        store: IndexStore,
        layouts: [BTFLayout],
        names: [String] = articleStructures
    ) throws -> StructureComparison {
        var structures: [ComparedStructure] = []
        for name in names {
            let source = try withUnnamed(name, in: store)
            let plain = plainName(name)
            let kernel = layouts.filter { $0.name == plain || $0.name.hasPrefix(plain + ".") }
            // The structure itself first, then the records that only its members name.
            var inner: [String] = []
            for name in source.map(\.record.name) + kernel.map(\.name) where !inner.contains(name) {
                inner.append(name)
            }
            for name in inner.isEmpty ? [plain] : inner {
                structures.append(
                    closest(name, source.filter { $0.record.name == name }, kernel.filter { $0.name == name })
                )
            }
        }
        return StructureComparison(structures: structures)
    }

    /// The name alone of a name as queries take it: `pids_cgroup` of `struct pids_cgroup@kernel/cgroup/pids.c`.
    public static func plainName(_ name: String) -> String {
        var rest = Substring(name)
        for keyword in ["struct ", "union "] where rest.hasPrefix(keyword) { rest = rest.dropFirst(keyword.count) }
        return String(rest.prefix { $0 != "@" })
    }

    /// The layouts of a name, then those of the records that only its members name.
    private static func withUnnamed(_ name: String, in store: IndexStore) throws -> [StructLayout] {
        var layouts: [StructLayout] = []
        for layout in try known(name, in: store) {
            layouts.append(layout)
            var names: [String] = []
            for member in layout.members {
                guard let target = member.target?.name, target == "\(layout.record.name).\(member.symbol.name)",
                    !names.contains(target)
                else { continue }
                names.append(target)
            }
            for name in names { layouts += try withUnnamed(name, in: store) }
        }
        return layouts
    }

    private static func known(_ name: String, in store: IndexStore) throws -> [StructLayout] {
        do {
            return try store.layouts(named: name, countingUses: false)
        } catch let failure as Failure where failure.status == .negative {
            return []
        }
    }

    /// A name may be that of several records, each of a file of its own: those two are meant that differ least.
    private static func closest(_ name: String, _ source: [StructLayout], _ kernel: [BTFLayout]) -> ComparedStructure {
        var best: ComparedStructure?
        for one in source.isEmpty ? [nil] : source.map(Optional.some) {
            for other in kernel.isEmpty ? [nil] : kernel.map(Optional.some) {
                let compared = ComparedStructure(name: name, source: one, kernel: other)
                if best.map({ compared.differing < $0.differing }) ?? true { best = compared }
            }
        }
        return best ?? ComparedStructure(name: name, source: nil, kernel: nil)
    }
}

extension ComparedStructure {
    fileprivate var differing: Int { members.count { $0.result != .equal } + (result == .equal ? 0 : 1) }
}
