import KernelABI
import Scenario

/// The worlds that generated programs begin in.
extension ProgramGenerator {
    /// Small ones more often: making a world takes as long as many steps.
    private static let trees: [(weight: Int, element: [String])] = [
        (3, ["/a"]), (4, ["/a", "/a/b"]), (1, ["/a", "/b"]), (2, ["/a", "/a/b", "/a/b/c"]),
        (1, ["/a", "/a/b", "/a/c"]),
        (1, ["/a", "/a/b", "/d"]),
    ]

    mutating func world(_ hierarchy: Platform.Hierarchy?) -> World {
        let cgroups = random.pick(weighted: ProgramGenerator.trees).map { text in
            guard let path = CgroupPath(text) else { preconditionFailure("\(text) is a path") }
            return CgroupSetup(path: path, pidsMax: limit())
        }
        for setup in cgroups { sketch.add(setup) }
        hasDomains = hierarchy == .v2 && random.once(in: 4)
        var places: [CgroupPath] = []
        var last = ScenarioUser.root
        let tasks = (1...random.pick([1, 1, 2, 2, 2, 3])).map { number in
            guard let name = TaskName("t\(number)") else { preconditionFailure("a letter and a digit are a name") }
            // Who counts with another takes room from it.
            let user = last != .root && random.once(in: 3) ? last : user(rootOnceIn: 2)
            last = user
            let nproc = user != .root && !random.once(in: 3) ? UInt64(random.number(0...6)) : nil
            let cgroup =
                hasDomains
                ? domain(beside: places) : random.once(in: 8) ? .root : random.pick(sketch.paths)
            places.append(cgroup)
            return TaskSetup(name: name, cgroup: cgroup, user: user, nproc: nproc)
        }
        for setup in tasks { sketch.add(setup) }
        return World(cgroups: cgroups, tasks: tasks, cgroupType: hasDomains ? .domain : .threaded)
    }

    mutating func user(rootOnceIn times: Int) -> ScenarioUser {
        random.once(in: times) ? .root : .named(random.pick(["alice", "bob"]))
    }

    private mutating func limit() -> PidsLimit {
        random.once(in: 6) ? .max : .limited(Int64(random.number(0...7)))
    }
}
