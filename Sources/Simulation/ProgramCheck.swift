import Failure
import KernelABI
import KernelModel
import Scenario

/// The checks of a program that need no run: what contradicts itself, and what the model does not know yet.
struct ProgramCheck {
    private let program: Program
    private let paths: Set<CgroupPath>
    private let locate: (Int?) -> String

    init(_ program: Program, _ locate: @escaping (Int?) -> String) {
        self.program = program
        paths = Set(program.cgroupPaths)
        self.locate = locate
    }

    /// The most counters that a prediction keeps: a moment has those of all cgroups.
    static let mostCounters = 4_000_000

    func check() throws(Failure) {
        try checkWorld()
        try checkMoments()
        try checkNames()
        try checkFiles()
        for (index, step) in program.steps.enumerated() { try check(step.action, index) }
    }

    private func checkWorld() throws(Failure) {
        var known: Set<CgroupPath> = [.root]
        for cgroup in program.world.cgroups {
            if let parent = cgroup.path.parent {
                guard known.contains(parent) else {
                    throw bad("cgroup \(cgroup.path) has no parent \(parent) before it", remedy: "list \(parent) first")
                }
                guard known.insert(cgroup.path).inserted else { throw bad("cgroup \(cgroup.path) is there twice") }
            }
            if case .limited(let limit) = cgroup.pidsMax, !(0...PidsLimit.largest).contains(limit) {
                throw bad("pids.max of \(cgroup.path) cannot be \(limit)", remedy: "it is 0 to \(PidsLimit.largest)")
            }
        }
        for task in program.world.tasks {
            guard known.contains(task.cgroup) else { throw bad("task \(task.name) is in no known cgroup") }
        }
        if program.world.cgroupType == .domain { try checkDomains() }
    }

    /// A prediction that does not fit into memory is not begun.
    private func checkMoments() throws(Failure) {
        var moments = 1
        for step in program.steps {
            let more = if case .bomb(_, let rounds, _) = step.action { max(rounds, 1) } else { 1 }
            moments = moments.addingReportingOverflow(more).overflow ? .max : moments + more
        }
        let (counters, isHuge) = moments.multipliedReportingOverflow(by: paths.count + 1)
        guard isHuge || counters > ProgramCheck.mostCounters else { return }
        throw bad(
            "\(moments) moments of \(paths.count) cgroups are more than \(ProgramCheck.mostCounters) counters",
            remedy: "take fewer cgroups, steps or rounds"
        )
    }

    /// Who is below a cgroup with processes could not have been moved there (`cgroup_migrate_vet_dst`).
    private func checkDomains() throws(Failure) {
        let settled = Set(program.world.tasks.map(\.cgroup))
        for path in settled {
            var level = path.parent
            while let above = level {
                guard !settled.contains(above) else {
                    throw bad(
                        "cgroup \(above) has processes, and \(path) below it, too",
                        remedy: "keep processes in cgroups that have none below them, or make the cgroup-type threaded"
                    )
                }
                level = above.parent
            }
        }
    }

    private func checkNames() throws(Failure) {
        var given: Set<TaskName> = []
        let bombers = program.steps.flatMap { step -> [TaskName] in
            switch step.action {
            case .bomb(let task, _, _): [task]
            case .race(let tasks): tasks
            default: []
            }
        }
        func give(_ name: TaskName, _ step: Int?) throws(Failure) {
            guard given.insert(name).inserted else {
                throw bad("two processes are called \(name)", step, remedy: "give each its own name")
            }
            if let bomber = bombers.first(where: { name.isBombChild(of: $0) }) {
                throw bad("\(name) is what a child of the bomb \(bomber) may be called", step, remedy: "choose another")
            }
        }
        for task in program.world.tasks { try give(task.name, nil) }
        for (index, step) in program.steps.enumerated() {
            if let child = step.action.namedChild { try give(child, index) }
        }
        for (index, step) in program.steps.enumerated() {
            for name in step.action.namedTasks
            where !given.contains(name) && !bombers.contains(where: { name.isBombChild(of: $0) }) {
                throw bad("no process is ever called \(name)", index)
            }
        }
    }

    private func checkFiles() throws(Failure) {
        var opened: Set<FileName> = []
        for (index, step) in program.steps.enumerated() {
            guard let file = step.action.file else { continue }
            if case .open = step.action {
                guard opened.insert(file).inserted else { throw bad("two files are called \(file)", index) }
            } else if !opened.contains(file) {
                throw bad("no file is called \(file) by then", index, remedy: "let a step before open it")
            }
        }
    }

