/// Why the model stays out of functions that modelled functions hand errors on from.
enum CalleeReasons {
    /// The reason for a function or field; nil when none is written.
    ///
    /// - Parameter field: what the function is called through.
    static func reason(for name: String, through field: String?) -> String? {
        if let field, let reason = byField[field] { return reason }
        return byName[name]
    }

    private static let byField = [
        "cftype.write": "another file of a cgroup", "cftype.write_u64": "another file of a cgroup",
        "cftype.write_s64": "another file of a cgroup",
    ]

    private static let byName: [String: String] = {
        var reasons: [String: String] = [:]
        for (reason, names) in groups { for name in names { reasons[name] = reason } }
        return reasons
    }()

    private static let groups: [(reason: String, names: [String])] = [
        (
            "memory exhaustion: the model's memory has no end",
            [
                "dup_task_struct", "kmem_cache_alloc", "kmem_cache_zalloc", "kmalloc", "kzalloc", "kmalloc_noprof",
                "kmem_cache_alloc_noprof", "kzalloc_noprof", "_kzalloc_noprof", "timens_vdso_alloc_vvar_page",
                "register_pidns_sysctls", "__ns_common_init", "create_uts_ns", "ns_alloc_inum", "mpol_dup",
                "percpu_ref_init", "psi_cgroup_alloc", "cgroup_rstat_init", "css_rstat_init", "cgroup_bpf_inherit",
            ]
        ),
        (
            "a part of the process that the model does not have: memory, files, signals, scheduling",
            [
                "copy_files", "copy_fs", "copy_io", "copy_mm", "copy_semundo", "copy_sighand", "copy_signal",
                "copy_thread", "sched_fork", "sched_cgroup_fork", "perf_event_init_task", "audit_alloc",
                "__pidfd_prepare", "pidfd_prepare", "copy_exec_state", "io_uring_fork", "futex_hash_allocate_default",
                "anon_inode_getfile", "get_unused_fd_flags", "unshare_fd", "unshare_fs",
            ]
        ),
        (
            "runs the harness's own program, which is there for everybody, with arguments that fit",
            [
                "alloc_bprm", "count", "bprm_stack_limits", "copy_string_kernel", "copy_strings", "bprm_execve",
                "class_bprm_constructor",
            ]
        ),
        (
            "no security module decides in the model",
            ["security_create_user_ns", "security_task_alloc", "security_task_setrlimit", "inode_permission"]
        ),
        (
            "a namespace that the model only counts",
            [
                "copy_mnt_ns", "copy_net_ns", "alloc_cgroup_ns", "mq_init_ns", "msg_init_ns", "timens_on_fork",
            ]
        ),
        (
            "makes the directory and the files of a new cgroup, for which there is memory and of which none is there yet",
            [
                "kernfs_create_dir", "kernfs_create_dir_ns", "css_populate_dir", "cgroup_apply_control_enable",
                "cgroup_kn_set_ugid",
            ]
        ),
        ("a mount namespace always has a root", ["vfs_path_lookup"]),
        (
            "a controller that the model does not have",
            [
                "cpuset_can_attach", "cpuset_can_fork", "cpu_cgroup_can_attach", "mem_cgroup_can_attach",
                "blkcg_can_attach",
            ]
        ),
        ("extensions of the kernel that watch attaching; the model has none", ["notifier_to_errno"]),
        ("copies what is written, from the program's own memory", ["memdup_user_nul"]),
        ("a program's paths of cgroups are shorter than PATH_MAX", ["cgroup_path_ns_locked", "kernfs_path_from_node"]),
        (
            "copies clone3's arguments, from the program's own memory: clone3-nonzero-tail is its refusal",
            ["copy_struct_from_user"]
        ),
        ("finds numbers for pids: what it returns is judged by alloc_pid", ["idr_alloc", "idr_alloc_cyclic"]),
        (
            "returns no error",
            [
                "cgroup_css", "find_task_by_vpid", "get_current", "get_ipc_ns", "get_pid_ns", "get_time_ns", "pid_vnr",
                "task_pid_vnr",
            ]
        ),
        (
            "nobody is traced, stops or goes on after a stop in the model",
            ["ptrace_do_wait", "wait_task_continued", "wait_task_stopped"]
        ),
        (
            "a file of another file system that is made of kernfs, as an index of everything knows",
            ["sysfs_kf_write", "sysfs_kf_bin_write", "rdtgroup_file_write"]
        ),
        ("hierarchies of version 1 are written through other files", ["cgroup1_procs_write", "cgroup1_tasks_write"]),
    ]
}
