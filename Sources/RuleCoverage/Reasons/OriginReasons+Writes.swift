extension OriginReasons {
    static let writes: [OriginReason] =
        OriginReason.list(
            .out,
            "a cgroup that is removed between the finding of its file and the call",
            [
                ("__cgroup_procs_write", "ENODEV", ["!dst_cgrp"]), ("cgroup_procs_write", "ENODEV", ["!dst_cgrp"]),
                ("cgroup_threads_write", "ENODEV", ["!dst_cgrp"]),
                ("cgroup_subtree_control_write", "ENODEV", ["!cgrp"]), ("cgroup_type_write", "ENOENT", ["!cgrp"]),
                ("cgroup_freeze_write", "ENOENT", ["!cgrp"]),
                ("kernfs_fop_write_iter", "ENODEV", ["!kernfs_get_active_of(of)", "!kernfs_get_active(of->kn)"]),
            ]
        )
        + OriginReason.list(
            .out,
            "pids is the one controller that can be had, and it is threaded",
            [
                (
                    "cgroup_vet_subtree_control_enable", "EOPNOTSUPP",
                    ["cgroup_is_thread_root(cgrp) || cgroup_is_threaded(cgrp)"]
                )
            ]
        )
        + OriginReason.list(
            .out,
            "the mount option nsdelegate is not modelled",
            [
                ("cgroup_file_write", "EPERM", ["(cgrp->root->flags & CGRP_ROOT_NS_DELEGATE) &&…"]),
                ("cgroup_procs_write_permission", "ENOENT", ["(cgrp_dfl_root.flags & CGRP_ROOT_NS_DELEGATE) &&…"]),
            ]
        )
        + OriginReason.list(
            .out,
            "only threads of the kernel are so",
            [
                (
                    "cgroup_procs_write_start", "EINVAL",
                    ["tsk->no_cgroup_migration || (tsk->flags & PF_NO_SETAFFINITY)"]
                )
            ]
        )
        + OriginReason.list(
            .out,
            "the modelled files can be written",
            [
                ("kernfs_fop_write_iter", "EINVAL", ["!(ops->write)"]),
                ("cgroup_file_write", "EINVAL", ["!(cft->write_s64)"]),
            ]
        )
        + OriginReason.list(
            .out,
            badAddress,
            [("kernfs_fop_write_iter", "EFAULT", ["copy_from_iter(buf, len, iter) != len"])]
        )
        + OriginReason.list(
            .out,
            noMemory,
            [
                ("kernfs_fop_write_iter", "ENOMEM", ["!buf"]), ("cgroup_migrate_prepare_dst", "ENOMEM", ["!dst_cset"]),
                ("cgroup_may_write", "ENOMEM", ["!inode"]),
            ]
        )

    static let otherCalls: [OriginReason] =
        OriginReason.list(
            .out,
            badAddress,
            [
                ("__do_sys_sethostname", "EFAULT", ["copy_from_user(tmp, name, len)"]),
                ("__do_sys_setdomainname", "EFAULT", ["copy_from_user(tmp, name, len)"]),
                ("__do_sys_setrlimit", "EFAULT", ["copy_from_user(&new_rlim, rlim, sizeof(*rlim))"]),
            ]
        )
        + OriginReason.list(
            .out,
            "only RLIMIT_NPROC is modelled, and it exists",
            [
                ("do_prlimit", "EINVAL", ["resource >= RLIM_NLIMITS"]),
                ("do_prlimit", "EPERM", ["resource == RLIMIT_NOFILE && new_rlim->rlim_max > sysctl_nr_open"]),
            ]
        )
        + OriginReason.list(
            .out,
            "setrlimit asks for the caller itself, which has not ended",
            [("do_prlimit", "ESRCH", ["!tsk->sighand"])]
        )
}
