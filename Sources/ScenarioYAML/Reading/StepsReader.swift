import Failure
import KernelABI
import Scenario

/// Reads the list `steps`, one after the other: a step may name the processes that exist by then.
struct StepsReader {
    /// The most rounds that a bomb may have.
    static let mostRounds = 1_000

    /// The cgroups that the world has or that a step was to make.
    private(set) var cgroups: [CgroupPath]
    private(set) var steps: [ReadStep] = []
    /// The steps that stand together below the key `concurrently`.
    private(set) var concurrent: [Range<Int>] = []
    private var known: Set<TaskName>
    private var bombers: [TaskName] = []
    /// Those that a step was to open.
    var files: [FileName] = []
    /// The line of the step that ended a process for certain.
    private var ended: [TaskName: Int] = [:]

    init(_ world: World) {
        cgroups = world.cgroups.map(\.path)
        known = Set(world.tasks.map(\.name))
    }

    mutating func read(_ value: Value) throws(Failure) {
        let entry = try entry(of: value)
        guard entry.key == Grammar.concurrently else { return try read(entry, value) }
        let list = try entry.value.list(Grammar.concurrently)
        guard list.count > 1 else { throw entry.value.failure("at least two steps happen concurrently") }
        let first = steps.count
        for value in list {
            let entry = try self.entry(of: value)
            guard entry.key != Grammar.concurrently else {
                throw value.failure("what happens concurrently is a list of steps, not another such list")
            }
            try read(entry, value)
        }
        concurrent.append(first..<steps.count)
    }

    private typealias Entry = (key: String, line: Int, value: Value)

    private func entry(of value: Value) throws(Failure) -> Entry {
        let outer = try value.fields("a step")
        guard outer.entries.count == 1, let entry = outer.entries.first else {
            throw value.failure(
                "a step has one key, its name, not \(outer.entries.count)",
                remedy: "write '- fork: {task: …, as: …}'"
            )
        }
        return entry
    }

    private mutating func read(_ entry: Entry, _ value: Value) throws(Failure) {
        guard let form = Grammar.steps[entry.key] else {
            let names = (Array(Grammar.steps.keys) + [Grammar.concurrently]).sorted()
            let nearest = NearestName.of(entry.key, among: names)
            throw Failure(
                .badInput,
                "there is no step '\(entry.key)'",
                at: "\(value.path):\(entry.line)",
                remedy: nearest.map { "did you mean '\($0)'?" } ?? "steps are \(names.joined(separator: ", "))"
            )
        }
        let fields = try entry.value.fields(entry.key)
        try fields.require(form)
        let action = try action(entry.key, fields)
        var step = ReadStep(step: Step(action), line: entry.line)
        if let expected = fields["expect"] { step.expectation = try expectation(of: action, expected) }
        steps.append(step)
        note(action, entry.line)
    }

