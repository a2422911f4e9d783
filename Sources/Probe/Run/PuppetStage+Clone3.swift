import CLinux
import Glibc
import KernelABI
import Scenario

extension PuppetStage {
    /// Puts down what a puppet hands to clone3.
    mutating func prepare(_ args: CloneArgs, _ directory: String?, of number: Int) throws(Lost) {
        var request = kernaut_clone3()
        request.flags = args.flags.rawValue
        request.exit_signal = args.exitSignal
        request.stack = args.stack
        request.stack_size = args.stackSize
        request.cgroup = args.cgroup
        request.size = args.size
        request.has_tail = args.hasNonzeroTail ? 1 : 0
        request.pidfd =
            switch args.pidfd {
            case .own: 0
            case .null: 1
            case .parentTID: 2
            }
        var pids: [Int32] = []
        switch args.setTID {
        case .none: break
        case .null:
            request.has_set_tid = 1
            request.is_set_tid_null = 1
            request.set_tid_count = 1
            pids = [0]
        case .pids(let chosen):
            request.has_set_tid = 1
            request.set_tid_count = UInt32(chosen.count)
            pids = chosen.map { tid in
                switch tid {
                case .number(let number): number
                case .free: freePid()
                }
            }
        }
        let prepared = kernaut_puppet_prepare_clone3(table, puppets[number].slot, &request, pids, directory)
        guard prepared == 0 else {
            throw Lost(name: puppets[number].name, what: "cannot be told: \(Errno(rawValue: -prepared))")
        }
    }

    /// A pid that nobody has in the harness's PID namespace, be it as a process or as a group's; in those below, pids do not get
    /// that high.
    private mutating func freePid() -> pid_t {
        while kill(nextFreePid, 0) == 0 || errno == EPERM || kill(-nextFreePid, 0) == 0 || errno == EPERM {
            nextFreePid += 1
        }
        defer { nextFreePid += 1 }
        return nextFreePid
    }
}
