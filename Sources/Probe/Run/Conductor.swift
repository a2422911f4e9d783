import CLinux
import Glibc
import KernelABI
import Scenario

/// Carries out a program's steps, one at a time, and tells what it observes as it happens.
///
/// It is the first process of the run's PID namespace, in the guard but outside of the program's cgroups; it is the parent
/// of the world's first processes and of all orphans, and reaps none of them but by a `kill` step.
struct Conductor {
    /// Why a run stops before its last step.
    struct Stop: Error {
        let ending: RunEnding
    }

    let program: Program
    let cgroup: GuardCgroup
    let users: [String: UInt32]
    let output: ProbeOutput
    var files: WorldFiles
    var stage: PuppetStage
    var namespaces = NamespaceIdentities()
    var opened = OpenedFiles()
    /// What the harness's cgroup namespace shows for the program's root, where a step asks.
    var pathOfRoot: String?
    /// What is timed in the place of the program's bomb, where something is: the run ends with it.
    var timing: BombTiming?
    /// The machine's threads beside the program's, as they were when it was left a room for some more.
    var others: OtherThreads?

    /// Opens the world's files.
    ///
    /// - Parameter stage: an empty one with room for all processes of the program.
    init(
        program: Program,
        cgroup: GuardCgroup,
        users: [String: UInt32],
        stage: PuppetStage,
        output: ProbeOutput
    ) throws(Stop) {
        self.program = program
        self.cgroup = cgroup
        self.users = users
        self.output = output
        self.stage = stage
        files = try Conductor.required { () throws(SystemError) in try WorldFiles(cgroup, program) }
    }

    /// Makes the world and takes every step.
    mutating func run() throws(Stop) {
        for task in program.world.tasks { try make(task) }
        try tell(step: nil, events: [])
        for (index, step) in program.steps.enumerated() {
            if case .bomb(let task, let rounds, let workload) = step.action {
                if let timing { return try time(task, timing, step: index) }
                try bomb(task, rounds: rounds, workload, step: index)
            } else {
                // First the step: it may change what there is to tell.
                let events = try take(step)
                try tell(step: index, events: events + vforkReturns())
            }
        }
        try requireSameOthers()
    }

    // MARK: - The world

    private mutating func make(_ task: TaskSetup) throws(Stop) {
        let number: Int
        switch stage.spawn(task.name) {
        case .success(let made): number = made
        case .failure(let errno): throw fault("fork \(task.name): \(errno)")
        }
        let procs = "\(cgroup.directory(of: task.cgroup))/cgroup.procs"
        let pid = stage.puppets[number].pid
        try required { () throws(SystemError) in try SystemFile.put("\(pid)", into: procs) }
        if pathOfRoot == nil, program.readsCgroups { try notePathOfRoot(task, pid) }
        let user = self.number(of: task.user)
        // As a guest's first process is root's and unlimited.
        if cgroup.isOfGuest, user == 0, task.nproc == nil { return }
        let made = try lossless { () throws(PuppetStage.Lost) in
            try stage.call(number, KERNAUT_BECOME, UInt64(user), task.nproc ?? UInt64.max)
        }
        if case .failure(let errno) = made { throw fault("make \(task.name) a process of \(task.user): \(errno)") }
    }

    private func number(of user: ScenarioUser) -> UInt32 {
        switch user {
        case .root: 0
        case .named(let name): users[name]!
        }
    }

    // MARK: - Steps

