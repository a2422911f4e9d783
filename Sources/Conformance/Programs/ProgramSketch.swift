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
        /// The hard RLIMIT_NPROC; nil for none.
        var hardLimit: UInt64?
        /// A step has ended it.
        var hasEnded = false
        /// It made children whose names only the run tells.
        var hasNamelessChildren = false
    }

    private(set) var people: [Person] = []
    /// What `pids.max` of each cgroup is; nil for `max`.
    private(set) var limits: [CgroupPath: Int64?] = [:]
    private(set) var paths: [CgroupPath] = []
    /// The first tasks of root whose hard limit a step has lowered: lowering it once more could be a raise.
    private var limitedRoots: Set<TaskName> = []

    mutating func add(_ setup: CgroupSetup) {
        paths.append(setup.path)
        setLimit(setup.path, setup.pidsMax)
    }

    mutating func add(_ setup: TaskSetup) {
        people.append(
            Person(name: setup.name, parent: nil, user: setup.user, cgroup: setup.cgroup, hardLimit: setup.nproc)
        )
    }

    mutating func setLimit(_ path: CgroupPath, _ limit: PidsLimit) {
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
            hardLimit: child.hardLimit
        )
        people.append(child)
        return name
    }

    mutating func end(_ number: Int) { people[number].hasEnded = true }

    /// Ends a process and all that came of it.
    mutating func endTree(_ number: Int) {
        people[number].hasEnded = true
        let name = people[number].name
        for child in people.indices where people[child].parent == name { endTree(child) }
    }

    mutating func move(_ number: Int, to path: CgroupPath) { people[number].cgroup = path }
    mutating func noteNamelessChildren(_ number: Int) { people[number].hasNamelessChildren = true }
    mutating func become(_ number: Int, _ user: ScenarioUser) {
        if people[number].user == .root { people[number].user = user }
    }

    /// Lowers the hard limit; false where that might be a raise by root, which not every root may do.
    mutating func limit(_ number: Int, hard: UInt64) -> Bool {
        let root = firstAncestor(of: number)
        if people[root].user == .root || people[number].user == .root {
            guard limitedRoots.insert(people[root].name).inserted else { return false }
        }
        if let known = people[number].hardLimit, hard > known { return true }
        people[number].hardLimit = hard
        return true
    }

    private func firstAncestor(of number: Int) -> Int {
        var current = number
        while let parent = people[current].parent, let next = people.firstIndex(where: { $0.name == parent }) {
            current = next
        }
        return current
    }

    /// The lowest limit that stops forks in a cgroup, if there is one.
    func lowestLimit(in path: CgroupPath) -> Int64? {
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
