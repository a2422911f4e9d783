import KernelABI

extension KernelConfiguration {
    /// Whether `copy_process` refuses a child that shares memory to who has another time namespace for its children than for
    /// itself. Later such a child stays where its parent is.
    var refusesSharedClocks: Bool { Rules.refusesSharedClocks.contains(version) }
}

/// Time namespaces, `kernel/time/namespace.c`. `unshare` makes one for the caller's children, `clone3` one for the child that it
/// makes, and `setns` takes the caller along.
extension Kernel {
    /// `clone_time_ns`: it begins with the offsets of the old one, which can be changed until somebody is in there.
    mutating func cloneTimeNS(_ old: TimeNamespaceID, _ owner: UserNamespaceID) -> TimeNamespaceID {
        timeNamespaces.append(TimeNamespace(userNS: owner, offsets: timeNamespaces[old.index].offsets))
        return TimeNamespaceID(timeNamespaces.count - 1)
    }

    /// `copy_process`, `kernel/fork.c`: memory that is shared shows one time alone.
    func refusalOfSharedClocks(_ current: TaskID, _ flags: CloneFlags) -> Refusal? {
        guard configuration.refusesSharedClocks, !flags.isDisjoint(with: [.CLONE_THREAD, .CLONE_VM]) else { return nil }
        return hasOtherClocks(current) ? Refusal(.cloneSharedClocks, .EINVAL) : nil
    }

    /// `time_ns != time_ns_for_children`
    private func hasOtherClocks(_ task: TaskID) -> Bool {
        let proxy = nsproxies[tasks.attributes(of: task).nsproxy.index]
        return proxy.timeNS != proxy.timeNSForChildren
    }

    /// `copy_namespaces`, `kernel/nsproxy.c`, has `timens_on_fork` freeze the offsets of the children's time namespace, unless the
    /// child has a new one. A fork that fails later has done so all the same.
    mutating func freezeOffsetsOfChild(of current: TaskID, _ flags: CloneFlags) {
        guard timeNamespaces.count > 1, !flags.contains(.CLONE_NEWTIME), movesToOtherClocks(flags),
            hasOtherClocks(current)
        else { return }
        freezeOffsets(of: nsproxies[tasks.attributes(of: current).nsproxy.index].timeNSForChildren)
    }

    /// A child that shares memory keeps its parent's clocks, where it is not refused.
    private func movesToOtherClocks(_ flags: CloneFlags) -> Bool {
        !flags.contains(.CLONE_VM) || configuration.refusesSharedClocks
    }

    /// `copy_namespaces` and `timens_on_fork`: the namespaces of a task's child.
    ///
    /// - Parameters:
    ///   - user: whom new ones count with.
    ///   - owner: who will own them.
    ///   - cset: what the child starts in.
    mutating func proxyOfChild(
        of current: TaskID,
        _ flags: CloneFlags,
        _ user: UserID,
        _ owner: UserNamespaceID,
        _ cset: CSSSetID
    ) -> NSProxyID {
        let parent = tasks.attributes(of: current).nsproxy
        let made = flags.isEmpty ? parent : createNewNamespaces(flags, of: current, user, owner)
        if flags.contains(.CLONE_NEWCGROUP) { moveRoot(of: nsproxies[made.index].cgroupNS, cset) }
        // This is asked at every fork, and hardly anybody has made one.
        guard timeNamespaces.count > 1, movesToOtherClocks(flags) else { return made }
        let entered = nsproxies[made.index].timeNSForChildren
        guard nsproxies[made.index].timeNS != entered else { return made }
        freezeOffsets(of: entered)
        if made == parent { return proxyOfChildren(of: parent) }
        nsproxies[made.index].timeNS = entered
        return made
    }

    /// The kernel makes one for each child; those of one parent are alike.
    private mutating func proxyOfChildren(of parent: NSProxyID) -> NSProxyID {
        if let known = proxiesOfChildren[parent] { return known }
        var proxy = nsproxies[parent.index]
        proxy.timeNS = proxy.timeNSForChildren
        nsproxies.append(proxy)
        let made = NSProxyID(nsproxies.count - 1)
        proxiesOfChildren[parent] = made
        return made
    }

    /// `exec_task_namespaces`, `kernel/nsproxy.c`: the time namespace for one's children becomes one's own.
    mutating func enterClocksOfChildren(_ task: TaskID) {
        guard hasOtherClocks(task) else { return }
        let known = tasks.attributes(of: task).nsproxy
        freezeOffsets(of: nsproxies[known.index].timeNSForChildren)
        tasks[task.index].nsproxy = proxyOfChildren(of: known)
    }

    /// `timens_set_vvar_page`: from now on its clocks are read without asking the kernel.
    mutating func freezeOffsets(of namespace: TimeNamespaceID) { timeNamespaces[namespace.index].frozenOffsets = true }
}
