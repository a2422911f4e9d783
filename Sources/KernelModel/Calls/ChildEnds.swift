import KernelABI

extension Kernel {
    /// `rt_sigaction(SIGCHLD)`: `do_sigaction`, `kernel/signal.c`. Children that are zombies by then stay so.
    public mutating func sigaction(_ current: TaskID, SIGCHLD action: Task.ChildSignal) {
        precondition(isLiving(current), "only a living task makes calls")
        for sharer in sharingSighand(with: current) { tasks[sharer.index].childSignal = action }
    }

    /// `prctl(PR_SET_CHILD_SUBREAPER)`, `kernel/sys.c`. Orphans that found a parent before keep it.
    public mutating func setChildSubreaper(_ current: TaskID, _ isSubreaper: Bool) {
        precondition(isLiving(current), "only a living task makes calls")
        setForProcess(current, \.isChildSubreaper, isSubreaper)
    }

    /// `do_notify_parent`, `kernel/signal.c`: whether a task that ends now is released at once, since its parent does not care.
    /// Only those whose end SIGCHLD tells are, and those whose parent has called execve since they were born.
    public func isReapedAtOnce(_ task: TaskID) -> Bool {
        let own = tasks.attributes(of: task)
        // Since 7.3.
        if own.isAutoreaped { return true }
        guard own.exitSignal == UInt8(CloneArgs.SIGCHLD) || own.hasParentExeced,
            let parent = tasks[task.index].realParent
        else {
            return false
        }
        return tasks.attributes(of: parent).childSignal != .default
    }

    /// Whether somebody is released by a task's end itself: the task, or a zombie that comes to a careless reaper.
    public func endReleases(_ task: TaskID) -> Bool {
        if isThread(task) || isReapedAtOnce(task) { return true }
        guard tasks.attributes(of: newReaper(of: task)).childSignal != .default else { return false }
        return children(of: task).contains { tasks.exitState(of: $0) == .zombie }
    }

    /// `find_new_reaper`, `kernel/exit.c`: another task of the process, or the nearest ancestor in the PID namespace that is a
    /// subreaper, else the namespace's first task. Who has an ancestor that is one has `has_child_subreaper`: a fork hands it on, and the call hands it to all
    /// that are there.
    ///
    /// - Parameter ignoringOwnProcess: no other task of the process is to be it.
    func newReaper(of father: TaskID, ignoringOwnProcess: Bool = false) -> TaskID {
        if !ignoringOwnProcess, let thread = aliveThread(beside: father) { return thread }
        let namespace = tasks[father.index].pidNS
        var ancestor = tasks[father.index].realParent
        while let candidate = ancestor, candidate != Kernel.initTask, tasks[candidate.index].pidNS == namespace {
            if tasks.attributes(of: candidate).isChildSubreaper, let thread = aliveThread(of: candidate) {
                return thread
            }
            ancestor = tasks[candidate.index].realParent
        }
        return pidNamespaces[namespace.index].childReaper ?? Kernel.initTask
    }

    /// `flush_signal_handlers` for `CLONE_CLEAR_SIGHAND`: what is ignored stays so, flags do not.
    static func clearedHandler(_ action: Task.ChildSignal) -> Task.ChildSignal {
        action == .ignored ? .ignored : .default
    }
}
