import KernelABI
import Scenario

/// What a generator knows of the program that it is writing: who was named, and what became of them if nothing was
/// refused. It keeps programs sensible (a wait that never returns is no program); it predicts nothing.
struct ProgramSketch {
    /// A process, as far as the steps so far tell.
    struct Person {
        let name: TaskName
        var parent: TaskName?
        var user: ScenarioUser
        var cgroup: CgroupPath
        /// The first task that it descends from, by its place among the people.
        let family: Int
        /// The kinds of namespaces that it may have of its own, or of a parent's own.
        var namespaces: CloneFlags = []
        /// A step has ended it.
        var hasEnded = false
        /// It made children whose names only the run tells.
        var hasNamelessChildren = false
    }

    private(set) var people: [Person] = []
    /// What `pids.max` of each cgroup is; nil for `max`.
    private(set) var limits: [CgroupPath: Int64?] = [:]
    private(set) var paths: [CgroupPath] = []
    /// Those that a step is to make or to remove.
    private var unsettled: Set<CgroupPath> = []
    /// What is done to a first task and all that descend from it.
    private struct Family {
        let user: ScenarioUser
        /// Every cgroup that a member may be in.
        var cgroups: Set<CgroupPath>
        /// The hard RLIMIT_NPROC that root's family has; nil for none.
        var hardLimit: UInt64?
        /// The highest soft RLIMIT_NPROC of a family that is not root's; nil for none.
        var softLimit: UInt64?
    }

    private var families: [Int: Family] = [:]

    /// A user namespace may have a map.
    private var hasMap = false
    /// Cgroups may be without `pids`, and so without a limit.
    private var mayLackPids = false

    mutating func add(_ setup: CgroupSetup) {
        paths.append(setup.path)
        setLimit(setup.path, setup.pidsMax)
    }

    mutating func add(_ setup: TaskSetup) {
        let family = people.count
        families[family] = Family(
            user: setup.user,
            cgroups: [setup.cgroup],
            hardLimit: setup.nproc,
            softLimit: setup.nproc
        )
        people.append(
            Person(name: setup.name, parent: nil, user: setup.user, cgroup: setup.cgroup, family: family)
        )
    }

    /// Notes that a step is to make a cgroup. From now on nobody is sure of its limit: it may be made anew.
    mutating func make(_ path: CgroupPath) {
        if !paths.contains(path) { paths.append(path) }
        unsettle(path)
    }

    /// Notes that a step is to remove a cgroup, if it can: who is to go there may stay where it is.
    mutating func unsettle(_ path: CgroupPath) {
        unsettled.insert(path)
        limits[path] = .some(nil)
    }

    /// Those who are root and not ended, by their place among the people.
    var roots: [Int] { people.indices.filter { !people[$0].hasEnded && people[$0].user == .root } }

    /// The world's cgroups that no step makes or removes.
    var settledPaths: [CgroupPath] { paths.filter { !unsettled.contains($0) } }

    mutating func setLimit(_ path: CgroupPath, _ limit: PidsLimit) {
        guard !unsettled.contains(path) else { return }
        limits[path] = if case .limited(let number) = limit { number } else { .some(nil) }
    }

    /// A child of a process, named by its place.
    mutating func child(of parent: Int) -> TaskName {
        guard let name = TaskName("c\(people.count)") else { preconditionFailure("a letter and digits are a name") }
        var child = people[parent]
        child = Person(
            name: name,
            parent: child.name,
            user: child.user,
            cgroup: child.cgroup,
            family: child.family,
            namespaces: child.namespaces
        )
        people.append(child)
        return name
    }

    /// Notes that a child is its parent's parent's.
    mutating func adoptByGrandparent(_ number: Int) {
        let parent = people.first { $0.name == people[number].parent }
        people[number].parent = parent?.parent
    }

    /// Notes whose child somebody is.
    mutating func adopt(_ number: Int, by parent: TaskName) { people[number].parent = parent }

    mutating func addNamespaces(_ number: Int, _ flags: CloneFlags) { people[number].namespaces.formUnion(flags) }

    mutating func end(_ number: Int) { people[number].hasEnded = true }

    /// Ends a process and all that came of it.
    mutating func endTree(_ number: Int) {
        people[number].hasEnded = true
        let name = people[number].name
        for child in people.indices where people[child].parent == name { endTree(child) }
    }

    mutating func move(_ number: Int, to path: CgroupPath) {
        people[number].cgroup = path
        families[people[number].family]?.cgroups.insert(path)
    }
    /// Notes that somebody may come to be root in a user namespace, whom RLIMIT_NPROC does not hold.
    mutating func noteMap() { hasMap = true }
    /// Notes that `pids` may be taken from cgroups.
    mutating func notePIDsTaken() { mayLackPids = true }
    mutating func noteNamelessChildren(_ number: Int) { people[number].hasNamelessChildren = true }
    mutating func become(_ number: Int, _ user: ScenarioUser) {
        if people[number].user == .root { people[number].user = user }
    }

    /// Sets a hard limit; false where that might be a raise by root, which not every root may do.
    mutating func limit(_ number: Int, soft: UInt64, hard: UInt64) -> Bool {
        let family = people[number].family
        guard families[family]?.user == .root else {
            if let known = families[family]?.softLimit { families[family]?.softLimit = max(known, soft) }
            return true
        }
        if let known = families[family]?.hardLimit { return hard == known }
        families[family]?.hardLimit = hard
        return true
    }

    /// The loosest of the limits that hold the family of a process wherever its members may be; nil where one of these
    /// places has none, unless the family's RLIMIT_NPROC holds it.
    func loosestLimit(_ number: Int) -> Int64? {
        guard let family = families[people[number].family] else { return nil }
        let limits = family.cgroups.map(lowestLimit)
        let byCgroup = limits.contains(nil) || mayLackPids ? nil : limits.compactMap(\.self).max()
        let byUser = family.user == .root || hasMap ? nil : family.softLimit.map(Int64.init)
        return [byCgroup, byUser].compactMap(\.self).min()
    }

    /// The lowest limit that stops forks in a cgroup, if there is one.
    private func lowestLimit(in path: CgroupPath) -> Int64? {
        var lowest: Int64?
        var level: CgroupPath? = path
        while let current = level {
            if let limit = limits[current] ?? nil { lowest = min(lowest ?? limit, limit) }
            level = current.parent
        }
        return lowest
    }

    /// A wait for any child comes back: there is none that may live.
    func mayWaitForAny(_ number: Int) -> Bool {
        !people[number].hasNamelessChildren
            && people.allSatisfy { $0.parent != people[number].name || $0.hasEnded }
    }
}
