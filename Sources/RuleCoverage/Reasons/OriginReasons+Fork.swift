extension OriginReasons {
    static let fork: [OriginReason] =
        OriginReason.list(
            .out,
            "alloc_pid has asked the same: only a first process that ends in between makes a difference",
            [("copy_process", "ENOMEM", ["unlikely(!(ns_of_pid(pid)->pid_allocated & PIDNS_ADDING))"])]
        )
        + OriginReason.list(
            .out,
            "CLONE_PIDFD_AUTOKILL needs CLONE_AUTOREAP, which is refused with CLONE_THREAD before",
            [("copy_process", "EINVAL", ["clone_flags & CLONE_THREAD"])]
        )
        + OriginReason.list(
            .out,
            "a signal that arrives during the call: the C library or the kernel calls again",
            [
                ("copy_process", "ERESTARTNOINTR", ["task_sigpending(current)", "signal_pending(current)"]),
                ("copy_process", "EINTR", ["fatal_signal_pending(current)"]),
            ]
        )
        + OriginReason.list(
            .out,
            "threads of the kernel are not modelled",
            [("copy_process", "EAGAIN", ["!set_kthread_struct(p)"])]
        )
        + OriginReason.list(
            .out,
            noMemory,
            [
                ("copy_process", "ENOMEM", ["!p"]), ("copy_creds", "ENOMEM", ["!new"]),
                ("set_cred_ucounts", "EAGAIN", ["!(new_ucounts = alloc_ucounts(new->user_ns, new->uid))"]),
                ("alloc_pid", "ENOMEM", ["!pid", "unlikely(retval)"]),
                ("cgroup_css_set_fork", "ENOMEM", ["!kargs->cset"]),
            ]
        )

    static let clone3: [OriginReason] =
        OriginReason.list(
            .out,
            "css_tryget_online_from_dir has refused cgroups that were removed, below the same cgroup_mutex that rmdir takes",
            [("cgroup_css_set_fork", "ENODEV", ["cgroup_is_dead(dst_cgrp)"])]
        )
        + OriginReason.list(
            .out,
            badAddress,
            [("copy_clone_args_from_user", "EFAULT", ["args.set_tid && copy_from_user(…"])]
        )
}
