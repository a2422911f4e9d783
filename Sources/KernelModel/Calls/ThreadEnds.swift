import KernelABI

extension KernelConfiguration {
    /// Whether a process whose last task ends by itself takes that one's status for its own (`synchronize_group_exit`), and not its
    /// leader's: 6.1 does and 5.10 does not; what is between them was not looked at.
    var takesLastThreadsStatus: Bool { Rule.Versions(since: KernelVersion(6, 0)).contains(version) }
}

/// Ends of processes with several threads.
extension Kernel {
    /// `do_group_exit`, `kernel/exit.c`, and `SIGKILL` to a process: all its tasks end, and it has one status.
    ///
    /// - Parameter task: any of its tasks. Some task lives.
    /// - Parameter code: as `wait` reports it.
    public mutating func exitGroup(_ task: TaskID, code: Int32) {
        let threads = threads(of: task)
        if threads.count > 1 {
            let leader = groupLeader(of: task)
            if sharing.groups[leader]?.exitCode == nil { sharing.groups[leader]?.exitCode = code }
            // In which order they leave their children behind is the scheduler's.
            if threads.count(where: tasks.hasChildren) > 1 { unorderedParents.insert(adopter(of: task)) }
        }
        // Who is the first task of a PID namespace takes those along that are in there, who are none of these.
        for thread in threads.reversed() where isLiving(thread) { exit(thread, code: code) }
    }

    /// `synchronize_group_exit`, `kernel/exit.c`: who ends last, and by itself, decides the status.
    mutating func synchronizeGroupExit(_ task: TaskID, _ code: Int32) {
        let leader = groupLeader(of: task)
        guard configuration.takesLastThreadsStatus, sharing.groups[leader]?.exitCode == nil,
            threads(of: task).count(where: isLiving) == 1
        else { return }
        sharing.groups[leader]?.exitCode = code
    }

    /// `exit_notify` and `release_task`: a thread is released by its own end, and the last one's end is told to who waits for
    /// the process.
    mutating func notifyEnd(of task: TaskID) {
        let leader = groupLeader(of: task)
        if task != leader { release(task) }
        guard tasks.exitState(of: leader) == .zombie, isThreadGroupEmpty(leader) else { return }
        if let code = sharing.groups[leader]?.exitCode { tasks[leader.index].exitCode = code }
        if isReapedAtOnce(leader) { release(leader) }
    }

    /// To whom the children of a process come when all of its tasks are gone.
    func adopter(of task: TaskID) -> TaskID {
        newReaper(of: groupLeader(of: task), ignoringOwnProcess: true)
    }
}
