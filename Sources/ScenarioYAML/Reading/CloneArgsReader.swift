import Failure
import KernelABI
import Scenario

extension Fields {
    /// The members of `struct clone_args` that a step gives.
    func cloneArgs() throws(Failure) -> CloneArgs {
        var args = CloneArgs()
        if let value = self["flags"] { args.flags = try value.cloneFlags() }
        if let value = self["size"] { args.size = try value.number("size", in: 0...UInt64(UInt32.max)) }
        if let value = self["exit_signal"] {
            args.exitSignal = try value.number("exit_signal", in: UInt64.min...UInt64.max)
        }
        if let value = self["cgroup"] { args.cgroup = try value.number("cgroup", in: UInt64.min...UInt64.max) }
        guard let value = self["set_tid"] else { return args }
        var pids: [CloneArgs.TID] = []
        for element in try value.list("set_tid") {
            if element.isWord("free") {
                pids.append(.free)
            } else {
                pids.append(.number(try element.number("set_tid", in: Int32.min...Int32.max)))
            }
        }
        guard pids.count <= 33 else { throw value.failure("set_tid has at most 33 pids") }
        args.setTID = .pids(pids)
        return args
    }
}
