import CLinux
import Glibc
import KernelABI
import Scenario

extension PuppetStage {
    /// How a puppet makes a child.
    enum Birth {
        case fork
        case vfork
        case clone(CloneFlags)
        /// With the directory that is opened as `cgroup`.
        case clone3(CloneArgs, directory: String?)

        var flags: CloneFlags {
            switch self {
            case .fork: []
            case .vfork: [.CLONE_VFORK, .CLONE_VM]
            case .clone(let flags): flags
            case .clone3(let args, _): args.flags
            }
        }

        /// Where the probe chooses the child's pid, by the place among so many PID namespaces from the harness's down.
        func openLevels(of count: Int) -> Set<Int> {
            guard case .clone3(let args, _) = self, case .pids(let pids) = args.setTID else { return [] }
            return Set(pids.indices.filter { pids[$0] == .free }.map { count - 1 - $0 })
        }
    }

    /// Waits until a child of `CLONE_PIDFD_AUTOKILL` is gone: its parent has closed the pidfd by the time that the call is told of.
    func awaitKill(of pid: Int64, madeBy parent: Int) throws(Lost) {
        let isGone = try Patience.awaits { () throws(Lost) in
            if case .failure(.ESRCH) = try call(parent, KERNAUT_KILL, UInt64(pid), 0) { true } else { false }
        }
        guard isGone else {
            throw Lost(name: puppets[parent].name, what: "has a child that lives on without its pidfd")
        }
    }

    /// All pids of a process that another one knows by `pid`.
    func pids(of name: TaskName, _ pid: pid_t, knownBy parent: Int) throws(Lost) -> [pid_t] {
        do throws(SystemError) {
            if puppets[parent].spaces.count == 1 { return try ProcessFolder.pids(ofPid: pid) }
            guard case .success(let pidfd) = try? call(parent, KERNAUT_PIDFD_OPEN, UInt64(pid)) else {
                throw SystemError(what: "pidfd_open of \(name) by its parent", errno: .ESRCH)
            }
            defer { _ = try? call(parent, KERNAUT_CLOSE, UInt64(pidfd)) }
            return try ProcessFolder.pids(ofDescriptor: Int32(pidfd), of: puppets[parent].pid)
        } catch {
            throw Lost(name: name, what: "cannot be found: \(error.description)")
        }
    }
}
