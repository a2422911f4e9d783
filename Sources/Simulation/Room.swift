import KernelABI
public import Scenario

extension Snapshot {
    /// How many more processes the limits leave to a fork in a cgroup: the least of what is left there and above; nil
    /// where no observed cgroup sets a limit. Zero where a limit is reached or exceeded.
    public func room(in path: CgroupPath) -> Int64? {
        var least: Int64?
        var level: CgroupPath? = path
        while let current = level {
            let counters = cgroups.first { $0.path == current }
            if let counters, case .limited(let limit) = counters.max {
                let left = Swift.max(0, limit - counters.current)
                least = least.map { min($0, left) } ?? left
            }
            level = current.parent
        }
        return least
    }
}
