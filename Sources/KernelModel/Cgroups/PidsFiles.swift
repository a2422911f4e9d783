public import KernelABI

/// The facts about a kernel that decide which form of a rule it has.
public struct KernelConfiguration: Hashable, Sendable {
    /// The kernel's version.
    public var version: KernelVersion
    /// Whether the unified hierarchy carries `pids`; else a version 1 hierarchy does.
    public var unified: Bool
    /// The mount option `pids_localevents` of the unified hierarchy, since 6.11.
    public var pidsLocalEvents: Bool

    /// Makes a configuration.
    public init(version: KernelVersion, unified: Bool, pidsLocalEvents: Bool = false) {
        self.version = version
        self.unified = unified
        self.pidsLocalEvents = pidsLocalEvents
    }

    /// Whether `pids.events` counts at the cgroup whose limit was hit, and above. Since 6.11 in the unified hierarchy
    /// (`pids_event`, `kernel/cgroup/pids.c`); before, and always in version 1, it counts in the cgroup that forked.
    public var countsEventsAtTheLimit: Bool {
        unified && !pidsLocalEvents && Rule.Versions(since: KernelVersion(6, 11)).contains(version)
    }

    /// Whether RLIMIT_NPROC is asked before the child is counted with its user: before 5.14. Forks that run at the same
    /// time can then all pass at one less than the limit.
    public var countsProcessAfterLimit: Bool { Rule.Versions(before: KernelVersion(5, 14)).contains(version) }

    /// Whether a user's processes are counted by its `user_struct`, wherever they are: before 5.14. Since then by its
    /// `ucounts` in each user namespace, and by those of the owners above it.
    public var countsProcessesOfUser: Bool { Rule.Versions(before: KernelVersion(5, 14)).contains(version) }

    /// Whether a PID namespace outlives a first fork that fails after its pid was allocated: 7.3 does, 6.18 does not; what is
    /// between the two was not looked at.
    public var letsFirstForksBeRetried: Bool { Rule.Versions(since: KernelVersion(7, 3)).contains(version) }

    /// Whether there is a `pids.peak`: since 6.1, in both kinds of hierarchy.
    public var hasPidsPeak: Bool { Rule.Versions(since: KernelVersion(6, 1)).contains(version) }

    /// Whether there is a `pids.events.local`: since 6.11, in the unified hierarchy.
    public var hasPidsEventsLocal: Bool { unified && Rule.Versions(since: KernelVersion(6, 11)).contains(version) }
}

/// What a cgroup's `pids` files read; nil where the kernel has no such file.
public struct PidsFiles: Hashable, Sendable {
    /// `pids.current`
    public let current: Int64
    /// `pids.max`
    public let max: PidsLimit
    /// `max` in `pids.events`
    public let eventsMax: Int64
    /// `max` in `pids.events.local`
    public let eventsLocalMax: Int64?
    /// `pids.peak`
    public let peak: Int64?
}

extension Kernel {
    /// Whether a cgroup has `pids` files: its parent has `pids` in its `cgroup.subtree_control`. The hierarchy's root has none.
    public func hasPidsFiles(_ cgroup: CgroupID) -> Bool {
        let css = pids[cgroups[cgroup.index].subsys[pidsSubsystem].index].css
        return css.cgroup == cgroup && css.parent != nil
    }

    /// Reads the `pids` files of a cgroup that has them.
    public func pidsFiles(of cgroup: CgroupID) -> PidsFiles {
        let state = pids[cgroups[cgroup.index].subsys[pidsSubsystem].index]
        precondition(hasPidsFiles(cgroup), "the cgroup has no pids files")
        let atTheLimit = configuration.countsEventsAtTheLimit
        return PidsFiles(
            current: state.counter,
            max: state.pidsMax,
            eventsMax: atTheLimit ? state.eventsMax : state.eventsForkFail,
            eventsLocalMax: configuration.hasPidsEventsLocal
                ? (atTheLimit ? state.eventsLocalMax : state.eventsForkFail) : nil,
            peak: configuration.hasPidsPeak ? state.watermark : nil
        )
    }
}
