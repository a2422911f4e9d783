/// Chooses prefixes for units: what many have in common at the bottom, and on top of it what those of one folder include.
///
/// To precompile a prefix of its own takes clang seconds, nearly all of them for the same few hundred headers. On top of another
/// one it takes a tenth of that, so that a folder with a handful of units is worth one.
struct PrefixChoice {
    /// What there was before, and what is chosen.
    private(set) var prefixes: [PlannedPrefix]
    /// The prefixes of units, both by number.
    private(set) var chosen: [Int: Int] = [:]

    private let units: [PlannedUnit]
    private let numbers: [Int]
    private var headers: UnitHeaders

    /// From how many units on a folder has a prefix of its own, with the headers that are common there.
    private static let worthwhile = 6
    /// How many of these units there must be that lie in no narrower folder with a prefix.
    private static let least = 4
    /// From how many units on, those of narrower folders among them, a folder has a prefix for others to be on top of.
    private static let worthwhileCommon = 48
    /// Which part of many units includes what they share: what is rarer makes a prefix slow to load, and may contradict others.
    private static let sharedPart = 50
    /// How many units are worth a prefix that would otherwise be parsed by themselves, each with all its headers.
    private static let worthwhileLate = 5

    /// - Parameters:
    ///   - units: all of a plan, the greatest first.
    ///   - numbers: those for which prefixes are chosen.
    init(_ units: [PlannedUnit], _ numbers: [Int], after prefixes: [PlannedPrefix]) {
        self.units = units
        self.numbers = numbers
        self.prefixes = prefixes
        headers = UnitHeaders(of: units, numbers)
    }

    /// Chooses for units of which nothing is known yet.
    mutating func chooseTree() {
        var members: [PrefixGroup: [Int]] = [:]
        let counts = sizes(ofGroupsWith: numbers)
        for number in numbers {
            let own = PrefixGroup.all(of: units[number])
            let group = own.first { counts[$0]! >= PrefixChoice.worthwhile } ?? own[own.count - 1]
            members[group, default: []].append(number)
        }
        members = members.filter { $0.value.count >= PrefixChoice.least }
        let common = commonGroups(of: members)
        // What lies in the same folder has the same base; of two that do not wait for each other each worker makes one.
        let groups = Set(members.keys).union(common.keys).sorted { left, right in
            left.depth != right.depth
                ? left.depth < right.depth : first(of: left, members, common) < first(of: right, members, common)
        }
        var bases: [PrefixGroup: Int] = [:]
        for group in groups {
            guard let below = common[group] else { continue }
            add(.common, group, below, onTopOf: base(of: group, bases)).map { bases[group] = $0 }
        }
        for group in groups {
            guard let own = members[group] else { continue }
            let base = bases[group] ?? base(of: group, bases)
            let prefix = add(.units, group, own, onTopOf: base) ?? base
            for number in own { chosen[number] = prefix }
        }
    }

    /// Chooses for units that mean something else on top of what was chosen for them.
    ///
    /// - Parameter bases: prefixes that they can still be on top of, both by number.
    mutating func chooseLate(onTopOf bases: [Int: Int]) {
        for (base, numbers) in Dictionary(grouping: numbers, by: { bases[$0] }).sorted(by: { $0.value[0] < $1.value[0] }
        ) {
            chooseLate(numbers, onTopOf: base)
        }
    }

    private mutating func chooseLate(_ numbers: [Int], onTopOf base: Int?) {
        var members: [PrefixGroup: [Int]] = [:]
        let counts = sizes(ofGroupsWith: numbers)
        for number in numbers {
            // What lies far apart has nothing of its own in common.
            let own = PrefixGroup.all(of: units[number]).dropLast(2)
            guard let group = own.first(where: { counts[$0]! >= PrefixChoice.worthwhileLate }) else { continue }
            members[group, default: []].append(number)
        }
        for (group, own) in members.sorted(by: { $0.value[0] < $1.value[0] }) {
            guard own.count >= PrefixChoice.worthwhileLate, let prefix = add(.late, group, own, onTopOf: base) else {
                continue
            }
            prefixes[prefix].members = Set(own.map { units[$0].path })
            for number in own { chosen[number] = prefix }
        }
    }

    private func sizes(ofGroupsWith numbers: [Int]) -> [PrefixGroup: Int] {
        numbers.reduce(into: [:]) { counts, number in
            for group in PrefixGroup.all(of: units[number]) { counts[group, default: 0] += 1 }
        }
    }

    /// The groups in which several others lie, with the units of all of them.
    private func commonGroups(of members: [PrefixGroup: [Int]]) -> [PrefixGroup: [Int]] {
        var below: [PrefixGroup: (groups: Int, units: [Int])] = [:]
        for (narrowest, own) in members {
            for group in PrefixGroup.all(of: units[own[0]]).drop(while: { $0 != narrowest }) {
                below[group, default: (0, [])].groups += 1
                below[group]!.units += own
            }
        }
        return below.filter { $0.value.groups > 1 && $0.value.units.count >= PrefixChoice.worthwhileCommon }
            .mapValues { $0.units.sorted() }
    }

    private func first(of group: PrefixGroup, _ maps: [PrefixGroup: [Int]]...) -> Int {
        maps.compactMap { $0[group]?.first }.min() ?? 0
    }

    /// The prefix of the narrowest folder around a group that others can be on top of.
    private func base(of group: PrefixGroup, _ bases: [PrefixGroup: Int]) -> Int? {
        var outer = group
        while !outer.folder.isEmpty {
            let parts = outer.folder.split(separator: "/").dropLast()
            outer.folder = parts.map { "\($0)/" }.joined()
            if let base = bases[outer] { return base }
        }
        return nil
    }

    /// Adds a prefix of what units have in common. What is below it already stands in it as well: it must mean the same by
    /// itself.
    ///
    /// - Returns: its number; nil where all is below it.
    private mutating func add(
        _ purpose: PlannedPrefix.Purpose,
        _ group: PrefixGroup,
        _ members: [Int],
        onTopOf base: Int?
    ) -> Int? {
        // Folders that a unit adds at the end change nothing about what the common ones provide.
        let first = units[members[0]].arguments
        let folders = members.dropFirst().reduce(first.includeFolders) { common, unit in
            Array(zip(common, units[unit].arguments.includeFolders).prefix { $0 == $1 }.map(\.0))
        }
        // A header that two units include costs less once than twice.
        let threshold = max(2, members.count / PrefixChoice.sharedPart)
        let below = base.map(headers(in:)) ?? []
        let shared = headers.shared(
            by: members,
            for: purpose,
            threshold: threshold,
            // The headers of one driver may contradict another driver's in the same folder: what half of it includes is common.
            privateThreshold: max(threshold, members.count / 2),
            folders: folders,
            directory: group.directory
        )
        guard !below.isSuperset(of: shared) else { return nil }
        let prefix = PlannedPrefix(
            path: prefixes.isEmpty ? "@prefix" : "@prefix-\(prefixes.count + 1)",
            purpose: purpose,
            onTopOf: base.map { prefixes[$0] },
            headers: shared,
            group: group,
            folders: folders,
            names: first.names
        )
        guard let prefix else { return nil }
        prefixes.append(prefix)
        return prefixes.count - 1
    }

    /// The headers that a prefix names, and those below it.
    private func headers(in prefix: Int) -> Set<String> {
        (prefixes.base(of: prefix).map(headers(in:)) ?? []).union(prefixes[prefix].headers.map(String.init))
    }
}
