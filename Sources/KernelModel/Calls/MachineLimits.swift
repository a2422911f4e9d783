import KernelABI

/// A limit on what the whole machine has, where a program's tasks may reach it.
struct MachineLimit: Sendable {
    /// What was written; nil where it was a room.
    let written: UInt32?
    /// How many tasks this model has when nothing is left. What the machine has beside them stays as it is.
    let most: Int
}

extension KernelConfiguration {
    /// Whether every PID namespace has a `pid_max` of its own, as a table of its own below `/proc/sys/kernel`: 6.14 and later.
    var hasPidMaxOfNamespace: Bool { Rule.Versions(since: KernelVersion(6, 14)).contains(version) }
}

/// `kernel.threads-max` and `kernel.pid_max`.
///
/// How many threads a machine has beside a program's is not known here. What is known is which numbers a program's own cannot
/// tell from none at all, and how many further ones a room leaves, as long as the others stay what they are.
extension Kernel {
    /// Whether `kernel.threads-max` may be set to a number in this model. One thread is there always, and more than pids never.
    public static func isModelled(maxThreads: UInt32) -> Bool {
        maxThreads <= 1 || maxThreads >= PidsLimit.largest
    }

    /// Writes `kernel.threads-max`: `test_perm`, `fs/proc/proc_sysctl.c`, and `sysctl_max_threads`, `kernel/fork.c`.
    ///
    /// - Parameters:
    ///   - current: who writes; nil for root of the initial user namespace.
    ///   - limit: what ``isModelled(maxThreads:)``.
    public mutating func writeThreadsMax(_ current: TaskID?, _ limit: UInt32) -> Transition<Void> {
        precondition(Kernel.isModelled(maxThreads: limit), "\(limit) threads are not modelled")
        if let refusal = refusalOfMachineSetting(current) { return .refused(refusal) }
        // MAX_THREADS, FUTEX_TID_MASK
        guard (1...0x3fff_ffff).contains(limit) else { return .refused(Refusal(.sysctlRange, .EINVAL)) }
        maxThreads = limit < PidsLimit.largest ? MachineLimit(written: limit, most: 0) : nil
        return .success(())
    }

    /// Writes `kernel.unprivileged_userns_clone`, which Debian's kernels have, `proc_dointvec`: anything but 0 is a yes.
    ///
    /// - Parameter current: who writes; nil for root of the initial user namespace.
    public mutating func writeUnprivilegedUsernsClone(_ current: TaskID?, _ number: UInt32) -> Transition<Void> {
        if let refusal = refusalOfMachineSetting(current) { return .refused(refusal) }
        unprivilegedUsernsClone = number != 0
        return .success(())
    }

    /// What `copy_process` and `ksys_unshare` of Debian's kernels ask before a user namespace is made.
    func refusalOfUnprivilegedUserNS(_ cred: Cred, _ flags: CloneFlags, _ call: NamespaceCreation) -> Refusal? {
        guard flags.contains(.CLONE_NEWUSER), !unprivilegedUsernsClone, !capable(cred, .CAP_SYS_ADMIN) else {
            return nil
        }
        return Refusal(call.unprivilegedUserNS, .EPERM)
    }

    /// Sets `kernel.threads-max` so that the machine may have so many further threads.
    public mutating func limitThreads(room: UInt32) {
        maxThreads = MachineLimit(written: nil, most: unreaped + Int(room))
    }

    /// Sets `kernel.pid_max` of the initial PID namespace so that so many further pids are free. Those below ``PIDNumbers/reserved``
    /// are out of reach by then.
    ///
    /// - Parameter room: at least 1, since the smallest `pid_max` leaves one pid.
    public mutating func limitPids(room: UInt32) {
        precondition(room > 0, "a machine without a free pid is not modelled")
        machinePids = MachineLimit(written: nil, most: unreaped + Int(room))
        if !configuration.hasPidMaxOfNamespace { globalPidMax = nil }
    }

    /// Whether a machine's limit holds for the tasks of the model.
    public var hasMachineLimit: Bool { maxThreads != nil || machinePids != nil }