    /// Takes a step that is one moment. The events are none where its process does not live.
    private mutating func take(_ step: Step) throws(Stop) -> [Event] {
        let action = step.action
        switch action {
        case .fork(let parent, let child): return try fork(parent, .fork, child, action.call)
        case .vfork(let parent, let child): return try fork(parent, .vfork, child, action.call)
        case .clone(let parent, let flags, let child): return try fork(parent, .clone(flags), child, action.call)
        case .clone3(let parent, var args, let destination, let child):
            if let reason = unsupportedDepth(args, parent) { throw Stop(ending: .unsupported(reason: reason)) }
            if let file = destination?.file { args.cgroup = opened.descriptor(of: file) }
            let directory = destination?.path.map(cgroup.directory(of:))
            return try fork(parent, .clone3(args, directory: directory), child, action.call)
        case .exit(let task, let status):
            guard let number = stage.living(task) else { return [] }
            try end(number, status: status)
            return [Event(task: task, call: action.call, outcome: .done)]
        case .exitGroup(let task, let status):
            guard let number = stage.living(task) else { return [] }
            do { try stage.endGroup(number, status: status) } catch { throw lost(error) }
            return [Event(task: task, call: action.call, outcome: .done)]
        case .execve(let task): return try execve(task, action.call)
        case .wait(let task, let child): return try wait(task, for: child, step)
        case .waitCall(let task, let call): return try wait(task, call, step)
        case .unshare(let task, let flags): return try unshare(task, flags, action.call)
        case .sethostname(let task, let name):
            if let number = stage.living(task) { stage.setText(number, name) }
            return try simple(task, action.call, KERNAUT_SETHOSTNAME, UInt64(name.utf8.count))
        case .setdomainname(let task, let name):
            if let number = stage.living(task) { stage.setText(number, name) }
            return try simple(task, action.call, KERNAUT_SETDOMAINNAME, UInt64(name.utf8.count))
        case .uname(let task, let member):
            let order = member == .nodename ? KERNAUT_UNAME : KERNAUT_UNAME_DOMAIN
            return try text(task, action.call, order) { .text($0) }
        case .open(let task, let opened, let file): return try open(task, opened, file, action.call)
        case .close(let task, let file):
            return try simple(task, action.call, KERNAUT_CLOSE, opened.descriptor(of: file))
        case .setnsFile(let task, let file, let flags): return try enter(task, file, flags, action.call)
        case .namespace(let task, let file): return try namespace(task, file, action.call)
        case .readProcess(let task, let target, let file): return try readProcess(task, target, file, action.call)
        case .writeTimensOffsets(let task, let target, let text):
            return try writeTimensOffsets(task, target, text, action.call)
        case .writeMembers(let task, let path, let file, let text):
            return try write(task, text, to: "\(cgroup.directory(of: path))/\(file.rawValue)", action.call)
        case .mapSelf(let task): return try mapSelf(task, action.call)
        case .getppid(let task): return try parent(task, action.call)
        case .getpid(let task): return try pids(task, action.call)
        case .sigchld(let task, let childSignal): return try sigchld(task, childSignal, action.call)
        case .subreaper(let task, let isSubreaper): return try subreaper(task, isSubreaper, action.call)
        case .setns(let task, let target, let flags):
            return try enter(task, target, flags, action.call)
        case .signal(let task, let target, let signal): return try send(signal, task, target, action.call)
        case .setuid(let task, let user):
            return try simple(task, action.call, KERNAUT_SETRESUID, UInt64(number(of: user)))
        case .read(let path, let file): return try read(path, file, action.call)
        case .mkdir(let path): return try makeCgroup(path, action.call)
        case .rmdir(let path): return try removeCgroup(path, action.call)
        case .race(let racers): return try race(racers, action.call)
        case .setrlimitNproc(let task, let soft, let hard):
            return try simple(task, action.call, KERNAUT_SETRLIMIT_NPROC, soft, hard)
        case .write(let path, let file, let text): return try write(text, to: path, file, action.call)
        case .attach(let task, let path):
            guard let number = stage.living(task) else { return [] }
            return try write("\(stage.puppets[number].pid)", to: path, "cgroup.procs", action.call)
        case .attachThread(let task, let path):
            guard let number = stage.living(task) else { return [] }
            return try write("\(stage.puppets[number].pid)", to: path, threadList, action.call)
        case .sysctl(let task, let setting, let value):
            return try sysctl(task, setting, value, action.call)
        case .mapIDs(let task): return try mapIDs(of: task, action.call)
        case .kill(let task): return try kill(task, action.call)
        case .bomb: preconditionFailure("a bomb is several moments")
        }
    }

    func simple(
        _ task: TaskName,
        _ call: String,
        _ order: kernaut_order,
        _ a: UInt64 = 0,
        _ b: UInt64 = 0
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let result = try lossless { () throws(PuppetStage.Lost) in try stage.call(number, order, a, b) }
        switch result {
        case .success: return [Event(task: task, call: call, outcome: .done)]
        case .failure(let errno): return [Event(task: task, call: call, outcome: .failed(errno))]
        }
    }

    private mutating func fork(
        _ parent: TaskName,
        _ birth: PuppetStage.Birth,
        _ child: TaskName,
        _ call: String
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(parent) else { return [] }
        return [try fork(number, birth, child, call).event]
    }

