import Failure
import KernelABI
import Scenario

/// Reads the keys `cgroups` and `tasks`.
struct WorldReader {
    private let root: Fields

    init(_ root: Fields) { self.root = root }

    func read() throws(Failure) -> World {
        var world = World(cgroups: [], tasks: [])
        if let type = root["cgroup-type"] { world.cgroupType = try type.cgroupType() }
        if let cgroups = root["cgroups"] {
            for entry in try cgroups.fields("cgroups").entries {
                world.cgroups.append(try cgroup(entry.key, entry.line, entry.value, known: world.cgroups))
            }
        }
        if let tasks = root["tasks"] {
            for entry in try tasks.fields("tasks").entries {
                world.tasks.append(try task(entry.key, entry.line, entry.value, in: world.cgroups))
            }
        }
        return world
    }

    private func cgroup(
        _ key: String,
        _ line: Int,
        _ value: Value,
        known: [CgroupSetup]
    ) throws(Failure) -> CgroupSetup {
        guard let path = CgroupPath(key) else {
            throw Failure(
                .badInput,
                "'\(key)' is no path of a cgroup",
                at: "\(root.path):\(line)",
                remedy: "write it as /box or /box/app"
            )
        }
        if let parent = path.parent, parent != .root, !known.contains(where: { $0.path == parent }) {
            throw Failure(
                .badInput,
                "cgroup \(path) has no parent: \(parent) is not listed before it",
                at: "\(root.path):\(line)",
                remedy: "list \(parent) first"
            )
        }
        let fields = try value.fields("cgroup \(path)")
        try fields.require(Grammar.cgroup)
        var setup = CgroupSetup(path: path)
        if let limit = fields["pids.max"] { setup.pidsMax = try limit.pidsLimit("pids.max") }
        return setup
    }

    private func task(
        _ key: String,
        _ line: Int,
        _ value: Value,
        in cgroups: [CgroupSetup]
    ) throws(Failure) -> TaskSetup {
        guard let name = TaskName(key) else {
            throw Failure(
                .badInput,
                "'\(key)' is no name of a task",
                at: "\(root.path):\(line)",
                remedy: "a name has letters, digits, '-', '_' and '.', and starts with a letter"
            )
        }
        let fields = try value.fields("task \(name)")
        try fields.require(Grammar.task)
        var setup = TaskSetup(name: name)
        if let cgroup = fields["cgroup"] { setup.cgroup = try cgroup.cgroup(of: cgroups.map(\.path)) }
        if let user = fields["user"] { setup.user = try user.user() }
        if let nproc = fields["nproc"] { setup.nproc = try nproc.rlimit("nproc") }
        return setup
    }
}
