public import KernelABI

extension KernelConfiguration {
    /// Whether `kernel_clone` asks for the exit signal, of `clone` too: 7.3 does; `clone3` itself does before.
    var asksExitSignalInKernelClone: Bool { Rule.Versions(since: KernelVersion(7, 3)).contains(version) }

    /// Whether `alloc_pid` asks for the right to choose pids at all levels before it takes the first one: 7.3 does.
    var asksForPidsFirst: Bool { Rule.Versions(since: KernelVersion(7, 3)).contains(version) }
}

extension KernelConfiguration {
    /// Whether threads have pidfds (`PIDFD_THREAD`): since 6.9.
    var hasPidfdsOfThreads: Bool { Rule.Versions(since: KernelVersion(6, 9)).contains(version) }
}

extension CloneArgs {
    /// `valid_signal`, `include/linux/signal.h`: at most `_NSIG`.
    static func isValidSignal(_ number: UInt64) -> Bool { number <= 64 }

    /// `set_tid` and `set_tid_size`, as far as `size` lets the kernel see them.
    fileprivate var visibleTIDs: (pointer: Bool, count: Int) {
        let count = size > 72
        return switch setTID {
        case .none: (false, 0)
        case .null: (false, count ? 1 : 0)
        case .pids(let pids): (size >= 72, count ? pids.count : 0)
        }
    }
}

extension Kernel {
    /// `clone3`, `kernel/fork.c`.
    ///
    /// `args` must not have what ``clone3NotModelled(_:_:)`` names. A pidfd is closed when the call has come back.
    ///
    /// - Parameter directory: what is open as the descriptor `cgroup`.
    public mutating func clone3(
        _ current: TaskID,
        _ args: CloneArgs,
        into directory: CloneDirectory
    ) -> Transition<TaskID> {
        if let refusal = refusalOfUserArgs(args) ?? refusalOfArgs(args) { return .refused(refusal) }
        let made = kernelClone(current, args.flags, kernelArgs(args, directory))
        if case .success(let child) = made { closePidfd(of: child, args.flags) }
        return Transition(made)
    }

    private func kernelArgs(_ args: CloneArgs, _ directory: CloneDirectory) -> KernelCloneArgs {
        var setTID: [CloneArgs.TID] = []
        if case .pids(let pids) = args.setTID { setTID = Array(pids.prefix(args.visibleTIDs.count)) }
        return KernelCloneArgs(exitSignal: args.exitSignal, pidfd: args.pidfd, setTID: setTID, cgroup: directory)
    }

    /// What `clone3` would get as far as heeding, and the model does not know; nil where there is no such thing.
    public func clone3NotModelled(_ current: TaskID, _ args: CloneArgs) -> String? {
        if case .pids = args.setTID, (65..<72).contains(args.size) {
            return "a size of \(args.size), which ends within an address"
        }
        if refusalOfUserArgs(args) ?? refusalOfArgs(args) != nil { return nil }
        let known = kernelArgs(args, .none)
        if refusalOfFlags(current, args.flags, known) != nil { return nil }
        let flags = args.flags.subtracting(Kernel.cloneFlagsModelled)
        if !flags.isEmpty { return "\(flags)" }
        if args.stack != 0 { return "a stack" }
        // The pidfd is closed when the caller does not wait any more, and the child may have called execve by then.
        if args.flags.isSuperset(of: [.CLONE_VFORK, .CLONE_PIDFD_AUTOKILL]) {
            return "CLONE_VFORK|CLONE_PIDFD_AUTOKILL"
        }
        // Others end a parent that has no handler for them.
        guard Kernel.harmlessSignals.contains(args.exitSignal) else { return "exit_signal \(args.exitSignal)" }
        return setTIDNotModelled(current, isNew: args.flags.contains(.CLONE_NEWPID), known.setTID)
    }

    /// Which numbers of the initial PID namespace are taken is not known here.
    private func setTIDNotModelled(_ current: TaskID, isNew: Bool, _ chosen: [CloneArgs.TID]) -> String? {
        let existing = nsproxies[tasks[current.index].nsproxy.index].pidNSForChildren
        let initial = pidNamespaces[existing.index].level + (isNew ? 1 : 0)
        // Above are those of the namespaces that are there; a new one has nobody but its first process.
        var level: PIDNamespaceID? = existing
        for tid in chosen.dropFirst(isNew ? 1 : 0) {
            guard let namespace = level, namespace != .initial else { break }
            switch (tid, pidMax(of: namespace)) {
            case (.free, let limit) where limit != Kernel.pidMaxLimit:
                return "a set_tid that is left open below a kernel.pid_max"
            case (.number(let number), nil) where (Int32(Kernel.pidMaxMin)..<Kernel.pidMaxLimit).contains(number):
                return "set_tid of \(number), which may be above kernel.pid_max"
            default: level = pidNamespaces[namespace.index].parent
            }
        }
        if chosen.count == initial + 1, chosen[initial] == .free, machinePids != nil {
            return "a set_tid that is left open below a kernel.pid_max"
        }
        guard chosen.count == initial + 1, case .number(let number) = chosen[initial],
            (2..<Kernel.pidMaxLimit).contains(number)
        else { return nil }
        return "set_tid of \(number), which the model does not know to be taken or not"
    }

