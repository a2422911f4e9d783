import CLinux
import Glibc
import KernelABI
import Scenario

/// Processes with several tasks.
extension PuppetStage {
    /// The process that a task is of.
    func leader(of number: Int) -> Int { puppets[number].leader ?? number }

    /// All tasks that a process ever had, its leader first.
    func tasks(ledBy leader: Int) -> [Int] { [leader] + puppets.indices.filter { puppets[$0].leader == leader } }

    /// All tasks of a process that are not gone.
    func group(of number: Int) -> [Int] {
        tasks(ledBy: leader(of: number)).filter { puppets[$0].state != .reaped }
    }

    /// Whether a process has other tasks.
    func isThreaded(_ number: Int) -> Bool { group(of: number).count > 1 }

    /// The first task of a process that lives; nil where it has ended.
    func alive(_ number: Int) -> Int? { group(of: number).first { puppets[$0].state == .living } }

    /// Where /proc has a child that cannot be named by a pidfd: a thread, or one that answers for its parent. It looks itself, since
    /// its parent may be suspended.
    func folder(
        of name: TaskName,
        _ slot: UInt32,
        isThread: Bool,
        madeBy parent: Int
    ) throws(Lost) -> String {
        setText(slot: slot, isThread ? "/proc/thread-self\0" : "/proc/self\0")
        let result = kernaut_puppet_call(table, slot, puppets[parent].pid, KERNAUT_READLINK, 0, 0)
        guard result == 0 else {
            throw Lost(name: name, what: "cannot be found: \(Errno(rawValue: Int32(-result)))")
        }
        return "/proc/\(String(cString: kernaut_puppet_text(table, slot)!))"
    }

    /// All pids of a task that /proc has there.
    func pids(of name: TaskName, in folder: String) throws(Lost) -> [pid_t] {
        do { return try ProcessFolder.pids(inFolder: folder) } catch {
            throw Lost(name: name, what: "cannot be found: \(error.description)")
        }
    }

    /// Has one of several tasks end. A thread is gone then. Who leads threads is a zombie.
    mutating func endThread(_ number: Int, status: UInt8) throws(Lost) {
        let puppet = puppets[number]
        let folder = try procFolder(of: number)
        kernaut_puppet_leave(table, puppet.slot, KERNAUT_EXIT, UInt64(status), 0)
        guard try Patience.awaits({ () throws(Lost) in try hasEnded(number, folder) }) else {
            throw Lost(name: puppet.name, what: "does not end")
        }
        try noteThreadEnd(of: number)
    }

    /// Where /proc has a task.
    func procFolder(of number: Int) throws(Lost) -> String {
        if let folder = puppets[number].folder { return folder }
        do { return try ProcessFolder.path(ofPid: puppets[number].pid) } catch {
            throw Lost(name: puppets[number].name, what: "cannot be found: \(error.description)")
        }
    }

    private func hasEnded(_ number: Int, _ folder: String) throws(Lost) -> Bool {
        if puppets[number].leader != nil { return kill(puppets[number].pid, 0) != 0 && errno == ESRCH }
        guard let stat = try? SystemFile.read("\(folder)/stat"), let close = stat.lastIndex(of: ")") else {
            throw Lost(name: puppets[number].name, what: "has no state in /proc")
        }
        return stat[close...].dropFirst(2).first == "Z"
    }

    private mutating func noteThreadEnd(of number: Int) throws(Lost) {
        let leader = leader(of: number)
        if number == leader { becomeDelayedZombie(number) } else { becomeReaped(number) }
        guard let heir = alive(leader) else { return try noteEnd(of: leader) }
        for child in children(of: number) { adopt(child, by: heir) }
    }

    /// Has a process end with all its tasks.
    mutating func endGroup(_ number: Int, status: UInt8) throws(Lost) {
        let pidfd = kernaut_pidfd_open(puppets[leader(of: number)].pid)
        guard pidfd >= 0 else { throw Lost(name: puppets[number].name) }
        defer { close(pidfd) }
        kernaut_puppet_leave(table, puppets[number].slot, KERNAUT_EXIT_GROUP, UInt64(status), 0)
        guard kernaut_pidfd_await_death(pidfd, -1) == 1 else { throw Lost(name: puppets[number].name) }
        try noteEnd(of: number)
    }
}

extension Conductor {
    /// Has a process end, or one of several tasks of a process.
    ///
    /// In 7.3 a task leaves its cgroup's list only when it does not run any more (`cgroup_task_dead`), which is after it was
    /// released: as long as others of its process live, the list shows it.
    mutating func end(_ number: Int, status: UInt8) throws(Stop) {
        let isThreaded = stage.isThreaded(number)
        do { try stage.end(number, status: status) } catch { throw lost(error) }
        if isThreaded { try awaitLeaving(number) }
    }

    /// Waits until no cgroup lists a task that has ended.
    func awaitLeaving(_ number: Int) throws(Stop) {
        let puppet = stage.puppets[number]
        let hasLeft = try Patience.awaits { () throws(Stop) in
            try required { () throws(SystemError) in try !files.list(puppet.pid) }
        }
        guard hasLeft else { throw fault("\(puppet.name) has ended, and its cgroup lists it") }
    }

    /// The clones with `CLONE_VFORK` that have come back. They are waited for where the child has ended or called execve.
    mutating func vforkReturns() throws(Stop) -> [Event] {
        var events: [Event] = []
        for (parent, child) in stage.suspended.sorted(by: { $0.key < $1.key }) {
            let puppet = stage.puppets[parent]
            guard puppet.state == .living else {
                stage.suspended[parent] = nil
                continue
            }
            let hasEnded = stage.puppets[child].state != .living || stage.resumed.contains(child)
            let result = kernaut_puppet_returned(stage.table, puppet.slot, puppet.pid, hasEnded ? 1 : 0)
            if result == 0 { continue }
            stage.suspended[parent] = nil
            guard result == Int64(stage.puppets[child].pids[puppet.spaces.count - 1]) else {
                throw fault("\(puppet.name) is told that it has made \(result), and not \(stage.puppets[child].name)")
            }
            events.append(Event(task: puppet.name, call: Action.vforkReturn, outcome: .done))
        }
        return events
    }

    /// The file that a thread is moved by.
    var threadList: String { cgroup.hierarchy.kind == .v1 ? "tasks" : "cgroup.threads" }
}
