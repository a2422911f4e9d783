import KernelABI

extension Kernel {
    /// `kill(target, signal)` with signal 0 or `SIGKILL`: `check_kill_permission`, `kernel/signal.c`.
    ///
    /// A zombie takes signals like any other process, to no effect. A thread's pid stands for its process, which dies as a whole.
    public mutating func kill(_ current: TaskID, _ target: TaskID, isFatal: Bool) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(tasks[target.index].exitState != .dead, "a task that is gone has no pid")
        let (cred, tcred) = (cred(of: current), self.cred(of: target))
        // kill_ok_by_cred: all users of a task are the same in this model.
        if !sameThreadGroup(current, target), cred.user != tcred.user, !nsCapable(cred, .CAP_KILL, in: tcred.userNS) {
            return .refused(Refusal(.killNotPermitted, .EPERM))
        }
        if isFatal, isProcessLiving(target), !isUnkillable(target, by: current) { exitGroup(target, code: 9) }
        return .success(())
    }

    /// `SIGNAL_UNKILLABLE`: the process is the first one of a PID namespace.
    func isUnkillable(_ task: TaskID) -> Bool {
        pidNamespaces[tasks[task.index].pidNS.index].childReaper.map { sameThreadGroup($0, task) } ?? false
    }

    /// `SIGNAL_UNKILLABLE`: the first process of a PID namespace takes no `SIGKILL` from within (`sig_task_ignored`,
    /// `kernel/signal.c`). The call succeeds.
    public func isUnkillable(_ target: TaskID, by current: TaskID) -> Bool {
        isUnkillable(target) && tasks[current.index].pidNS == tasks[target.index].pidNS
    }

    /// What `pidfd_open` answers to the pid of a thread; nil where a process has it.
    public func refusalOfPidfd(of task: TaskID) -> Refusal? {
        guard isThread(task) else { return nil }
        return Refusal(.pidfdOfThread, Rules.named(.pidfdOfThread, in: configuration.version).errno)
    }

    /// What a call answers that names a process by the pid of one which is gone, or never was.
    public func noSuchProcess(_ rule: Rule.Name) -> Refusal { Refusal(rule, .ESRCH) }
}
