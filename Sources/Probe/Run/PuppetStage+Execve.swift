import CLinux
import Glibc
import KernelABI
import Scenario

/// Processes that run their program anew.
extension PuppetStage {
    /// Has puppets that are made from now on keep what they need for execve, or not.
    func keepTableForExec(_ keeps: Bool) { kernaut_table_keep_for_exec(table, keeps ? 1 : 0) }

    /// Why puppets cannot call execve here; nil where they can. What is run is the probe's own file, by whatever user: who may not
    /// read a program is not to be looked at when it runs.
    static func lackForExec() -> String? {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "the probe's own file is not to be found" }
        return status.st_mode & 0o5 == 0o5 ? nil : "the probe's own file is not for everybody to read and run"
    }

    /// Notes that a task's process goes on with that task alone, under its leader's pid.
    ///
    /// - Returns: the tasks that have ended by it, as they were known.
    mutating func noteExecve(of number: Int) -> [Int] {
        let leader = leader(of: number)
        let group = group(of: number)
        for other in group where other != leader {
            for child in children(of: other) { adopt(child, by: leader) }
        }
        // A leader that waited does not come back, though it is known by its name.
        suspended = suspended.filter { !group.contains($0.key) }
        if suspended.values.contains(leader) { resumed.insert(leader) }
        if number != leader {
            (puppets[leader].slot, puppets[number].slot) = (puppets[number].slot, puppets[leader].slot)
            puppets[leader].childSpaces = puppets[number].childSpaces
            puppets[leader].state = .living
        }
        let ended = group.filter { $0 != leader }
        for other in ended { becomeReaped(other) }
        return ended
    }
}

extension Conductor {
    /// Has a task call execve. The program answers when it runs.
    mutating func execve(_ task: TaskName, _ call: String) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        // A thread has no pid of its own when it answers.
        let (slot, pid) = (stage.puppets[number].slot, stage.puppets[stage.leader(of: number)].pid)
        let result = kernaut_puppet_call(stage.table, slot, pid, KERNAUT_EXECVE, 0, 0)
        if result == -Int64(ESTALE) { throw lost(PuppetStage.Lost(name: task)) }
        if result < 0 { return [Event(task: task, call: call, outcome: .failed(Errno(rawValue: Int32(-result))))] }
        for ended in stage.noteExecve(of: number) { try awaitLeaving(ended) }
        return [Event(task: task, call: call, outcome: .done)]
    }
}

extension Program {
    /// Some step runs a program anew.
    var callsExecve: Bool {
        steps.contains { if case .execve = $0.action { true } else { false } }
    }
}