    private func action(_ name: String, _ fields: Fields) throws(Failure) -> Action {
        switch name {
        case "fork": return .fork(try actor(fields), child: try newName(fields))
        case "clone":
            let flags = try fields.required("flags").cloneFlags()
            return .clone(try actor(fields), flags: flags, child: try newName(fields))
        case "clone3":
            let destination = try fields["into"].map(cloneDestination)
            return .clone3(try actor(fields), try fields.cloneArgs(), into: destination, child: try newName(fields))
        case "bomb":
            let rounds = try fields.required("rounds").number("rounds", in: 1...StepsReader.mostRounds)
            return .bomb(try actor(fields), rounds: rounds, workload: try fields.bombWorkload())
        case "vfork": return .vfork(try actor(fields), child: try newName(fields))
        case "exit": return .exit(try actor(fields), status: try status(fields))
        case "exit_group": return .exitGroup(try actor(fields), status: try status(fields))
        case "execve": return .execve(try actor(fields))
        case "wait":
            guard let child = fields["for"] else { return .wait(try actor(fields), child: nil) }
            return .wait(try actor(fields), child: try knownName(child))
        case "wait4", "waitid": return .waitCall(try actor(fields), try waitCall(name, fields))
        case "kill": return .kill(try actor(fields))
        case "map": return .mapIDs(try actor(fields))
        case "map-self": return .mapSelf(try actor(fields))
        case "unshare": return .unshare(try actor(fields), flags: try fields.required("flags").cloneFlags())
        case "sethostname":
            return .sethostname(try actor(fields), name: try hostName(fields.required("name")))
        case "setdomainname":
            return .setdomainname(try actor(fields), name: try hostName(fields.required("name")))
        case "uname": return .uname(try actor(fields), member: try fields["member"]?.utsMember() ?? .nodename)
        case "setns": return try setns(fields)
        case "open": return try open(fields)
        case "close": return .close(try actor(fields), try knownFile(fields.required("file")))
        case "namespace": return .namespace(try actor(fields), try fields.required("kind").namespaceFile("kind"))
        case "read-process": return try readProcess(fields)
        case "write-process": return try writeProcess(fields)
        case "getppid": return .getppid(try actor(fields))
        case "getpid": return .getpid(try actor(fields))
        case "sigchld": return .sigchld(try actor(fields), try fields.required("action").childSignal())
        case "subreaper":
            let value: UInt8 = try fields["value"]?.number("value", in: 0...1) ?? 1
            return .subreaper(try actor(fields), value == 1)
        case "signal":
            let target = try knownName(fields.required("to"))
            return .signal(try actor(fields), to: target, signal: try fields.required("signal").fatalSignal())
        case "setuid": return .setuid(try actor(fields), try fields.required("user").user())
        case "read":
            let cgroup = try fields.required("cgroup").cgroup(of: cgroups)
            return .read(cgroup, file: try fields.required("file").cgroupFile())
        case "race": return try race(fields)
        case "setrlimit": return try setrlimit(fields)
        case "sysctl": return try sysctl(fields)
        case "write":
            let cgroup = try fields.required("cgroup").cgroup(of: cgroups)
            let (file, value) = try written(fields)
            if fields["task"] != nil { return try writeMembers(fields, cgroup, file, value) }
            return .write(cgroup, file: file, text: try writtenText(value, file))
        case "attach":
            return .attach(try actor(fields), to: try fields.required("cgroup").cgroup(of: cgroups))
        case "attach-thread":
            return .attachThread(try actor(fields), to: try fields.required("cgroup").cgroup(of: cgroups))
        case "mkdir": return .mkdir(try fields.required("cgroup").cgroupBelowRoot())
        case "rmdir":
            _ = try fields.required("cgroup").cgroupBelowRoot()
            return .rmdir(try fields.required("cgroup").cgroup(of: cgroups))
        default: preconditionFailure("the grammar has a step that is not read: \(name)")
        }
    }

    private func status(_ fields: Fields) throws(Failure) -> UInt8 {
        try fields["status"]?.number("status", in: UInt8.min...UInt8.max) ?? 0
    }

    private func waitCall(_ name: String, _ fields: Fields) throws(Failure) -> WaitCall {
        let which = name == "wait4" ? .wait4 : try fields.required("which").waitidWhich()
        let key = which == .wait4 ? "pid" : "id"
        let id: WaitCall.ID
        switch (fields["for"], fields[key]) {
        case (let child?, nil): id = .task(try knownName(child))
        case (nil, let number?): id = .number(try number.signedNumber(key))
        case (nil, nil): id = .number(which == .wait4 ? -1 : 0)
        case (.some, .some): throw fields.failure("\(name) is either 'for' a process, or has a number as \(key)")
        }
        let call = WaitCall(which, id, try fields["options"]?.waitOptions() ?? [])
        if let contradiction = call.contradiction { throw fields.failure(contradiction) }
        return call
    }

    private func race(_ fields: Fields) throws(Failure) -> Action {
        let list = fields.required("tasks")
        var tasks: [TaskName] = []
        for value in try list.list("tasks") {
            let name = try living(value)
            guard !tasks.contains(name) else { throw value.failure("\(name) is named twice") }
            tasks.append(name)
        }
        guard !tasks.isEmpty else { throw list.failure("a race has at least one task") }
        return .race(tasks)
    }

    private func setrlimit(_ fields: Fields) throws(Failure) -> Action {
        let task = try actor(fields)
        switch (fields["nproc"], fields["soft"], fields["hard"]) {
        case (let both?, nil, nil):
            let limit = try both.rlimit("nproc")
            return .setrlimitNproc(task, soft: limit, hard: limit)
        case (nil, let soft?, let hard?):
            return .setrlimitNproc(task, soft: try soft.rlimit("soft"), hard: try hard.rlimit("hard"))
        default: throw fields.failure("setrlimit has either 'nproc', for both limits, or 'soft' and 'hard'")
        }
    }

    private func sysctl(_ fields: Fields) throws(Failure) -> Action {
        let setting = try fields.required("name").sysctl()
        let task = try fields["task"].map { value throws(Failure) in try living(value) }
        let value = try fields.required("value").sysctlValue(takesRoom: task == nil && setting.takesRoom)
        return .sysctl(task, setting, value)
    }

