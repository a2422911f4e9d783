import KernelABI

/// A callback of `struct cgroup_subsys` (`include/linux/cgroup-defs.h`) that is about tasks.
public enum SubsysCallback: String, CaseIterable, Hashable, Sendable {
    /// `can_attach`: may refuse tasks that are to change cgroups.
    case canAttach = "can_attach"
    /// `cancel_attach`: takes back a granted `can_attach`.
    case cancelAttach = "cancel_attach"
    /// `attach`: told of tasks that have changed cgroups.
    case attach
    /// `can_fork`: may refuse a child.
    case canFork = "can_fork"
    /// `cancel_fork`: takes back a granted `can_fork`.
    case cancelFork = "cancel_fork"
    /// `fork`: told of a child that was made.
    case fork
    /// `exit`: told of a task that ends.
    case exit
    /// `release`: told of a task that is reaped.
    case release
}

/// A controller as a release has it: a `struct cgroup_subsys` without its state.
public struct CgroupController: Hashable, Sendable {
    /// As `SUBSYS(…)` gives it: `pids`, `io`.
    public let name: String
    /// The unified hierarchy has it: by files of its own, or without being asked for.
    public let isUnified: Bool
    /// The functions that it fills in.
    public let callbacks: [SubsysCallback: String]

    init(_ name: String, isUnified: Bool = true, _ callbacks: [SubsysCallback: String] = [:]) {
        self.name = name
        self.isUnified = isUnified
        self.callbacks = callbacks
    }
}

extension KernelConfiguration {
    /// The controllers in the order in which the kernel comes by them: `include/linux/cgroup_subsys.h` of 5.10, 6.1, 6.12 and
    /// 7.3, in the configurations that are modelled. A release between two of these has what the earlier one has.
    public var controllers: [CgroupController] {
        let since61 = Rule.Versions(since: KernelVersion(6, 1)).contains(version)
        let since612 = Rule.Versions(since: KernelVersion(6, 12)).contains(version)
        var cpuset: [SubsysCallback: String] = [
            .canAttach: "cpuset_can_attach", .cancelAttach: "cpuset_cancel_attach", .attach: "cpuset_attach",
            .fork: "cpuset_fork",
        ]
        if since61 {
            cpuset[.canFork] = "cpuset_can_fork"
            cpuset[.cancelFork] = "cpuset_cancel_fork"
        }
        var cpu: [SubsysCallback: String] = [.attach: "cpu_cgroup_attach"]
        if !since61 { cpu[.fork] = "cpu_cgroup_fork" }
        if !since61 || since612 { cpu[.canAttach] = "cpu_cgroup_can_attach" }
        if since612 { cpu[.cancelAttach] = "cpu_cgroup_cancel_attach" }
        var memory: [SubsysCallback: String] = [:]
        if since61 { memory[.attach] = "mem_cgroup_attach" }
        if since612 {
            memory[.fork] = "mem_cgroup_fork"
            memory[.exit] = "mem_cgroup_exit"
        } else {
            memory[.canAttach] = "mem_cgroup_can_attach"
            memory[.cancelAttach] = "mem_cgroup_cancel_attach"
        }
        var io: [SubsysCallback: String] = [.exit: "blkcg_exit"]
        if !since61 { io[.canAttach] = "blkcg_can_attach" }
        let known: [CgroupController] = [
            CgroupController("cpuset", cpuset), CgroupController("cpu", cpu),
            CgroupController("cpuacct", isUnified: false),
            CgroupController("io", io), CgroupController("memory", memory),
            CgroupController("devices", isUnified: false),
            CgroupController("freezer", isUnified: false, [.attach: "freezer_attach", .fork: "freezer_fork"]),
            CgroupController("net_cls", isUnified: false, [.attach: "cgrp_attach"]),
            CgroupController("perf_event", [.attach: "perf_cgroup_attach"]),
            CgroupController("net_prio", isUnified: false, [.attach: "net_prio_attach"]), CgroupController("hugetlb"),
            CgroupController(
                "pids",
                [
                    .canAttach: "pids_can_attach", .cancelAttach: "pids_cancel_attach", .canFork: "pids_can_fork",
                    .cancelFork: "pids_cancel_fork", .release: "pids_release",
                ]
            ), CgroupController("rdma"),
        ]
        return Rule.Versions(since: KernelVersion(5, 13)).contains(version) ? known + [CgroupController("misc")] : known
    }

    /// The controllers that `cgroup.subtree_control` knows by name, whether they can be had or not.
    var unifiedControllers: [String] { controllers.filter(\.isUnified).map(\.name) }
}

extension Kernel {
    /// The functions of controllers that one thing had the kernel call, in its order, where they are kept
    /// (``keepsCallbacks``).
    ///
    /// Of all controllers, those without an effect on processes are not more than their name here: `cpuset_can_fork` grants
    /// every child that stays where its parent is or starts in a cgroup with processors, as all of this model have.
    public mutating func takeCallbacks() -> [String] {
        defer { callbacks = callbacks == nil ? nil : [] }
        return callbacks ?? []
    }

    /// Whether the calls of controllers' functions are kept until ``takeCallbacks()``.
    public var keepsCallbacks: Bool {
        get { callbacks != nil }
        set { callbacks = newValue ? [] : nil }
    }

    /// `do_each_subsys_mask`: all controllers with a callback, in the order of the list.
    mutating func note(_ callback: SubsysCallback) {
        guard callbacks != nil else { return }
        callbacks! += configuration.controllers.compactMap { $0.callbacks[callback] }
    }

    /// The way of `cgroup_can_fork` where a controller refuses: all up to it are asked, and those before it take back.
    mutating func noteRefusedFork(by name: String) {
        guard callbacks != nil else { return }
        let asked = configuration.controllers.prefix { $0.name != name }
        callbacks! += asked.compactMap { $0.callbacks[.canFork] }
        callbacks! += configuration.controllers.filter { $0.name == name }.compactMap { $0.callbacks[.canFork] }
        callbacks! += asked.compactMap { $0.callbacks[.cancelFork] }
    }

    /// `cgroup_migrate_execute` in the hierarchy that carries `pids`: of who has another state now. In the unified one,
    /// `perf_event` has one in each cgroup.
    mutating func noteMigration(changesPids: Bool, changesCgroup: Bool) {
        guard callbacks != nil else { return }
        let concerned = configuration.controllers.filter { controller in
            switch controller.name {
            case "pids": changesPids
            case "perf_event": configuration.unified && changesCgroup
            default: false
            }
        }
        callbacks! += concerned.compactMap { $0.callbacks[.canAttach] }
        callbacks! += concerned.compactMap { $0.callbacks[.attach] }
    }
}
