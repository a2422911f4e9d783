import KernelABI

extension Kernel {
    /// `do_exit`, `kernel/exit.c`: the task becomes a zombie, and its children those of the first task of its PID namespace.
    /// That one's end is the end of all in there. An end that would not come must not be asked for: see
    /// ``exitWouldBlock(_:)``.
    ///
    /// It keeps its place in its user's count and in its cgroups until it is released. Its parent never ignores
    /// `SIGCHLD` in this model, so nothing is reaped by itself.
    ///
    /// - Parameter code: as `wait` reports it: a status times 256, or a signal's number.
    public mutating func exit(_ task: TaskID, code: Int32) {
        precondition(isLiving(task), "only a living task ends")
        precondition(task != Kernel.initTask, "the first task does not end")
        precondition(!exitWouldBlock(task), "this end does not come")
        exitFiles(task)
        cgroupExit(task)
        zapPIDNSProcesses(of: task)
        forgetOriginalParent(task)
        tasks[task.index].exitState = .zombie
        tasks[task.index].exitCode = code
        living -= 1
    }

    /// `waitpid` on an ended child: `__do_wait` and `wait_task_zombie`, `kernel/exit.c`.
    ///
    /// - Parameter child: the one to wait for; nil takes the first ended one in the order of the list of children.
    /// - Returns: the child that was reaped, or `ECHILD`. A wait that would block must not be asked for: see
    ///   ``wouldBlock(_:waitingFor:)``.
    public mutating func wait(_ current: TaskID, child: TaskID?) -> Transition<TaskID> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(!wouldBlock(current, waitingFor: child), "this wait does not come back")
        let candidate = child ?? children(of: current).first { isEligible($0) && tasks[$0.index].exitState == .zombie }
        guard let zombie = candidate, tasks[zombie.index].realParent == current,
            tasks[zombie.index].exitState == .zombie, isEligible(zombie)
        else { return .refused(Refusal(.waitNoChild, .ECHILD)) }
        release(zombie)
        return .success(zombie)
    }

    /// Whether a `waitpid` would sleep: there is a child to wait for, and none of those has ended.
    public func wouldBlock(_ current: TaskID, waitingFor child: TaskID?) -> Bool {
        if let child { return tasks[child.index].realParent == current && isLiving(child) && isEligible(child) }
        var isThereAny = false
        for child in children(of: current) where isEligible(child) {
            if tasks[child.index].exitState == .zombie { return false }
            isThereAny = true
        }
        return isThereAny
    }

    /// `eligible_child`, without `__WALL` and `__WCLONE`.
    private func isEligible(_ child: TaskID) -> Bool {
        tasks.attributes(of: child).exitSignal == UInt8(CloneArgs.SIGCHLD)
    }

    /// `release_task`, `kernel/exit.c`: the zombie leaves its user's count, then its cgroups, then the lists.
    public mutating func release(_ task: TaskID) {
        precondition(tasks[task.index].exitState == .zombie, "only a zombie is released")
        uncountProcess(cred(of: task).ucounts)
        cgroupRelease(task)
        unlink(task)
        tasks[task.index].realParent = nil
        tasks[task.index].exitState = .dead
    }

    /// `forget_original_parent` and `find_new_reaper`: the first task of the PID namespace is the reaper, and the children go
    /// to the end of its list.
    private mutating func forgetOriginalParent(_ father: TaskID) {
        let orphans = Array(children(of: father))
        guard !orphans.isEmpty else { return }
        let reaper = pidNamespaces[tasks[father.index].pidNS.index].childReaper ?? Kernel.initTask
        precondition(reaper != father, "who takes everybody along leaves no orphans")
        for orphan in orphans {
            unlink(orphan)
            tasks[orphan.index].realParent = reaper
            // reparent_leader
            tasks[orphan.index].exitSignal = UInt8(CloneArgs.SIGCHLD)
            link(orphan, under: reaper)
        }
    }
}
