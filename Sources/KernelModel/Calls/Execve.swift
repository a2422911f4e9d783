import KernelABI

extension KernelConfiguration {
    /// Whether execve moves a task to the time namespace that it has for its children (`exec_task_namespaces`): since the release
    /// in which a child may share memory with who has one. 6.1 does not, 6.12 and 7.3 do.
    var entersClocksAtExec: Bool { !refusesSharedClocks }
}

/// `execve` of a program that everybody may read and run, that gives no rights and that nobody traces: `fs/exec.c`.
extension Kernel {
    /// The caller's process goes on with that program, and has one task. It is known by the pid that it had, which is its leader's:
    /// a thread that calls this takes that one's place, and its own number is gone.
    ///
    /// - Returns: the task that the process is known by.
    public mutating func execve(_ current: TaskID) -> Transition<TaskID> {
        precondition(isLiving(current), "only a living task makes calls")
        let own = tasks.attributes(of: current)
        // do_execveat_common. Nobody is exempt who was not when setresuid marked it.
        if own.isOverNproc,
            let refusal = rlimitOverlimit(cred(of: current).ucounts, own.rlimitNproc.current, rule: .execveNproc)
        {
            return .refused(refusal)
        }
        tasks[current.index].isOverNproc = false
        let isUnsafe = isUnsafeToGain(current)
        let task = deThread(current)
        // Each descriptor of a program is closed by execve; unshare_files leaves those of others alone.
        tasks[task.index].files = .none
        releaseMm(of: task)
        if configuration.entersClocksAtExec { enterClocksOfChildren(task) }
        // unshare_sighand, flush_signal_handlers
        sharing.sighands[task] = nil
        tasks[task.index].childSignal = Kernel.clearedHandler(own.childSignal)
        tasks[task.index].exitSignal = UInt8(CloneArgs.SIGCHLD)
        let children = Array(children(of: task))
        // self_exec_id: do_notify_parent tells of children that were born before by SIGCHLD, whatever they were to tell by.
        for child in children where tasks.attributes(of: child).exitSignal != UInt8(CloneArgs.SIGCHLD) {
            setForProcess(child, \.hasParentExeced, true)
        }
        commitCreds(task, credOfProgram(cred(of: task), isUnsafe: isUnsafe))
        return .success(task)
    }

    /// `exec_mmap`: memory of its own, which who reads the program may look at, and which is that of the user namespace that the
    /// task is in. Who waits for the old one to be given up does not any more.
    private mutating func releaseMm(of task: TaskID) {
        sharing.mms[task] = nil
        tasks[task.index].isDumpable = true
        tasks[task.index].userNSOfMm = cred(of: task).userNS
        for index in vforks.indices where vforks[index].child == task { vforks[index].isDone = true }
    }

    /// `cap_bprm_creds_from_file`, `security/commoncap.c`: root of the user namespace has every capability, anybody else none. Where
    /// nobody is root, since there is no map, that is everybody.
    ///
    /// - Parameter isUnsafe: nothing is gained.
    private func credOfProgram(_ cred: Cred, isUnsafe: Bool) -> Cred {
        var cred = cred
        let isRoot = cred.user == .initUser && userNamespaces[cred.userNS.index].maps(.initUser)
        cred.capEffective = isRoot ? (isUnsafe ? cred.capEffective : .all) : []
        return cred
    }

    /// `check_unsafe_exec`: the process is to gain nothing, or another one has the same root and working directory.
    private func isUnsafeToGain(_ current: TaskID) -> Bool {
        if tasks.attributes(of: current).hasNoNewPrivs { return true }
        let fs = tasks.attributes(of: current).fs
        guard fs != .own else { return false }
        return tasks.indices.contains { other in
            tasks.attributes(of: TaskID(other)).fs == fs && !sameThreadGroup(TaskID(other), current)
        }
    }

    /// `de_thread`: all other tasks of the process end, and the caller gets its leader's numbers and place among its siblings. What
    /// is released is the leader, with what it counted with, under the number of the caller.
    private mutating func deThread(_ current: TaskID) -> TaskID {
        guard !isThreadGroupEmpty(current) else { return current }
        let leader = groupLeader(of: current)
        let others = threads(of: current).filter { $0 != current }
        // In which order they leave their children behind is the scheduler's.
        if others.count(where: tasks.hasChildren) > 1 { unorderedParents.insert(leader) }
        for other in others.reversed() where isLiving(other) { exit(other, code: 9) }
        // A leader that waited for a child does not come back, though its handle lives on.
        vforks = vforks.filter { isLiving($0.parent) }
        guard current != leader else { return leader }
        exchange(current, with: leader)
        release(current)
        return leader
    }

    /// `exchange_tids` and `transfer_pid`, the other way around: a number keeps its handle here, and gets the other task.
    private mutating func exchange(_ current: TaskID, with leader: TaskID) {
        let survivor = tasks.attributes(of: current)
        tasks[current.index].attributes = tasks.attributes(of: leader)
        tasks[current.index].exitState = .zombie
        tasks[leader.index].attributes = survivor
        tasks[leader.index].exitState = .running
        tasks[leader.index].exitCode = 0
        if unorderedParents.contains(current) { unorderedParents.insert(leader) }
        for child in Array(children(of: current)) {
            unlink(child)
            setForProcess(child, \.realParent, leader)
            link(child, under: leader)
        }
        for index in pidNamespaces.indices where pidNamespaces[index].childReaper == current {
            pidNamespaces[index].childReaper = leader
        }
    }
}
