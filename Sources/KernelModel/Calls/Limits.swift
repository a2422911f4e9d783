import KernelABI

extension Kernel {
    /// `setrlimit(RLIMIT_NPROC)`: `do_prlimit`, `kernel/sys.c`.
    public mutating func setrlimitNproc(_ current: TaskID, _ limit: RLimit) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        if limit.current > limit.maximum { return .refused(Refusal(.rlimitSoftAboveHard, .EINVAL)) }
        if limit.maximum > tasks[current.index].rlimitNproc.maximum,
            !capable(cred(of: current), .CAP_SYS_RESOURCE)
        {
            return .refused(Refusal(.rlimitHardRaised, .EPERM))
        }
        setForProcess(current, \.rlimitNproc, limit)
        return .success(())
    }

    /// `setresuid(user, user, user)`: `__sys_setresuid`, `kernel/sys.c`. Nothing happens where the task is that user already.
    public mutating func setresuid(_ current: TaskID, _ user: UserID) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        let cred = cred(of: current)
        // make_kuid
        guard userNamespaces[cred.userNS.index].maps(user) else {
            return .refused(Refusal(.setresuidUnmapped, .EINVAL))
        }
        if user == cred.user { return .success(()) }
        guard nsCapable(cred, .CAP_SETUID, in: cred.userNS) else { return .refused(Refusal(.setresuidCapable, .EPERM)) }
        becomeUser(current, user)
        return .success(())
    }

    /// What `setresuid` of a privileged task does: it counts with its new user from now on. A limit refuses nothing here, but marks.
    /// `cap_emulate_setxuid` of `security/commoncap.c` takes the capabilities of who ceases to be root in its user namespace,
    /// and of nobody else.
    public mutating func becomeUser(_ current: TaskID, _ user: UserID) {
        var cred = cred(of: current)
        guard user != cred.user else { return }
        markNproc(current, user, ucounts(of: user, in: cred.userNS))
        if cred.user == .initUser, userNamespaces[cred.userNS.index].maps(.initUser) { cred.capEffective = [] }
        cred.user = user
        cred.ucounts = ucounts(of: user, in: cred.userNS)
        commitCreds(current, cred)
    }

    /// `set_user`, and since 5.14 `flag_nproc_exceeded`, `kernel/sys.c`: who becomes a user with more processes than RLIMIT_NPROC
    /// allows is not refused, but its next execve is. The process itself is not counted yet; before 5.14, as many as the limit are
    /// too many.
    private mutating func markNproc(_ current: TaskID, _ user: UserID, _ counted: UcountsID) {
        let limit = tasks.attributes(of: current).rlimitNproc.current
        let isOver =
            configuration.countsProcessesOfUser
            ? UInt64(clamping: ucounts[counted.index].processes) >= limit
            : rlimitOverlimit(counted, limit) != nil
        tasks[current.index].isOverNproc = isOver && user != .initUser
    }

    /// `copy_process`, behind the check: who may fork is not over the limit any more. The child is a copy from before.
    ///
    /// - Returns: whether it was marked.
    mutating func unmarkNproc(_ current: TaskID) -> Bool {
        guard tasks.attributes(of: current).isOverNproc else { return false }
        tasks[current.index].isOverNproc = false
        return true
    }
}
