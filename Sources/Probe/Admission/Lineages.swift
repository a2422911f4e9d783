import KernelABI
import Scenario

/// From which of the world's first tasks a program's names come, and what is done to each of these families.
struct Lineages {
    /// What a first task and all its descendants go through.
    struct Family {
        /// The first task.
        let setup: TaskSetup
        /// The soft limits on processes that members may have.
        var softLimits: [UInt64]
        /// The hard limits on processes that members may have.
        var hardLimits: [UInt64]

        /// A member may run as root, whom RLIMIT_NPROC does not bind.
        var mayBeRoot: Bool
    }

    /// The families, by the name of the first task.
    private(set) var families: [TaskName: Family] = [:]
    private var ancestors: [TaskName: TaskName] = [:]

    /// Follows a program's steps as if every fork succeeded.
    init(_ program: Program) {
        // In a user namespace with a map, whoever made it may become root.
        let hasMaps = program.steps.contains { if case .mapIDs = $0.action { true } else { false } }
        for task in program.world.tasks {
            let limits = task.nproc.map { [$0] } ?? []
            families[task.name] = Family(
                setup: task,
                softLimits: limits,
                hardLimits: limits,
                mayBeRoot: task.user == .root || hasMaps
            )
            ancestors[task.name] = task.name
        }
        for step in program.steps {
            switch step.action {
            case .fork(let parent, let child), .vfork(let parent, let child), .clone(let parent, _, let child),
                .clone3(let parent, _, _, let child):
                ancestors[child] = ancestor(of: parent)
            // A soft limit above the hard one is refused by every kernel and changes nothing.
            case .setrlimitNproc(let task, let soft, let hard) where soft <= hard:
                update(task) {
                    $0.softLimits.append(soft)
                    $0.hardLimits.append(hard)
                }
            default: break
            }
        }
    }

    /// The family of a task; nil for a name that no step can have given.
    func family(of task: TaskName) -> Family? { ancestor(of: task).flatMap { families[$0] } }

    private mutating func update(_ task: TaskName, _ change: (inout Family) -> Void) {
        guard let first = ancestor(of: task) else { return }
        change(&families[first]!)
    }

    // A bomb's children are called P.k: without the number, the name is that of their parent.
    private func ancestor(of task: TaskName) -> TaskName? {
        var name = task
        while true {
            if let first = ancestors[name] { return first }
            guard let dot = name.description.lastIndex(of: "."),
                Int(name.description[name.description.index(after: dot)...]) != nil,
                let parent = TaskName(name.description[..<dot])
            else { return nil }
            name = parent
        }
    }
}