    /// No signal, and those that are ignored by who has no handler: `SIGCHLD`, `SIGCONT`, `SIGURG`, `SIGWINCH`.
    private static let harmlessSignals: Set<UInt64> = [0, CloneArgs.SIGCHLD, 18, 23, 28]
    /// `PID_MAX_LIMIT`, which no kernel's `pid_max` is above.
    static let pidMaxLimit: Int32 = 4_194_304

    /// `copy_clone_args_from_user`
    private func refusalOfUserArgs(_ args: CloneArgs) -> Refusal? {
        if args.size > 4096 { return Refusal(.clone3SizeAbovePage, .E2BIG) }
        if args.size < CloneArgs.sizeVersion0 { return Refusal(.clone3SizeBelowFirst, .EINVAL) }
        if args.size > CloneArgs.sizeVersion2, args.hasNonzeroTail { return Refusal(.clone3NonzeroTail, .E2BIG) }
        let tids = args.visibleTIDs
        if tids.count > 32 { return Refusal(.clone3TooManyTIDs, .EINVAL) }
        if !tids.pointer, tids.count > 0 { return Refusal(.clone3NullTIDs, .EINVAL) }
        if tids.pointer, tids.count == 0 { return Refusal(.clone3NoTIDs, .EINVAL) }
        if args.exitSignal > 255 { return Refusal(.clone3ExitSignal, .EINVAL) }
        if !configuration.asksExitSignalInKernelClone, !CloneArgs.isValidSignal(args.exitSignal) {
            return Refusal(.clone3ExitSignal, .EINVAL)
        }
        if args.flags.contains(.CLONE_INTO_CGROUP),
            args.cgroup > Int32.max || args.size < CloneArgs.sizeVersion2
        {
            return Refusal(.clone3CgroupDescriptor, .EINVAL)
        }
        return nil
    }

    /// `clone3_args_valid`
    private func refusalOfArgs(_ args: CloneArgs) -> Refusal? {
        if !args.flags.isSubset(of: clone3FlagsKnown) { return Refusal(.clone3UnknownFlags, .EINVAL) }
        if !args.flags.isDisjoint(with: Kernel.clone3FlagsReserved) { return Refusal(.clone3ReservedFlags, .EINVAL) }
        if args.flags.isSuperset(of: [.CLONE_SIGHAND, .CLONE_CLEAR_SIGHAND]) {
            return Refusal(.clone3SharesClearedHandlers, .EINVAL)
        }
        if !args.flags.isDisjoint(with: [.CLONE_THREAD, .CLONE_PARENT]), args.exitSignal != 0 {
            return Refusal(.clone3SignalOfSibling, .EINVAL)
        }
        return isValidStack(args) ? nil : Refusal(.clone3Stack, .EINVAL)
    }

    /// `clone3_stack_valid`, on x86-64: user memory ends below the sign bit.
    private func isValidStack(_ args: CloneArgs) -> Bool {
        if args.stack == 0 { return args.stackSize == 0 }
        return args.stackSize != 0 && args.stack < 1 << 47 && args.stackSize < 1 << 47
    }

    /// `CLONE_LEGACY_FLAGS`, and what `clone3` has beside: 7.3 knows `CLONE_AUTOREAP` and three others.
    private var clone3FlagsKnown: CloneFlags {
        let own: CloneFlags = [.CLONE_CLEAR_SIGHAND, .CLONE_INTO_CGROUP]
        let newer = CloneFlags(rawValue: configuration.asksExitSignalInKernelClone ? 0x3c_0000_0000 : 0)
        return CloneFlags(rawValue: 0xffff_ffff).union(own).union(newer)
    }

    /// `CLONE_DETACHED`, and the bits of `clone`'s exit signal but for that of `CLONE_NEWTIME`.
    private static let clone3FlagsReserved = CloneFlags.CLONE_DETACHED.union(CloneFlags(rawValue: 0x7f))

