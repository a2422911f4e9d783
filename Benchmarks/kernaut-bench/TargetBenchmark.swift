import Failure
import KernelIndex

/// How many functions the index takes for possible where a pointer is called, and through which members the most: of the
/// index of everything that `WHOLE` names.
struct TargetBenchmark {
    private let products: Products

    init(_ products: Products) { self.products = products }

    func run() throws {
        guard let whole = products.whole else { return }
        let store = try IndexStore.open(whole)
        let sites = try store.pointerSites().filter { !$0.targets.isEmpty }
        guard !sites.isEmpty else { throw Failure(.badInput, "an index without calls of pointers", at: whole) }
        let counts = sites.map(\.targets.count).sorted()
        let total = counts.reduce(0, +)
        print("targets of \(sites.count) places that call a pointer, \(sites.count { $0.isOpen }) of them widened")
        print(
            "  mean \(Spread.short(Double(total) / Double(sites.count), decimals: 2)), bar 4.4; median \(counts[counts.count / 2]), bar 2; most \(counts.last!)"
        )
        let groups = Dictionary(grouping: sites, by: \.through).mapValues { sites in
            (sites: sites.count, open: sites.count { $0.isOpen }, targets: sites.reduce(0) { $0 + $1.targets.count })
        }
        for (through, group) in groups.sorted(by: { ($1.value.targets, $0.key) < ($0.value.targets, $1.key) }).prefix(
            60
        ) {
            print("  \(group.targets) at \(group.sites) places, \(group.open) widened: \(through)")
        }
    }
}