    /// What the kernel refuses is an outcome, so a host name may be too long here; only nonsense is kept out.
    private func hostName(_ value: Value) throws(Failure) -> String {
        let name = try value.text("name")
        guard name.utf8.count <= 4096 else { throw value.failure("name has more than 4096 bytes") }
        return name
    }

    /// The one file that is written, and what.
    private func written(_ fields: Fields) throws(Failure) -> (file: String, value: Value) {
        let found = Grammar.writtenFiles.compactMap { file in fields[file].map { (file, $0) } }
        guard found.count == 1 else {
            throw fields.failure("write has one file: \(Grammar.writtenFiles.joined(separator: ", "))")
        }
        return found[0]
    }

    func writtenText(_ value: Value, _ file: String) throws(Failure) -> String {
        let text = try value.text(file)
        guard !text.isEmpty, text.utf8.count <= 8192 else {
            throw value.failure("what is written to \(file) has 1 to 8192 bytes")
        }
        return text
    }

    /// The process that takes the step: one that exists by now and has not ended for certain.
    func actor(_ fields: Fields) throws(Failure) -> TaskName { try living(fields.required("task")) }

    private func living(_ value: Value) throws(Failure) -> TaskName {
        let name = try knownName(value)
        if let line = ended[name] {
            throw value.failure("\(name) has ended in line \(line)", remedy: "only a living process takes steps")
        }
        return name
    }

    func knownName(_ value: Value) throws(Failure) -> TaskName {
        let name = try value.taskName("task")
        guard known.contains(name) || bombers.contains(where: { isChild(name, ofBomb: $0) }) else {
            let nearest = NearestName.of(name.description, among: known.map(\.description))
            throw value.failure(
                "no process is called \(name) by then",
                remedy: nearest.map { "did you mean \($0)?" } ?? "list it under tasks, or let a step before make it"
            )
        }
        return name
    }

    private func newName(_ fields: Fields) throws(Failure) -> TaskName {
        let value = fields.required("as")
        let name = try value.taskName("as")
        guard !known.contains(name) else { throw value.failure("there is a process called \(name) already") }
        return name
    }

    private func isChild(_ name: TaskName, ofBomb bomber: TaskName) -> Bool {
        guard name.description.hasPrefix(bomber.description + ".") else { return false }
        return name.description.dropFirst(bomber.description.count + 1)
            .split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { UInt32($0) != nil }
    }

    private func expectation(of action: Action, _ value: Value) throws(Failure) -> Expectation {
        let step = steps.count
        switch action {
        case .bomb, .race:
            let fields = try value.fields("expect")
            try fields.require(Grammar.forks)
            var made: Int?
            var refused: Int?
            if let value = fields["made"] { made = try value.number("made", in: 0...Int.max) }
            if let value = fields["refused"] { refused = try value.number("refused", in: 0...Int.max) }
            return .forks(step: step, made: made, refused: refused)
        case .namespace where !value.isWord("ok"):
            if let number = try? value.number("expect", in: 1...Int.max) {
                return .outcome(step: step, .namespace(number))
            }
            return .outcome(step: step, try value.outcome())
        case .uname: return .outcome(step: step, .text(try value.text("expect")))
        case .readProcess: return .outcome(step: step, try value.errorOrText())
        case .read:
            // The file's text ends with a newline, which no scenario can write.
            if let errno = Errno(name: try value.text("expect")) { return .outcome(step: step, .failed(errno)) }
            return .outcome(step: step, .text(try value.text("expect") + "\n"))
        case .getppid: return .outcome(step: step, try value.parent())
        case .getpid: return .outcome(step: step, try value.pids())
        case .waitCall: return .outcome(step: step, try value.waitOutcome())
        default: return .outcome(step: step, try value.outcome())
        }
    }

    private mutating func note(_ action: Action, _ line: Int) {
        switch action {
        case .fork(_, let child), .vfork(_, let child), .clone(_, _, let child), .clone3(_, _, _, let child):
            known.insert(child)
        case .open(_, _, let file): files.append(file)
        case .mkdir(let path): if !cgroups.contains(path) { cgroups.append(path) }
        case .bomb(let task, _, _): bombers.append(task)
        case .race(let tasks): bombers += tasks
        case .exit(let task, _), .exitGroup(let task, _), .kill(let task): ended[task] = line
        default: break
        }
    }
}
