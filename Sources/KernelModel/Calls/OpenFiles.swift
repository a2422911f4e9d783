public import KernelABI

/// What a task opens for `setns`. It has a name in the program, which its children's copies have as well.
extension Kernel {
    /// `open` of a file in `/proc/PID/ns`: `proc_ns_get_link`, `fs/proc/namespaces.c`.
    ///
    /// `file` must not be what ``openNotModelled(_:of:)`` tells of.
    ///
    /// - Parameter target: nil where no process has the pid.
    public mutating func openNamespace(
        _ current: TaskID,
        of target: TaskID?,
        _ file: NamespaceFile,
        as descriptor: Int
    ) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        guard let target, tasks[target.index].exitState != .dead else { return .refused(noSuchFile()) }
        guard mayLook(current, at: target) else { return .refused(Refusal(.openNamespacePtrace, .EACCES)) }
        guard let namespace = namespace(of: target, file) else {
            return .refused(Refusal(.openNamespaceGone, .ENOENT))
        }
        install(current, descriptor, .namespace(file.kind, namespace))
        return .success(())
    }

    /// `pidfd_open` of a process that has a pid for the caller.
    public mutating func openPidfd(_ current: TaskID, of target: TaskID, as descriptor: Int) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(sees(current, target), "a task that has no pid here has no pidfd")
        install(current, descriptor, .pidfd(target))
        return .success(())
    }

    /// `open("/")`
    public mutating func openRoot(_ current: TaskID, as descriptor: Int) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        install(current, descriptor, .other)
        return .success(())
    }

    /// `open` of a cgroup's directory, which everybody may.
    public mutating func openDirectory(
        _ current: TaskID,
        of cgroup: CgroupID,
        as descriptor: Int
    ) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        precondition(cgroups[cgroup.index].isOnline, "a cgroup that was removed has no path")
        install(current, descriptor, .cgroup(cgroup))
        return .success(())
    }

    /// `readlink` of a file in `/proc/self/ns`: `ns_get_name`, `fs/nsfs.c`. The answer is which namespace of its kind it is.
    public func readNamespaceLink(_ current: TaskID, _ file: NamespaceFile) -> Transition<UInt32> {
        precondition(isLiving(current), "only a living task makes calls")
        guard let namespace = namespace(of: current, file) else {
            return .refused(Refusal(.readlinkNamespaceGone, .ENOENT))
        }
        return .success(namespace)
    }

    /// Whether an ended task may be looked at is not known: see ``setnsNotModelled(_:of:flags:)``.
    public func openNotModelled(_ current: TaskID, of target: TaskID) -> Bool {
        tasks[target.index].exitState == .zombie && !isKnownWhetherToLook(current, at: target)
    }

    /// `proc_ns_operations.get`: the namespace of a task that a file names; nil where there is none.
    ///
    /// A zombie has left all namespaces but those that it is told by: its PID namespace, and that of its user. Before 7.3, a
    /// PID namespace is not shown before it has a first process (`pidns_for_children_get`).
    public func namespace(of task: TaskID, _ file: NamespaceFile) -> UInt32? {
        switch file {
        case .user: return cred(of: task).userNS.rawValue
        case .pid: return tasks[task.index].pidNS.rawValue
        default: break
        }
        guard isLiving(task) else { return nil }
        let proxy = nsproxies[tasks[task.index].nsproxy.index]
        switch file {
        case .uts: return proxy.utsNS.rawValue
        case .ipc: return proxy.ipcNS.rawValue
        case .mnt: return proxy.mntNS.rawValue
        case .net: return proxy.netNS.rawValue
        case .cgroup: return proxy.cgroupNS.rawValue
        case .pidForChildren:
            let namespace = proxy.pidNSForChildren
            let isShown = !configuration.hidesEmptyPIDNS || pidNamespaces[namespace.index].childReaper != nil
            return isShown ? namespace.rawValue : nil
        case .time: return proxy.timeNS.rawValue
        case .timeForChildren: return proxy.timeNSForChildren.rawValue
        case .user, .pid: preconditionFailure("these are answered above")
        }
    }
}

extension KernelConfiguration {
    /// Whether `pidns_for_children_get` looks for a first process: 7.3 does not; what is between it and 6.12 was not looked at.
    var hidesEmptyPIDNS: Bool { Rule.Versions(before: KernelVersion(7, 3)).contains(version) }
}
