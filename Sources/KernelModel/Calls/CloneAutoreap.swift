import KernelABI

/// What 7.3 has `clone3` do beside: children that are reaped by nobody, that programs give no rights, and that die with a
/// descriptor.
extension Kernel {
    /// `copy_process`, `kernel/fork.c`.
    func refusalOfAutoreap(_ current: TaskID, _ flags: CloneFlags, _ args: KernelCloneArgs?) -> Refusal? {
        guard configuration.hasAutoreap else { return nil }
        if flags.contains(.CLONE_AUTOREAP) {
            if flags.contains(.CLONE_THREAD) { return Refusal(.cloneAutoreapThread, .EINVAL) }
            if flags.contains(.CLONE_PARENT) { return Refusal(.cloneAutoreapSibling, .EINVAL) }
            if args?.exitSignal != 0 { return Refusal(.cloneAutoreapSignal, .EINVAL) }
        }
        if flags.contains(.CLONE_PARENT), tasks.attributes(of: current).isAutoreaped {
            return Refusal(.cloneSiblingOfAutoreaped, .EINVAL)
        }
        if flags.isSuperset(of: [.CLONE_NNP, .CLONE_THREAD]) { return Refusal(.cloneNNPThread, .EINVAL) }
        guard flags.contains(.CLONE_PIDFD_AUTOKILL) else { return nil }
        if !flags.contains(.CLONE_PIDFD) { return Refusal(.cloneAutokillWithoutPidfd, .EINVAL) }
        if !flags.contains(.CLONE_AUTOREAP) { return Refusal(.cloneAutokillWithoutAutoreap, .EINVAL) }
        let cred = cred(of: current)
        if !flags.contains(.CLONE_NNP), !nsCapable(cred, .CAP_SYS_ADMIN, in: cred.userNS) {
            return Refusal(.cloneAutokillCapable, .EPERM)
        }
        return nil
    }

    /// `pidfs_file_release`, `fs/pidfs.c`: a program closes the pidfd that `clone3` has given it when the call has come back, and
    /// its last one is what a child of `CLONE_PIDFD_AUTOKILL` lives by. Who is the first process of a PID namespace is killed as
    /// well.
    mutating func closePidfd(of child: TaskID, _ flags: CloneFlags) {
        guard flags.contains(.CLONE_PIDFD_AUTOKILL) else { return }
        exitGroup(child, code: 9)
    }
}

extension KernelConfiguration {
    /// Whether there are `CLONE_AUTOREAP`, `CLONE_NNP` and `CLONE_PIDFD_AUTOKILL`: 7.3 has them, and 6.18.44 has not; what is between
    /// them was not looked at.
    var hasAutoreap: Bool { Rules.hasAutoreap.contains(version) }
}
