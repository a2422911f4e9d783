import KernelABI

extension Kernel {
    /// `setrlimit(RLIMIT_NPROC)`: `do_prlimit`, `kernel/sys.c`.
    public mutating func setrlimitNproc(_ current: TaskID, _ limit: RLimit) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        if limit.current > limit.maximum { return .refused(Refusal(.rlimitSoftAboveHard, .EINVAL)) }
        if limit.maximum > tasks[current.index].rlimitNproc.maximum,
            !cred(of: current).capEffective.contains(.CAP_SYS_RESOURCE)
        {
            return .refused(Refusal(.rlimitHardRaised, .EPERM))
        }
        tasks[current.index].rlimitNproc = limit
        return .success(())
    }

    /// `setresuid(user, user, user)`: `__sys_setresuid`, `kernel/sys.c`. Nothing happens where the task is that user already.
    public mutating func setresuid(_ current: TaskID, _ user: UserID) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        let cred = cred(of: current)
        if user == cred.user { return .success(()) }
        guard cred.capEffective == .all else { return .refused(Refusal(.setresuidCapable, .EPERM)) }
        becomeUser(current, user)
        return .success(())
    }

    /// `setresuid` of a privileged task to an unprivileged user, as `commit_creds` of `kernel/cred.c` does it: the
    /// process counts with its new user from now on, and all capabilities are gone. A limit is not asked here.
    public mutating func becomeUser(_ current: TaskID, _ user: UserID) {
        let old = cred(of: current)
        precondition(old.capEffective == .all, "only a privileged task becomes another user")
        guard user != old.user else { return }
        users[user.index].processes += 1
        tasks[current.index].realCred = credentials(Cred(user: user, capEffective: []))
        users[old.user.index].processes -= 1
    }
}
