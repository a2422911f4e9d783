import KernelABI

extension Kernel {
    /// `do_exit`, `kernel/exit.c`: the task becomes a zombie, and its children those of the first task of its PID namespace.
    /// That one's end is the end of all in there. An end that would not come must not be asked for: see
    /// ``exitWouldBlock(_:)``.
    ///
    /// It keeps its place in its user's count and in its cgroups until it is released: by who waits for it, or at once where its
    /// parent does not care (``isReapedAtOnce(_:)``).
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
        if isReapedAtOnce(task) { release(task) }
    }

    /// `release_task`, `kernel/exit.c`: the zombie leaves its user's count, then its cgroups, then
    /// its numbers and the lists.
    public mutating func release(_ task: TaskID) {
        precondition(tasks[task.index].exitState == .zombie, "only a zombie is released")
        uncountProcess(cred(of: task).ucounts)
        cgroupRelease(task)
        detachPid(of: task)
        unreaped -= 1
        unlink(task)
        tasks[task.index].realParent = nil
        tasks[task.index].exitState = .dead
    }

    /// `forget_original_parent`: the children go to the end of the reaper's list. It is told of those that are zombies.
    private mutating func forgetOriginalParent(_ father: TaskID) {
        let orphans = Array(children(of: father))
        guard !orphans.isEmpty else { return }
        let reaper = newReaper(of: father)
        precondition(reaper != father, "who takes everybody along leaves no orphans")
        for orphan in orphans {
            unlink(orphan)
            tasks[orphan.index].realParent = reaper
            // reparent_leader
            tasks[orphan.index].exitSignal = UInt8(CloneArgs.SIGCHLD)
            link(orphan, under: reaper)
            if tasks.exitState(of: orphan) == .zombie, isReapedAtOnce(orphan) { release(orphan) }
        }
    }
}
