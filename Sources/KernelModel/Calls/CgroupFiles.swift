import KernelABI

/// What the files of a cgroup itself take and tell. Whoever calls is privileged.
extension Kernel {
    /// A write to a file that the kernel has (``KernelConfiguration/has(_:)``) and that can be written.
    public mutating func write(_ cgroup: CgroupID, _ file: CgroupCoreFile, _ text: [UInt8]) -> Transition<Void> {
        precondition(configuration.has(file), "the kernel has no \(file.rawValue)")
        switch file {
        case .freeze: return writeFreeze(cgroup, text)
        case .kill: return writeKill(cgroup, text)
        case .maxDepth: return write(text, to: \.maxDepth, of: cgroup, below: .cgroupMaxDepthRange)
        case .maxDescendants: return write(text, to: \.maxDescendants, of: cgroup, below: .cgroupMaxDescendantsRange)
        case .subtreeControl: return writeSubtreeControl(cgroup, text)
        case .type: return writeType(cgroup, text)
        case .controllers, .events: preconditionFailure("\(file.rawValue) is not written")
        }
    }

    /// What a file reads that the kernel has and that can be read.
    public func read(_ cgroup: CgroupID, _ file: CgroupCoreFile) -> String {
        precondition(configuration.has(file), "the kernel has no \(file.rawValue)")
        let parent = cgroups[cgroup.index].parent
        switch file {
        case .controllers: return (parent.map { cgroups[$0.index].delegatesPids } ?? true) ? "pids\n" : ""
        case .events: return "populated \(isPopulated(cgroup) ? 1 : 0)\nfrozen \(isFrozen(cgroup) ? 1 : 0)\n"
        case .freeze: return cgroups[cgroup.index].isToFreeze ? "1\n" : "0\n"
        case .maxDepth: return Kernel.shown(cgroups[cgroup.index].maxDepth)
        case .maxDescendants: return Kernel.shown(cgroups[cgroup.index].maxDescendants)
        case .subtreeControl: return cgroups[cgroup.index].delegatesPids ? "pids\n" : ""
        case .type: return type(of: cgroup) + "\n"
        case .kill: preconditionFailure("cgroup.kill is not read")
        }
    }

    /// `cgroup_max_depth_write` and `cgroup_max_descendants_write`
    ///
    /// - Parameter rule: What refuses a number below 0.
    private mutating func write(
        _ text: [UInt8],
        to limit: WritableKeyPath<Cgroup, Int32>,
        of cgroup: CgroupID,
        below rule: Rule.Name
    ) -> Transition<Void> {
        switch IntegerText.number(of: text, hasMax: true) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(())
        case .success(let number?):
            if number < 0 { return .refused(Refusal(rule, .ERANGE)) }
            cgroups[cgroup.index][keyPath: limit] = number
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
