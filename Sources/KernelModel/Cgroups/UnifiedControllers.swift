import KernelABI

extension KernelConfiguration {
    /// The controllers that `cgroup.subtree_control` knows by name, whether they can be had or not: those of the kernel's list
    /// (`include/linux/cgroup_subsys.h`, in the configurations that are modelled) with files in the unified hierarchy, and
    /// `perf_event`, which is in it without being asked for.
    var unifiedControllers: [String] {
        let all = ["cpuset", "cpu", "io", "memory", "perf_event", "hugetlb", "pids", "rdma"]
        return Rule.Versions(since: KernelVersion(5, 13)).contains(version) ? all + ["misc"] : all
    }
}
