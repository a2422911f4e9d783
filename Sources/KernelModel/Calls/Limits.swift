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

    /// What `setresuid` of a privileged task does: it counts with its new user from now on. A limit is not asked here.
    /// `cap_emulate_setxuid` of `security/commoncap.c` takes the capabilities of who ceases to be root in its user namespace,
    /// and of nobody else.
    public mutating func becomeUser(_ current: TaskID, _ user: UserID) {
        var cred = cred(of: current)
        guard user != cred.user else { return }
        if cred.user == .initUser, userNamespaces[cred.userNS.index].maps(.initUser) { cred.capEffective = [] }
        cred.user = user
        cred.ucounts = ucounts(of: user, in: cred.userNS)
        commitCreds(current, cred)
    }
}
