import KernelABI
import Scenario

/// A generator whose numbers are the same for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// A program of a seed: limits that are met often, users, forks, bombs, namespaces, kills. It waits only for what has
/// ended as far as its steps tell, and holds every bomb by a limit.
func randomProgram(seed: UInt64) -> Program {
    var generator = ProgramGenerator(seed: seed)
    return generator.program()
}

private struct ProgramGenerator {
    private var random: SeededGenerator
    private let seed: UInt64
    private var names: [TaskName] = []
    private var ended: [TaskName: [TaskName]] = [:]
    private var parents: [TaskName: TaskName] = [:]
    private var gone: Set<TaskName> = []
    private let paths = ["/a", "/a/b", "/a/b/c", "/d"].map { CgroupPath($0)! }

    init(seed: UInt64) {
        random = SeededGenerator(state: seed)
        self.seed = seed
    }

    mutating func program() -> Program {
        let cgroups = paths.map { CgroupSetup(path: $0, pidsMax: limit()) }
        let tasks = (1...Int.random(in: 1...4, using: &random)).map { number in
            let name = TaskName("t\(number)")!
            names.append(name)
            let isRoot = Bool.random(using: &random)
            return TaskSetup(
                name: name,
                cgroup: path(),
                user: isRoot ? .root : .named(Bool.random(using: &random) ? "alice" : "bob"),
                nproc: isRoot ? nil : UInt64.random(in: 0...6, using: &random)
            )
        }
        var steps: [Step] = []
        for _ in 0..<Int.random(in: 1...30, using: &random) { steps.append(Step(action())) }
        return Program(name: "random-\(seed)", world: World(cgroups: cgroups, tasks: tasks), steps: steps)
    }

    private mutating func limit() -> PidsLimit { .limited(Int64.random(in: 0...9, using: &random)) }
    private mutating func path() -> CgroupPath { paths.randomElement(using: &random)! }
    private mutating func someone() -> TaskName { names.randomElement(using: &random)! }

    private mutating func child(of parent: TaskName) -> TaskName {
        let name = TaskName("c\(names.count)")!
        names.append(name)
        parents[name] = parent
        return name
    }

    private mutating func action() -> Action {
        let task = someone()
        switch Int.random(in: 0..<16, using: &random) {
        case 0...3: return .fork(task, child: child(of: task))
        case 4: return .clone(task, flags: flags(), child: child(of: task))
        case 5, 6: return exit(task)
        case 7, 8: return wait()
        case 9: return .unshare(task, flags: Bool.random(using: &random) ? .CLONE_NEWUTS : [])
        case 10:
            return .sethostname(
                task,
                name: ["x", "box", "", String(repeating: "n", count: 65)].randomElement(using: &random)!
            )
        case 11: return .uname(task)
        case 12: return lowerLimit(task)
        case 13:
            return .write(
                path(),
                file: "pids.max",
                text: ["0", "3", " 5 ", "7\n", "-1", "x", "0x4"].randomElement(using: &random)!
            )
        case 14: return .attach(task, to: path())
        default: return Bool.random(using: &random) ? .bomb(task, rounds: 2) : .kill(task)
        }
    }

    private mutating func flags() -> CloneFlags {
        // The last one is refused by every kernel: CLONE_SIGHAND wants CLONE_VM.
        [CloneFlags.CLONE_NEWUTS, [], .CLONE_SIGHAND].randomElement(using: &random)!
    }

    /// Root's hard limit stays as it is: raising it again would need a capability that not every root has.
    private mutating func lowerLimit(_ task: TaskName) -> Action {
        let soft = UInt64.random(in: 0...6, using: &random)
        return .setrlimitNproc(task, soft: soft, hard: soft)
    }

    private mutating func exit(_ task: TaskName) -> Action {
        if gone.insert(task).inserted, let parent = parents[task] { ended[parent, default: []].append(task) }
        return .exit(task, status: UInt8.random(in: 0...255, using: &random))
    }

    /// Waits for a child by name that has exited, or for somebody who is no child.
    private mutating func wait() -> Action {
        if let parent = ended.keys.sorted(by: { $0.description < $1.description }).randomElement(using: &random),
            let child = ended[parent]?.popLast()
        {
            return .wait(parent, child: child)
        }
        let task = someone()
        return .wait(task, child: task)
    }
}
