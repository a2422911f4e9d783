import CLinux
import Glibc
import KernelABI
import Scenario

/// Calls that name other processes, or bring a text.
extension Conductor {
    /// The pid of a name for a call. A process that never was, is reaped, or is in no PID namespace of the caller's, has none:
    /// one above PID_MAX_LIMIT is nobody's.
    func pidArgument(_ name: TaskName, of caller: Int) -> UInt64 {
        UInt64(stage.pid(of: name, seenBy: caller) ?? Conductor.nobody)
    }

    /// A pid that nobody has.
    static let nobody: pid_t = 0x3fff_ffff

    /// `__WALL`: children with whatever exit signal.
    static let waitsForAll: UInt64 = 0x4000_0000

    /// On a host, the harness is in a PID namespace below others, and pids that a program chooses there would be theirs.
    func unsupportedDepth(_ args: CloneArgs, _ parent: TaskName) -> String? {
        guard !cgroup.isOfGuest, case .pids(let pids) = args.setTID, pids.count < 32,
            let number = stage.living(parent)
        else { return nil }
        let levels = stage.puppets[number].childSpaces.count + (args.flags.contains(.CLONE_NEWPID) ? 1 : 0)
        return pids.count > levels ? "set_tid reaches beyond the PID namespaces of the program" : nil
    }

    /// How many levels of PID namespaces a program has on a host: the kernel's limit counts those above the harness, too.
    private static let deepest = 16

    func requireKnownDepth(_ number: Int, _ flags: CloneFlags) throws(Stop) {
        guard !cgroup.isOfGuest, flags.contains(.CLONE_NEWPID),
            stage.puppets[number].childSpaces.count > Conductor.deepest
        else { return }
        throw Stop(ending: .unsupported(reason: "PID namespaces more than \(Conductor.deepest) deep are for guests"))
    }

    mutating func unshare(_ task: TaskName, _ flags: CloneFlags, _ call: String) throws(Stop) -> [Event] {
        if let number = stage.living(task) { try requireKnownDepth(number, flags) }
        let events = try simple(task, call, KERNAUT_UNSHARE, flags.rawValue)
        if flags.contains(.CLONE_NEWPID), events.first?.outcome == .done, let number = stage.living(task) {
            stage.notePIDNamespace(of: number)
        }
        return events
    }

    mutating func enter(
        _ task: TaskName,
        _ target: TaskName,
        _ flags: CloneFlags,
        _ call: String
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let events = try simple(task, call, KERNAUT_SETNS, pidArgument(target, of: number), flags.rawValue)
        if flags.contains(.CLONE_NEWPID), events.first?.outcome == .done {
            stage.notePIDNamespace(of: number, as: target)
        }
        return events
    }

