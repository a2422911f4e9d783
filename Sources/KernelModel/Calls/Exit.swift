import KernelABI

extension Kernel {
    /// `do_exit`, `kernel/exit.c`: the task becomes a zombie, and its children those of another task of its process, or else of
    /// the first task of its PID namespace. That one's end is the end of all in there. An end that would not come must not be
    /// asked for: see ``exitWouldBlock(_:)``.
    ///
    /// A thread is released at once. A leader stays a zombie as long as its process has threads, and nobody can wait for it.
    ///
    /// It keeps its place in its user's count and in its cgroups until it is released: by who waits for it, or at once where its
    /// parent does not care (``isReapedAtOnce(_:)``).
    ///
    /// - Parameter code: as `wait` reports it: a status times 256, or a signal's number.
    public mutating func exit(_ task: TaskID, code: Int32) {
        precondition(isLiving(task), "only a living task ends")
        precondition(task != Kernel.initTask, "the first task does not end")
        precondition(hasLivingThreads(beside: task) || !exitWouldBlock(task), "this end does not come")
        if !sharing.isEmpty { synchronizeGroupExit(task, code) }
        exitFiles(task)
        cgroupExit(task)
        findChildReaper(task)
        forgetOriginalParent(task)
        tasks[task.index].exitState = .zombie
        tasks[task.index].exitCode = code
        living -= 1
        if !sharing.isEmpty { return notifyEnd(of: task) }
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
        if !isThread(task) { unlink(task) }
        exitSignal(task)
        tasks[task.index].realParent = nil
        tasks[task.index].exitState = .dead
    }

    /// `forget_original_parent`: the children go to the end of the reaper's list. It is told of those that are zombies, unless it
    /// is of the same process.
    private mutating func forgetOriginalParent(_ father: TaskID) {
        let orphans = Array(children(of: father))
        guard !orphans.isEmpty else { return }
        let reaper = newReaper(of: father)
        precondition(reaper != father, "who takes everybody along leaves no orphans")
        let staysInProcess = sameThreadGroup(reaper, father)
        if unorderedParents.contains(father) { unorderedParents.insert(reaper) }
        for orphan in orphans {
            unlink(orphan)
            setForProcess(orphan, \.realParent, reaper)
            // reparent_leader
            if !staysInProcess { tasks[orphan.index].exitSignal = UInt8(CloneArgs.SIGCHLD) }
            link(orphan, under: reaper)
            if staysInProcess || isDelayedLeader(orphan) { continue }
            if tasks.exitState(of: orphan) == .zombie, isReapedAtOnce(orphan) { release(orphan) }
        }
    }

    /// `find_child_reaper`: where the first task of a PID namespace ends, another one of its process takes its place, and else
    /// everybody in there ends.
    private mutating func findChildReaper(_ father: TaskID) {
        let namespace = tasks.attributes(of: father).pidNS
        guard namespace != .initial, pidNamespaces[namespace.index].childReaper == father else { return }
        if let thread = aliveThread(beside: father) {
            pidNamespaces[namespace.index].childReaper = thread
        } else {
            zapPIDNSProcesses(of: father)
        }
    }
}
