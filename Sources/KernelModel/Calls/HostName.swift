import KernelABI

extension Kernel {
    /// `sethostname`, `kernel/sys.c`: sets `nodename` in the caller's UTS namespace. Zero bytes are a host name too.
    public mutating func sethostname(_ current: TaskID, _ name: String) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        let owner = utsNamespaces[utsNamespace(of: current).index].userNS
        guard nsCapable(cred(of: current), .CAP_SYS_ADMIN, in: owner) else {
            return .refused(Refusal(.sethostnameCapable, .EPERM))
        }
        guard name.utf8.count <= NewUtsname.longest else { return .refused(Refusal(.sethostnameLength, .EINVAL)) }
        utsNamespaces[utsNamespace(of: current).index].name.nodename = name
        return .success(())
    }

    /// `setdomainname`, `kernel/sys.c`: sets `domainname` in the caller's UTS namespace.
    public mutating func setdomainname(_ current: TaskID, _ name: String) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        let owner = utsNamespaces[utsNamespace(of: current).index].userNS
        guard nsCapable(cred(of: current), .CAP_SYS_ADMIN, in: owner) else {
            return .refused(Refusal(.setdomainnameCapable, .EPERM))
        }
        guard name.utf8.count <= NewUtsname.longest else { return .refused(Refusal(.setdomainnameLength, .EINVAL)) }
        utsNamespaces[utsNamespace(of: current).index].name.domainname = name
        return .success(())
    }

    /// `uname`, `kernel/sys.c`: the names of the caller's UTS namespace. Cannot fail with good memory.
    public func uname(_ current: TaskID) -> NewUtsname {
        precondition(isLiving(current), "only a living task makes calls")
        return utsNamespaces[utsNamespace(of: current).index].name
    }

    /// The UTS namespace of a task, `nsproxy->uts_ns`.
    public func utsNamespace(of task: TaskID) -> UTSNamespaceID { nsproxies[tasks[task.index].nsproxy.index].utsNS }
}