    /// `alloc_pid`, `kernel/pid.c`: whether a child may have the pids that the caller chose.
    ///
    /// - Parameters:
    ///   - newOwner: the owner of the PID namespace that is made for the child, if one is.
    ///   - existing: the PID namespace that the caller's children are in, or that the new one is below.
    func refusalOfSetTID(
        _ setTID: [CloneArgs.TID],
        _ cred: Cred,
        newOwner: UserNamespaceID?,
        _ existing: PIDNamespaceID
    ) -> Refusal? {
        var levels: [PIDLevel] = []
        if let newOwner { levels.append(PIDLevel(id: nil, owner: newOwner, hasReaper: false)) }
        var next: PIDNamespaceID? = existing
        while let level = next {
            let namespace = pidNamespaces[level.index]
            levels.append(
                PIDLevel(id: level, owner: namespace.userNS, hasReaper: namespace.childReaper != nil)
            )
            next = namespace.parent
        }
        if setTID.count > levels.count { return Refusal(.setTIDTooDeep, .EINVAL) }
        let chosen = Array(zip(setTID, levels))
        if configuration.asksForPidsFirst {
            for (tid, level) in chosen {
                if let refusal = refusalOfRange(tid, level) ?? refusalOfChoice(level, cred) { return refusal }
            }
            for (tid, level) in chosen {
                if let refusal = refusalOfTaken(tid, level) ?? refusalOfSecond(tid, level) { return refusal }
            }
            return nil
        }
        for (tid, level) in chosen {
            let refusal =
                refusalOfRange(tid, level) ?? refusalOfSecond(tid, level) ?? refusalOfChoice(level, cred)
                ?? refusalOfTaken(tid, level)
            if let refusal { return refusal }
        }
        return nil
    }

    /// A PID namespace that the child will be in.
    private struct PIDLevel {
        /// nil for the one that is made for it.
        let id: PIDNamespaceID?
        let owner: UserNamespaceID
        let hasReaper: Bool
    }

    private func refusalOfRange(_ tid: CloneArgs.TID, _ level: PIDLevel) -> Refusal? {
        let limit = level.id.flatMap { $0 == .initial ? nil : pidMax(of: $0) } ?? Kernel.pidMaxLimit
        guard case .number(let number) = tid, !(1..<limit).contains(number) else { return nil }
        return Refusal(.setTIDRange, .EINVAL)
    }

    /// Pid 1 comes first.
    private func refusalOfSecond(_ tid: CloneArgs.TID, _ level: PIDLevel) -> Refusal? {
        level.hasReaper || tid == .number(1) ? nil : Refusal(.setTIDBeforeFirst, .EINVAL)
    }

    /// `checkpoint_restore_ns_capable`
    private func refusalOfChoice(_ level: PIDLevel, _ cred: Cred) -> Refusal? {
        nsCapable(cred, .CAP_SYS_ADMIN, in: level.owner) ? nil : Refusal(.setTIDCapable, .EPERM)
    }

    private func refusalOfTaken(_ tid: CloneArgs.TID, _ level: PIDLevel) -> Refusal? {
        guard case .number(let number) = tid, let id = level.id else { return nil }
        // In the initial one, pid 1 is taken as long as the machine runs.
        let isTaken = id == .initial ? number == 1 : pidNamespaces[id.index].numbers.isTaken(number)
        return isTaken ? Refusal(.setTIDTaken, .EEXIST) : nil
    }

    /// `put_user` of the pidfd in `copy_process`, after the child has its pid.
    func refusalOfPidfd(_ flags: CloneFlags, _ args: KernelCloneArgs) -> Refusal? {
        flags.contains(.CLONE_PIDFD) && args.pidfd == .null ? Refusal(.clonePidfdAddress, .EFAULT) : nil
    }

    /// `cgroup_css_set_fork`, `kernel/cgroup/cgroup.c`: whether the child may start in the cgroup that the caller chose.
    ///
    /// - Parameter cset: set to that cgroup's where it may.
    func enterCgroup(
        _ flags: CloneFlags,
        _ args: KernelCloneArgs,
        _ cred: Cred,
        _ cset: inout CSSSetID
    ) -> Refusal? {
        guard flags.contains(.CLONE_INTO_CGROUP) else { return nil }
        let source = cssSets[cset.index].cgroup
        let cgroup: CgroupID
        switch args.cgroup {
        case .none: return Refusal(.cloneIntoNothing, .EBADF)
        case .other: return Refusal(.cloneIntoOtherFile, .EBADF)
        case .cgroup(let opened): cgroup = opened
        }
        guard cgroups[cgroup.index].isOnline else { return Refusal(.cloneIntoRemoved, .ENOENT) }
        guard configuration.unified else { return Refusal(.cloneIntoVersion1, .EBADF) }
        guard mayWriteAsOwner(cred, .initUser) else { return Refusal(.cloneIntoPermission, .EACCES) }
        if let refusal = refusalOfDestination(cgroup, .cloneIntoInvalidDomain, .cloneIntoInnerProcesses) {
            return refusal
        }
        if flags.contains(.CLONE_THREAD), let refusal = refusalOfDomain(source, cgroup, .cloneIntoOtherDomain) {
            return refusal
        }
        cset = cssSet(of: cgroup)
        return nil
    }
}