    /// `copy_process`: there are as many threads as the machine may have, which nobody is exempt from.
    @inline(__always)
    func refusalOfThreads() -> Refusal? {
        guard let maxThreads, unreaped >= maxThreads.most else { return nil }
        return Refusal(.cloneThreadsMax, .EAGAIN, limit: maxThreads.written.map { UInt64($0) })
    }

    /// The initial PID namespace has no pid left.
    @inline(__always)
    func refusalOfMachinePids() -> Refusal? {
        guard let machinePids, unreaped >= machinePids.most else { return nil }
        return Refusal(.clonePidMax, .EAGAIN)
    }

    /// `pid_max_min` of a machine with up to 37 processors: `RESERVED_PIDS + 1`. Boot raises it to 8 for each processor that may
    /// be there.
    static let pidMaxMin = UInt32(PIDNumbers.reserved) + 1

    /// Whether a number for `kernel.pid_max` is modelled: that of the initial PID namespace, and before 6.14 of all, counts pids
    /// of processes that are not a program's.
    public func isModelled(pidMax: UInt32, by current: TaskID?) -> Bool {
        if !(Kernel.pidMaxMin...UInt32(Kernel.pidMaxLimit)).contains(pidMax) { return true }
        if pidMax == UInt32(Kernel.pidMaxLimit) || refusalOfPidMax(current) != nil { return true }
        return configuration.hasPidMaxOfNamespace && current.map { tasks[$0.index].pidNS != .initial } ?? false
    }

    /// Writes `kernel.pid_max`: that of the writer's PID namespace, or that of the machine before 6.14. `test_perm`,
    /// `pid_table_root_permissions` and `proc_dointvec_minmax`.
    ///
    /// - Parameters:
    ///   - current: who writes; nil for root of the initial namespaces.
    ///   - limit: what ``isModelled(pidMax:by:)``.
    public mutating func writePidMax(_ current: TaskID?, _ limit: UInt32) -> Transition<Void> {
        precondition(isModelled(pidMax: limit, by: current), "a pid_max of \(limit) is not modelled")
        if let refusal = refusalOfPidMax(current) { return .refused(refusal) }
        guard (Kernel.pidMaxMin...UInt32(Kernel.pidMaxLimit)).contains(limit) else {
            return .refused(Refusal(.sysctlRange, .EINVAL))
        }
        let namespace = current.map { tasks[$0.index].pidNS } ?? .initial
        if configuration.hasPidMaxOfNamespace, namespace != .initial {
            pidNamespaces[namespace.index].pidMax = Int32(limit)
        } else {
            machinePids = nil
            globalPidMax = Kernel.pidMaxLimit
        }
        return .success(())
    }

    private func refusalOfPidMax(_ current: TaskID?) -> Refusal? {
        guard configuration.hasPidMaxOfNamespace else { return refusalOfMachineSetting(current) }
        guard let current else { return nil }
        precondition(isLiving(current), "only a living task makes calls")
        let owner = pidNamespaces[tasks[current.index].pidNS.index].userNS
        let cred = cred(of: current)
        // Uid 0 of the owner's is enough, wherever it is.
        let isRoot = cred.user == .initUser && userNamespaces[owner.index].maps(.initUser)
        guard !isRoot, !nsCapable(cred, .CAP_SYS_ADMIN, in: owner) else { return nil }
        return Refusal(.sysctlPidPermission, .EACCES)
    }

    /// `test_perm`: capabilities are not asked for. Who is root, in whatever user namespace, owns the machine's settings.
    private func refusalOfMachineSetting(_ current: TaskID?) -> Refusal? {
        guard let current else { return nil }
        precondition(isLiving(current), "only a living task makes calls")
        return cred(of: current).user == .initUser ? nil : Refusal(.sysctlPermission, .EACCES)
    }

    /// The pid that a PID namespace does not reach; nil where that is a number of the machine's that is not known.
    func pidMax(of namespace: PIDNamespaceID) -> Int32? {
        configuration.hasPidMaxOfNamespace ? pidNamespaces[namespace.index].pidMax : globalPidMax
    }
}
