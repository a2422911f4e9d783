import KernelABI

extension Kernel {
    /// A task maps its own ids to themselves: one line for `uid_map`, `deny` for `setgroups`, one line for `gid_map`, which
    /// are not refused where the first one was taken. The same functions, and `new_idmap_permitted`.
    public mutating func mapSelf(_ current: TaskID) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        let cred = cred(of: current)
        guard mayWriteAsOwner(cred, ownerOfFiles(of: current)) else {
            return .refused(Refusal(.mapPermission, .EACCES))
        }
        let namespace = userNamespaces[cred.userNS.index]
        guard namespace.parent != nil else { return .refused(Refusal(.mapInitialNamespace, .EPERM)) }
        if namespace.map != .none { return .refused(Refusal(.mapWrittenBefore, .EPERM)) }
        precondition(cred.capEffective == .all, "nobody has become somebody else where nobody has an id")
        // Who makes a user namespace has an id in the parent, and nobody in here has rights there.
        let isPermitted =
            cred.user == namespace.owner && (cred.user != .initUser || namespace.parentCouldSetfcap)
        guard isPermitted else { return .refused(Refusal(.mapOfOthers, .EPERM)) }
        userNamespaces[cred.userNS.index].map = .one(cred.user)
        return .success(())
    }
}
