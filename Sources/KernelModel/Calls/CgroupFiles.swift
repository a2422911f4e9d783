import KernelABI

/// What the files of a cgroup itself take and tell. Whoever calls is privileged.
extension Kernel {
    /// A write to a file that the kernel has (``KernelConfiguration/has(_:)``) and that can be written.
    public mutating func write(_ cgroup: CgroupID, _ file: CgroupCoreFile, _ text: [UInt8]) -> Transition<Void> {
        precondition(configuration.has(file), "the kernel has no \(file.rawValue)")
        switch file {
        case .kill: return writeKill(text)
        case .maxDepth: return writeMaxDepth(cgroup, text)
        case .maxDescendants: return writeMaxDescendants(cgroup, text)
        case .events, .type: preconditionFailure("\(file.rawValue) is not written")
        }
    }

    /// What a file reads that the kernel has and that can be read.
    public func read(_ cgroup: CgroupID, _ file: CgroupCoreFile) -> String {
        precondition(configuration.has(file), "the kernel has no \(file.rawValue)")
        switch file {
        case .events: return "populated \(isPopulated(cgroup) ? 1 : 0)\nfrozen 0\n"
        case .maxDepth: return Kernel.shown(cgroups[cgroup.index].maxDepth)
        case .maxDescendants: return Kernel.shown(cgroups[cgroup.index].maxDescendants)
        case .type: return "threaded\n"
        case .kill: preconditionFailure("cgroup.kill is not read")
        }
    }

    /// `cgroup_kill_write`. Killing takes whole processes down, and the cgroups of this model are threaded.
    private func writeKill(_ text: [UInt8]) -> Transition<Void> {
        switch IntegerText.number(of: text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(())
        case .success(let number?):
            if number != 1 { return .refused(Refusal(.cgroupKillRange, .ERANGE)) }
            return .refused(Refusal(.cgroupKillThreaded, .EOPNOTSUPP))
        }
    }

    /// `cgroup_max_depth_write`
    private mutating func writeMaxDepth(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        switch IntegerText.number(of: text, hasMax: true) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(())
        case .success(let depth?):
            if depth < 0 { return .refused(Refusal(.cgroupMaxDepthRange, .ERANGE)) }
            cgroups[cgroup.index].maxDepth = depth
            return .success(())
        }
    }

    /// `cgroup_max_descendants_write`
    private mutating func writeMaxDescendants(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        switch IntegerText.number(of: text, hasMax: true) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(())
        case .success(let descendants?):
            if descendants < 0 { return .refused(Refusal(.cgroupMaxDescendantsRange, .ERANGE)) }
            cgroups[cgroup.index].maxDescendants = descendants
            return .success(())
        }
    }

    private static func shown(_ limit: Int32) -> String { limit == Int32.max ? "max\n" : "\(limit)\n" }

    /// `cgroup_check_hierarchy_limits`: from the parent of a new cgroup up, each level's limit of descendants, then that of
    /// depth.
    func refusalOfHierarchyLimits(below parent: CgroupID) -> Refusal? {
        var level: CgroupID? = parent
        var depth = 0
        while let current = level {
            let cgroup = cgroups[current.index]
            let descendants = onlineDescendants(of: current)
            if descendants >= cgroup.maxDescendants {
                return refusal(.mkdirMaxDescendants, current, limit: cgroup.maxDescendants, count: descendants + 1)
            }
            if depth >= cgroup.maxDepth {
                return refusal(.mkdirMaxDepth, current, limit: cgroup.maxDepth, count: depth + 1)
            }
            depth += 1
            level = cgroup.parent
        }
        return nil
    }

    private func refusal(_ rule: Rule.Name, _ cgroup: CgroupID, limit: Int32, count: Int) -> Refusal {
        Refusal(rule, .EAGAIN, at: .cgroup(cgroup), limit: UInt64(limit), count: UInt64(count))
    }

    /// `nr_descendants`
    private func onlineDescendants(of ancestor: CgroupID) -> Int {
        cgroups.indices.count { index in
            cgroups[index].isOnline && index != ancestor.index && isWithin(CgroupID(index), ancestor)
        }
    }
}
