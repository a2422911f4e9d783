import KernelABI

/// The functions of the kernel that the model stands for: those whose refusals its rules are to predict.
enum ModelledFunctions {
    /// The modelled calls, and the function or system call at which each starts.
    static let starts: [(call: String, function: String)] = [
        ("clone", "clone"), ("clone3", "clone3"), ("execve", "do_execveat_common"), ("execve", "de_thread"),
        ("unshare", "unshare"), ("setns", "setns"),
        ("sethostname", "sethostname"), ("setdomainname", "setdomainname"), ("setrlimit", "setrlimit"),
        ("write", "kernfs_fop_write_iter"), ("write", "cgroup_file_write"), ("write pids.max", "pids_max_write"),
        ("write cgroup.procs", "cgroup_procs_write"), ("write cgroup.threads", "cgroup_threads_write"),
        ("mkdir", "cgroup_mkdir"), ("rmdir", "cgroup_rmdir"),
        ("wait4", "wait4"), ("waitid", "waitid"), ("write cgroup.max.depth", "cgroup_max_depth_write"),
        ("write cgroup.max.descendants", "cgroup_max_descendants_write"), ("write cgroup.kill", "cgroup_kill_write"),
        ("write cgroup.freeze", "cgroup_freeze_write"), ("write cgroup.type", "cgroup_type_write"),
        ("write cgroup.subtree_control", "cgroup_subtree_control_write"),
        ("write timens_offsets", "timens_offsets_write"), ("read cgroup", "proc_cgroup_show"),
    ]

    /// The starts that a release has: there is a `cgroup.kill` since 5.14.
    static func starts(in version: KernelVersion) -> [(call: String, function: String)] {
        starts.filter { version >= KernelVersion(5, 14) || $0.function != "cgroup_kill_write" }
    }

    /// All of them, by name.
    static let all: Set<String> = Set(fork + namespaces + otherCalls + cgroups)

    private static let fork = [
        "__do_sys_clone", "__do_sys_clone3", "copy_clone_args_from_user", "kernel_clone", "_do_fork", "copy_process",
        "copy_creds", "set_cred_ucounts", "alloc_pid", "cgroup_can_fork", "cgroup_css_set_fork", "cgroup_get_from_file",
        "cgroup_v1v2_get_from_file", "css_tryget_online_from_dir", "pids_can_fork",
        "pids_try_charge", "copy_namespaces", "do_execveat_common", "de_thread",
    ]

    private static let namespaces = [
        "__do_sys_unshare", "ksys_unshare", "check_unshare_flags", "unshare_userns", "unshare_nsproxy_namespaces",
        "create_new_namespaces", "create_nsproxy", "create_user_ns", "copy_utsname", "clone_uts_ns", "copy_pid_ns",
        "create_pid_namespace", "copy_ipcs", "create_ipc_ns", "copy_cgroup_ns", "copy_time_ns", "clone_time_ns",
        "__do_sys_setns", "check_setns_flags", "prepare_nsset", "validate_nsset", "validate_ns", "utsns_install",
        "pidns_install", "userns_install", "mntns_install", "ipcns_install", "cgroupns_install", "netns_install",
        "timens_install", "timens_offsets_write", "proc_timens_set_offset",
    ]

    private static let otherCalls = [
        "__do_sys_sethostname", "__do_sys_setdomainname", "__do_sys_setrlimit", "do_prlimit", "__do_sys_wait4",
        "kernel_wait4", "__do_sys_waitid", "kernel_waitid", "kernel_waitid_prepare", "pidfd_get_pid", "pidfd_pid",
        "do_wait", "__do_wait", "do_wait_thread", "do_wait_pid", "wait_consider_task", "wait_task_zombie",
    ]

    private static let cgroups = [
        "kernfs_fop_write_iter", "kernfs_fop_write", "cgroup_file_write", "pids_max_write", "kstrtoll", "kstrtoull",
        "_kstrtoull", "cgroup_procs_write", "__cgroup_procs_write", "cgroup_procs_write_start", "cgroup_threads_write",
        "cgroup_attach_permissions", "cgroup_procs_write_permission", "cgroup_may_write", "cgroup_migrate_vet_dst",
        "cgroup_attach_task", "cgroup_migrate_prepare_dst", "cgroup_migrate", "cgroup_migrate_execute",
        "pids_can_attach", "cgroup_mkdir", "cgroup_create", "cgroup_rmdir", "cgroup_destroy_locked",
        "cgroup_kill_write", "cgroup_max_depth_write", "cgroup_max_descendants_write", "kstrtoint",
        "cgroup_freeze_write", "cgroup_type_write", "cgroup_enable_threaded", "cgroup_subtree_control_write",
        "proc_cgroup_show", "cgroup_vet_subtree_control_enable", "cgroup_apply_control", "cgroup_update_dfl_csses",
    ]
}
