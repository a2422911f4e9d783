/// A control group, as `struct cgroup` of `include/linux/cgroup-defs.h`, in the hierarchy that carries `pids`.
public struct Cgroup: Sendable {
    /// Its name in its parent's folder; empty for the hierarchy's root.
    public let name: String
    /// Its parent, `cgroup_parent()`; nil for the root.
    public let parent: CgroupID?
    /// `level`: how many cgroups are above it.
    public let level: Int
    /// The state that its tasks have in each subsystem, in the order of the kernel's list of subsystems: its own, or
    /// that of the nearest cgroup above which has one (`cgroup_e_css`).
    public internal(set) var subsys: [CSSID] = []
    /// The `css_set` of its tasks.
    var cset = CSSSetID(rawValue: 0)
    /// `subtree_control`, as far as it is about `pids`: the cgroups right below have a state of their own in it. In version
    /// 1 they always have.
    public internal(set) var delegatesPids: Bool
    /// `dom_cgrp` is another one: it holds threads of processes whose domain is above.
    public internal(set) var isThreaded = false
    /// `freezer.freeze`: what `cgroup.freeze` says.
    var isToFreeze = false
    /// `CSS_ONLINE`: it was not removed. Who ended in it is still charged there, and above.
    public internal(set) var isOnline = true
    /// `max_descendants`: how many cgroups may be below it; `INT_MAX` for no limit.
    var maxDescendants = Int32.max
    /// `max_depth`: how many levels may be below it.
    var maxDepth = Int32.max
}

/// A cgroup's state in one subsystem, as `struct cgroup_subsys_state` of `include/linux/cgroup-defs.h`.
public struct CgroupSubsysState: Sendable {
    /// `cgroup`
    public let cgroup: CgroupID
    /// `parent`: the state of the cgroup above in the same subsystem; nil for the root's.
    public let parent: CSSID?
}

/// The states that a task is subject to, as `struct css_set` of `include/linux/cgroup-defs.h`.
///
/// Tasks in the same cgroups share one, so that a fork copies a handle.
public struct CSSSet: Sendable {
    /// `dfl_cgrp`, or in a version 1 hierarchy the cgroup of the hierarchy that carries `pids`.
    public let cgroup: CgroupID
    /// `subsys`: one state for each subsystem, in the order of the kernel's list.
    public let subsys: [CSSID]
}
