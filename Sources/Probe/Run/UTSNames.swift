import Glibc
import Scenario

/// The names of the UTS namespace that a program begins in.
enum UTSNames {
    /// Sets them in this process's namespace, which is a run's own.
    static func setInitial() throws(SystemError) {
        guard sethostname(World.initialNodename, World.initialNodename.utf8.count) == 0 else {
            throw SystemFile.lastError("sethostname in the run's own UTS namespace")
        }
        guard setdomainname(World.initialDomainname, World.initialDomainname.utf8.count) == 0 else {
            throw SystemFile.lastError("setdomainname in the run's own UTS namespace")
        }
    }
}
