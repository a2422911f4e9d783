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
        let all = PointerTargets(sites)
        print("targets of \(all.sites) places that call a pointer, \(all.open) of them widened")
        let mean = Spread.short(all.mean, decimals: 2)
        print("  mean \(mean), bar 4.4; median \(all.median), bar 2; most \(all.most)")
        let (many, others) = (sites.filter { $0.targets.count > 50 }, sites.filter { $0.targets.count <= 50 })
        let count = many.reduce(0) { $0 + $1.targets.count }
        let rest = Spread.short(PointerTargets(others).mean, decimals: 2)
        print("  places with more than 50 targets: \(many.count), with \(count) of all; mean of the others \(rest)")
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
