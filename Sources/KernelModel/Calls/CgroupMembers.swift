import KernelABI

/// What is written to the files that list who is in a cgroup: `cgroup_procs_write_start`, `kernel/cgroup/cgroup.c`.
extension Kernel {
    /// `open` and `write` of `cgroup.procs`, or of the list of threads: `cgroup.threads`, in version 1 `tasks`.
    ///
    /// `text` must not be one of which ``membersNotModelled(_:_:)`` tells.
    ///
    /// - Parameters:
    ///   - current: who writes; nil for the harness, which is root of the initial user namespace.
    ///   - isThreadList: a task moves alone.
    public mutating func writeMembers(
        _ current: TaskID?,
        _ cgroup: CgroupID,
        isThreadList: Bool,
        _ text: [UInt8]
    ) -> Transition<Void> {
        precondition(!membersNotModelled(current, text), "who has that pid is not known")
        if let current, !mayWriteAsOwner(cred(of: current), .initUser) {
            return .refused(Refusal(.membersPermission, .EACCES))
        }
        switch IntegerText.number(of: text) {
        case .refused(let refusal) where refusal.rule == .writeTooLong: return .refused(refusal)
        case .refused: return .refused(Refusal(.membersText, .EINVAL))
        case .success(nil): return .success(())
        case .success(let pid?):
            if pid < 0 { return .refused(Refusal(.membersText, .EINVAL)) }
            guard pid == 0, let current else { return .refused(Refusal(.membersNoProcess, .ESRCH)) }
            return isThreadList ? attachThread(current, to: cgroup) : attach(current, to: cgroup)
        }
    }

    /// Whether a text is a pid that somebody may have, and of whom that is not known here.
    public func membersNotModelled(_ current: TaskID?, _ text: [UInt8]) -> Bool {
        guard case .success(let pid?) = IntegerText.number(of: text) else { return false }
        return pid == 0 ? current == nil : (1..<Kernel.pidMaxLimit).contains(pid)
    }
}