    /// A living process writes a text to a file.
    func write(_ task: TaskName, _ text: String, to file: String, _ call: String) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        stage.setText(number, "\(file)\0\(text)")
        return try simple(task, call, KERNAUT_WRITE_FILE, UInt64(text.utf8.count))
    }

    /// A call that leaves a text.
    func text(
        _ task: TaskName,
        _ call: String,
        _ order: kernaut_order,
        _ outcome: (String) -> Outcome
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let events = try simple(task, call, order)
        guard events.first?.outcome == .done else { return events }
        return [Event(task: task, call: call, outcome: outcome(stage.text(number)))]
    }

    /// Which namespace a process is in.
    mutating func namespace(_ task: TaskName, _ file: NamespaceFile, _ call: String) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let kind = file.kind
        let own = stage.puppets[number].leader == nil ? "self" : "thread-self"
        stage.setText(number, "/proc/\(own)/ns/\(file.rawValue)\0")
        var link: String?
        let events = try text(task, call, KERNAUT_READLINK) { seen in
            link = seen
            return .text(seen)
        }
        guard let link else { return events }
        return [Event(task: task, call: call, outcome: .namespace(kind, namespaces.number(of: link, kind)))]
    }

    /// Which process is the parent. The conductor is the first process of its PID namespace and adopts orphans.
    func parent(_ task: TaskName, _ call: String) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let result = try lossless { () throws(PuppetStage.Lost) in try stage.call(number, KERNAUT_GETPPID) }
        guard case .success(let pid) = result else { throw fault("getppid of \(task): \(result)") }
        if pid == 0 { return [Event(task: task, call: call, outcome: .outsider)] }
        let isNested = stage.puppets[number].spaces.count > 1
        if !isNested, pid_t(pid) == getpid() { return [Event(task: task, call: call, outcome: .process(nil))] }
        guard let parent = stage.number(ofPid: pid_t(pid), seenBy: number) else {
            throw fault("an unknown parent \(pid)")
        }
        return [Event(task: task, call: call, outcome: .process(stage.puppets[parent].name))]
    }

    /// The numbers of a process: its own by getpid, those in the PID namespaces above as /proc told them when it was made.
    func pids(_ task: TaskName, _ call: String) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let order = stage.puppets[number].leader == nil ? KERNAUT_GETPID : KERNAUT_GETTID
        let result = try lossless { () throws(PuppetStage.Lost) in try stage.call(number, order) }
        guard case .success(let own) = result else { throw fault("getpid of \(task): \(result)") }
        let puppet = stage.puppets[number]
        var pids = puppet.pids
        pids[pids.count - 1] = pid_t(own)
        let numbers = pids.indices.map { puppet.openLevels.contains($0) ? nil : pids[$0] }
        return [Event(task: task, call: call, outcome: .pids(Array(numbers.dropFirst())))]
    }

    /// Waits until a process that is to die is dead, with all its threads.
    ///
    /// - Parameter orGone: It may be reaped already.
    func awaitDeath(of number: Int, orGone: Bool) throws(Stop) {
        let pidfd = kernaut_pidfd_open(stage.puppets[stage.leader(of: number)].pid)
        if pidfd == -ESRCH, orGone { return }
        guard pidfd >= 0, kernaut_pidfd_await_death(pidfd, -1) == 1 else {
            throw fault("await the end of \(stage.puppets[number].name): \(Errno(rawValue: -min(pidfd, 0)))")
        }
        close(pidfd)
    }

    /// A process sends a signal. What it kills is a zombie before the next step.
    mutating func send(
        _ signal: Action.FatalSignal,
        _ task: TaskName,
        _ target: TaskName,
        _ call: String
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let victim = stage.unreapedNumber(target)
        if let victim, stage.leader(of: victim) == stage.leader(of: number), signal != .none,
            !stage.isUnkillable(number, by: number)
        {
            do { try stage.suicide(number, victim, signal: Int32(signal.rawValue)) } catch { throw lost(error) }
            return [Event(task: task, call: call, outcome: .done)]
        }
        let events = try simple(task, call, KERNAUT_KILL, pidArgument(target, of: number), UInt64(signal.rawValue))
        if signal != .none, events.first?.outcome == .done, let victim, stage.alive(victim) != nil,
            !stage.isUnkillable(victim, by: number)
        {
            // One whose parent does not care may be gone already.
            try awaitDeath(of: victim, orGone: stage.hasCarelessParents)
            do { try stage.noteEnd(of: victim) } catch { throw lost(error) }
        }
        return events
    }

    /// Maps all ids of a process's user namespace to themselves.
    func mapIDs(of task: TaskName, _ call: String) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let everyID = "0 0 4294967295"
        let refused = try required { () throws(SystemError) -> Errno? in
            let folder = try ProcessFolder.path(ofPid: stage.puppets[stage.leader(of: number)].pid)
            if let refused = try SystemFile.write(everyID, to: "\(folder)/uid_map") { return refused }
            return try SystemFile.write(everyID, to: "\(folder)/gid_map")
        }
        return [Event(task: nil, call: call, outcome: refused.map { .failed($0) } ?? .done)]
    }

    /// A process maps its own ids to themselves.
    func mapSelf(_ task: TaskName, _ call: String) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let folder = try lossless { () throws(PuppetStage.Lost) in try stage.procFolder(of: number) }
        // In its own user namespace it has no number yet; here it has one.
        let users = ProcessFacts.statusField("Uid", of: String(folder.dropFirst("/proc/".utf8.count)))
        guard let user = users?.split(separator: "\t").dropFirst().first.flatMap({ UInt32($0) }) else {
            throw fault("\(folder)/status does not tell who \(task) is")
        }
        let line = "\(user) \(user) 1"
        let own = stage.puppets[number].leader == nil ? "self" : "thread-self"
        for (file, text) in [("uid_map", line), ("setgroups", "deny"), ("gid_map", line)] {
            let events = try write(task, text, to: "/proc/\(own)/\(file)", call)
            guard events.first?.outcome == .done else { return events }
        }
        return [Event(task: task, call: call, outcome: .done)]
    }

    /// Several processes fork at once, each until it is refused.
    mutating func race(_ names: [TaskName], _ call: String) throws(Stop) -> [Event] {
        let racers = names.compactMap { stage.living($0) }
        guard !racers.isEmpty else { return [] }
        // A racer puts its children's pids down, which must be those that the harness knows.
        if racers.contains(where: { stage.puppets[$0].childSpaces.count > 1 }) {
            throw Stop(ending: .unsupported(reason: "a race in a nested PID namespace is not run yet"))
        }
        let results: [(made: Int, refused: Errno)]?
        do { results = try stage.race(racers) } catch { throw lost(error) }
        guard let results else { throw fault("the program has more processes than it was admitted for") }
        return zip(racers, results).map { racer, result in
            Event(
                task: stage.puppets[racer].name,
                call: call,
                outcome: .forks(made: result.made, refused: result.refused)
            )
        }
    }
}