    private func check(_ action: Action, _ index: Int) throws(Failure) {
        func requireKnown(_ path: CgroupPath) throws(Failure) {
            guard path == .root || paths.contains(path) else { throw bad("there is no cgroup \(path)", index) }
        }
        switch action {
        case .write(let path, let file, _):
            try requireKnown(path)
            guard CgroupFileText.written.contains(file) || CgroupMemberFile(rawValue: file) != nil else {
                throw Failure(
                    .unavailable,
                    "writing \(file) is not modelled yet",
                    at: locate(index),
                    remedy: "\(CgroupFileText.written.joined(separator: ", ")) are"
                )
            }
        case .attach(_, let path), .attachThread(_, let path), .clone3(_, _, into: .cgroup(let path), _),
            .open(_, .cgroup(let path), _):
            try requireKnown(path)
        case .mkdir(let path), .rmdir(let path):
            guard path != .root else { throw bad("the program's root is there, and stays", index) }
            try requireKnown(path)
        case .bomb(_, let rounds, let workload):
            guard rounds >= 0 else { throw bad("a bomb cannot have \(rounds) rounds", index) }
            if let lifetime = workload.lifetime, lifetime < 0 {
                throw bad("nobody lives for \(lifetime) rounds", index)
            }
        case .read(let path, let file):
            try requireKnown(path)
            guard CgroupFileText.files.contains(file) else {
                throw Failure(
                    .unavailable,
                    "reading \(file) is not modelled yet",
                    at: locate(index),
                    remedy: "\(CgroupFileText.files.joined(separator: ", ")) are"
                )
            }
        case .race(let tasks):
            guard Set(tasks).count == tasks.count else { throw bad("a race names a process twice", index) }
        case .waitCall(_, let call):
            if let contradiction = call.contradiction { throw bad(contradiction, index) }
        case .fork, .vfork, .clone, .clone3, .exit, .exitGroup, .execve, .wait, .unshare, .setns, .open, .close,
            .setnsFile,
            .sethostname, .setdomainname, .uname, .namespace, .readProcess, .getppid, .getpid, .signal, .sigchld,
            .subreaper, .setuid, .setrlimitNproc, .mapIDs, .mapSelf, .kill:
            break
        case .writeTimensOffsets(_, _, let text):
            guard text.utf8.count <= ProcessFile.longestText else {
                throw bad("what is written to timens_offsets has at most \(ProcessFile.longestText) bytes", index)
            }
        case .writeMembers(_, let path, _, let text):
            try requireKnown(path)
            guard text.utf8.count <= ProcessFile.longestText else {
                throw bad("what a process writes has at most \(ProcessFile.longestText) bytes", index)
            }
        case .sysctl(let task, let setting, let value):
            switch value {
            case .number(let number):
                guard number <= Sysctl.largest else { throw bad("a setting cannot be \(number)", index) }
            case .room(let room):
                guard task == nil, setting.takesRoom else { throw bad("a room is the harness's to write", index) }
                guard room > 0 || setting == .threadsMax, room <= PidsLimit.largest else {
                    throw bad("\(setting) cannot leave a room of \(room)", index)
                }
            }
        }
    }

    private func bad(_ what: String, _ step: Int? = nil, remedy: String? = nil) -> Failure {
        Failure(.badInput, what, at: locate(step), remedy: remedy)
    }
}

extension Action {
    /// Every process that the step names and does not make.
    var namedTasks: [TaskName] {
        switch self {
        case .attach(let task, _), .attachThread(let task, _), .mapIDs(let task), .kill(let task): [task]
        case .wait(let task, let child): [task] + [child].compactMap { $0 }
        case .waitCall(let task, let call): [task] + [call.task].compactMap { $0 }
        case .setns(let task, let target, _), .signal(let task, let target, _), .readProcess(let task, let target, _),
            .writeTimensOffsets(let task, let target, _):
            [task, target]
        case .open(let task, let opened, _): [task] + [opened.target].compactMap { $0 }
        case .race(let tasks): tasks
        default: [actor].compactMap { $0 }
        }
    }
}

extension TaskName {
    /// Whether the name is one that a bomb gives to what comes of `bomber`: `bomb.1`, `bomb.1.2`.
    func isBombChild(of bomber: TaskName) -> Bool {
        guard description.hasPrefix(bomber.description + ".") else { return false }
        let numbers = description.dropFirst(bomber.description.count + 1)
            .split(separator: ".", omittingEmptySubsequences: false)
        return numbers.allSatisfy { number in
            !number.isEmpty && number.first != "0" && number.allSatisfy { ("0"..."9").contains($0) }
        }
    }
}