    mutating func fork(
        _ parent: Int,
        _ birth: PuppetStage.Birth,
        _ child: TaskName,
        _ call: String
    ) throws(Stop) -> (event: Event, child: Int?) {
        let name = stage.puppets[parent].name
        if stage.isKnown(child) { throw Stop(ending: .badProgram(reason: "two processes are called \(child)")) }
        try requireKnownDepth(parent, birth.flags)
        let result: Answer<Int>?
        do { result = try stage.fork(parent, birth, as: child) } catch { throw lost(error) }
        switch result {
        case .success(let number): return (Event(task: name, call: call, outcome: .child(child)), number)
        case .failure(let errno): return (Event(task: name, call: call, outcome: .failed(errno)), nil)
        case nil: throw fault("the program has more processes than it was admitted for")
        }
    }

    /// A refusal must come from the program's limits: the guard's own limit is never reached.
    private func excludeGuard() throws(Stop) {
        let path = cgroup.path
        let (current, limit) = try required { () throws(SystemError) in
            (try SystemFile.read("\(path)/pids.current"), try SystemFile.read("\(path)/pids.max"))
        }
        guard let current = Int(current.dropLast()), let limit = Int(limit.dropLast()), current < limit else {
            throw fault("the guard's own limit refused a fork")
        }
    }

    /// Kills a process and its descendants, parents before children, and reaps them all.
    private mutating func kill(_ task: TaskName, _ call: String) throws(Stop) -> [Event] {
        guard let first = stage.living(task) else { return [] }
        var family = stage.tasks(ledBy: stage.leader(of: first))
        var next = 0
        while next < family.count {
            family += stage.children(of: family[next]).flatMap(stage.tasks)
            next += 1
        }
        for number in family where stage.puppets[number].leader == nil && stage.alive(number) != nil {
            let pidfd = kernaut_pidfd_open(stage.puppets[number].pid)
            guard pidfd >= 0, kernaut_pidfd_send_signal(pidfd, SIGKILL) == 0,
                kernaut_pidfd_await_death(pidfd, -1) == 1
            else { throw fault("kill \(stage.puppets[number].name): \(Errno(rawValue: -min(pidfd, 0)))") }
            close(pidfd)
            do { try stage.noteEnd(of: number) } catch { throw lost(error) }
        }
        // Those whose parents are dead are the harness's to reap, or the first process's of their PID namespace. With that one
        // they are gone already.
        for number in family where stage.puppets[number].state == .zombie {
            let pid = stage.puppets[number].pid
            if let parent = stage.puppets[number].parent, let known = stage.pid(of: number, seenBy: parent) {
                let result = try lossless { () throws(PuppetStage.Lost) in
                    try stage.call(parent, KERNAUT_WAIT, UInt64(known), Conductor.waitsForAll)
                }
                guard case .success(let reaped) = result, reaped == known else {
                    throw fault("reap \(task): \(result)")
                }
            } else if waitpid(pid, nil, 0) != pid {
                throw fault("reap \(stage.puppets[number].name): \(SystemFile.lastErrno())")
            }
            stage.becomeReaped(number)
        }
        return [Event(task: nil, call: call, outcome: .done)]
    }

    // MARK: - Telling

    func tell(step: Int?, round: Int? = nil, events: [Event]) throws(Stop) {
        let isRefused = events.contains { event in
            switch event.outcome {
            case .failed(.EAGAIN), .forks: true
            default: false
            }
        }
        // The guard of a guest has room for more processes than a stage has slots.
        if isRefused, !cgroup.isOfGuest { try excludeGuard() }
        let snapshot = try required { () throws(SystemError) in try files.snapshot() }
        let observation = Observation(step: step, round: round, events: events, snapshot: snapshot)
        guard output.send(observation.utf8) else { throw Stop(ending: .interrupted) }
    }

    func fault(_ reason: String) -> Stop { Stop(ending: .fault(reason: reason)) }

    func lost(_ error: PuppetStage.Lost) -> Stop {
        fault("the process \(error.name) \(error.what)")
    }

    func lossless<Value>(_ body: () throws(PuppetStage.Lost) -> Value) throws(Stop) -> Value {
        do { return try body() } catch { throw lost(error) }
    }

    func required<Value>(_ body: () throws(SystemError) -> Value) throws(Stop) -> Value {
        try Conductor.required(body)
    }

    private static func required<Value>(_ body: () throws(SystemError) -> Value) throws(Stop) -> Value {
        do { return try body() } catch { throw Stop(ending: .fault(reason: error.description)) }
    }
}
