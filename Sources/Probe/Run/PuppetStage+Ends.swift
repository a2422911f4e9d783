import CLinux
import Glibc
import KernelABI
import Scenario

/// What becomes of processes that have ended.
extension PuppetStage {
    /// Notes that a process has ended with all its threads. It is a zombie, unless its parent does not care for it: then it is gone, and so may be
    /// zombies among its children, who have another parent now.
    mutating func noteEnd(of number: Int) throws(Lost) {
        let leader = leader(of: number)
        awaitGivenUp(puppets[leader].pid)
        for thread in tasks(ledBy: leader) where thread != leader && puppets[thread].state != .reaped {
            becomeReaped(thread)
        }
        let zombies = tasks(ledBy: leader).flatMap(children).filter {
            puppets[$0].state == .zombie && alive($0) == nil
        }
        becomeZombie(leader)
        guard hasCarelessParents else { return }
        kernaut_await_ends_decided()
        for ended in [leader] + zombies where puppets[ended].state == .zombie {
            if try isGone(ended) { becomeReaped(ended) }
        }
    }

    /// Whether an ended process may still be counted to its cgroup. In 7.3 it leaves that only when it has run for the last
    /// time (`cgroup_task_dead`, `kernel/sched/core.c`), which is after its parent and its pidfds are told of its end; in
    /// 6.12 before.
    private static let leavesCgroupLate =
        KernelVersion(Probe.release()).map { $0.release > KernelVersion(6, 12) } ?? true

    /// Waits until an ended process has run for the last time. Right after it has left its cgroup its stack is given up, and
    /// `/proc/PID/syscall` shows no registers any more.
    private func awaitGivenUp(_ pid: pid_t) {
        guard Self.leavesCgroupLate, let folder = try? ProcessFolder.path(ofPid: pid) else { return }
        _ = Patience.awaits { (try? SystemFile.read("\(folder)/syscall"))?.hasPrefix("-1 0x0 0x0") ?? true }
    }

    /// Whether an ended process is none any more. One that is about to go is waited for: its charge goes with it.
    private func isGone(_ number: Int) throws(Lost) -> Bool {
        let pid = puppets[number].pid
        var isGone = false
        let isDecided = Patience.awaits {
            isGone = kill(pid, 0) != 0 && errno == ESRCH
            if isGone { return true }
            guard let folder = try? ProcessFolder.path(ofPid: pid), let stat = try? SystemFile.read("\(folder)/stat"),
                let close = stat.lastIndex(of: ")")
            else { return false }
            return stat[close...].dropFirst(2).first == "Z"
        }
        guard isDecided else { throw Lost(name: puppets[number].name, what: "is neither a zombie nor gone") }
        return isGone
    }
}

/// Calls that decide what becomes of processes that end.
extension Conductor {
    mutating func sigchld(
        _ task: TaskName,
        _ childSignal: Action.ChildSignal,
        _ call: String
    ) throws(Stop) -> [Event] {
        let kind: UInt64 =
            switch childSignal {
            case .SIG_DFL: 0
            case .SIG_IGN: 1
            case .SA_NOCLDWAIT: 2
            }
        stage.hasCarelessParents = true
        return try simple(task, call, KERNAUT_SIGCHLD, kind)
    }

    mutating func subreaper(_ task: TaskName, _ isSubreaper: Bool, _ call: String) throws(Stop) -> [Event] {
        let events = try simple(task, call, KERNAUT_SUBREAPER, isSubreaper ? 1 : 0)
        if events.first?.outcome == .done, let number = stage.living(task) {
            stage.noteSubreaper(number, isSubreaper)
        }
        return events
    }
}
