import KernelABI

extension Kernel {
    /// `pidns_is_ancestor`: whether `namespace` is `ancestor` or below it.
    func isWithin(_ namespace: PIDNamespaceID, _ ancestor: PIDNamespaceID) -> Bool {
        sequence(first: namespace) { pidNamespaces[$0.index].parent }.contains(ancestor)
    }

    /// Whether a task can name another one: `pid_nr_ns` of the other is not 0 in its own PID namespace.
    public func sees(_ current: TaskID, _ other: TaskID) -> Bool {
        isWithin(tasks[other.index].pidNS, tasks[current.index].pidNS)
    }

    /// Whether a task's children are numbered in another PID namespace than the task: it has unshared or entered one.
    func isAboutToLeavePIDNS(_ task: TaskID) -> Bool {
        nsproxies[tasks[task.index].nsproxy.index].pidNSForChildren != tasks[task.index].pidNS
    }

    /// Whether a task's children are numbered in a PID namespace below the first.
    public func hasNestedPIDs(_ task: TaskID) -> Bool {
        nsproxies[tasks[task.index].nsproxy.index].pidNSForChildren != .initial
    }

    /// `copy_pid_ns` and `create_pid_namespace`, `kernel/pid_namespace.c`: what stands against a new one.
    ///
    /// - Parameter owner: the user namespace that will own it.
    func refusalOfNewPIDNS(
        _ current: TaskID,
        _ owner: UserNamespaceID,
        _ call: NamespaceCreation
    ) -> Refusal? {
        let elsewhere: Rule.Name = call == .clone ? .clonePIDNSElsewhere : .unsharePIDNSElsewhere
        let foreign: Rule.Name = call == .clone ? .clonePIDNSForeign : .unsharePIDNSForeign
        let old = nsproxies[tasks[current.index].nsproxy.index].pidNSForChildren
        if tasks[current.index].pidNS != old { return Refusal(elsewhere, .EINVAL) }
        let isBelow = sequence(first: owner) { userNamespaces[$0.index].parent }
            .contains(pidNamespaces[old.index].userNS)
        return isBelow ? nil : Refusal(foreign, .EINVAL)
    }

    /// `MAX_PID_NS_LEVEL`, `include/linux/pid_namespace.h`
    private static let maxPIDNSLevel = 32

    /// The same function's next question: how deep the new one would be.
    func refusalOfDepth(_ current: TaskID, _ call: NamespaceCreation) -> Refusal? {
        let level = pidNamespaces[tasks[current.index].pidNS.index].level + 1
        return level > Kernel.maxPIDNSLevel ? Refusal(call.depthOfPIDNS, .ENOSPC) : nil
    }

    /// Whether the end of a process would not come: it is the first one of a PID namespace, and somebody in there is the child of
    /// somebody who is not, and stays a zombie (`zap_pid_ns_processes`).
    public func exitWouldBlock(_ task: TaskID) -> Bool {
        guard let namespace = namespace(ofReaper: task) else { return false }
        let members = members(of: namespace)
        return members.contains { member in
            // Threads are reaped by their own end.
            guard let parent = tasks[member.index].realParent, !isThread(member) else { return false }
            if isProcessLiving(member), isReapedAtOnce(member) { return false }
            return !sameThreadGroup(parent, task) && !isWithin(tasks[parent.index].pidNS, namespace)
        }
    }

    /// `zap_pid_ns_processes`, `kernel/pid_namespace.c`: the end of a namespace's first process is everybody's, and all of
    /// them are reaped before it is a zombie itself.
    mutating func zapPIDNSProcesses(of task: TaskID) {
        guard let namespace = namespace(ofReaper: task) else { return }
        for index in pidNamespaces.indices where isWithin(PIDNamespaceID(index), namespace) {
            pidNamespaces[index].isAdding = false
        }
        let members = members(of: namespace)
        for member in members where isLiving(member) {
            exitFiles(member)
            cgroupExit(member)
            tasks[member.index].exitState = .zombie
            tasks[member.index].exitCode = 9
            living -= 1
        }
        // A thread goes before its leader does.
        for member in members.filter(isThread) + members.filter({ !isThread($0) }) { release(member) }
    }

    private func isFirst(_ task: TaskID, of namespace: PIDNamespaceID) -> Bool {
        pidNamespaces[namespace.index].childReaper.map { sameThreadGroup($0, task) } ?? false
    }

    /// The namespace whose first process a living task is of, below the initial one.
    private func namespace(ofReaper task: TaskID) -> PIDNamespaceID? {
        let namespace = tasks[task.index].pidNS
        return namespace != .initial && isUnkillable(task) ? namespace : nil
    }

    /// Everybody in a namespace and below who is not released, but for the tasks of its first process.
    private func members(of namespace: PIDNamespaceID) -> [TaskID] {
        tasks.indices.lazy.map { TaskID($0) }.filter { member in
            let task = tasks[member.index]
            return task.exitState != .dead && task.pidNS != .initial && isWithin(task.pidNS, namespace)
                && !isFirst(member, of: namespace)
        }
    }
}
