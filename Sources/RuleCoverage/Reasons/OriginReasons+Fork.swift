extension OriginReasons {
    static let fork: [OriginReason] =
        OriginReason.list(
            .notYet,
            "threads-max",
            [("copy_process", "EAGAIN", ["data_race(nr_threads >= max_threads)", "nr_threads >= max_threads"])]
        )
        + OriginReason.list(.notYet, "pid_max", [("alloc_pid", "EAGAIN", ["(nr == -ENOSPC)", "nr == -ENOSPC"])])
        + OriginReason.list(
            .out,
            "alloc_pid has asked the same: only a first process that ends in between makes a difference",
            [("copy_process", "ENOMEM", ["unlikely(!(ns_of_pid(pid)->pid_allocated & PIDNS_ADDING))"])]
        )
        + OriginReason.list(
            .notYet,
            "the first process of a PID namespace has no siblings",
            [
                (
                    "copy_process", "EINVAL",
                    ["(clone_flags & CLONE_PARENT) && current->signal->flags & SIGNAL_UNKILLABLE"]
                )
            ]
        )
        + OriginReason.list(
            .notYet,
            "CLONE_AUTOREAP, CLONE_NNP and CLONE_PIDFD_AUTOKILL of 7.x",
            [
                (
                    "copy_process", "EINVAL",
                    [
                        "clone_flags & CLONE_THREAD", "clone_flags & CLONE_PARENT", "args->exit_signal",
                        "(clone_flags & CLONE_PARENT) && current->signal->autoreap", "!(clone_flags & CLONE_PIDFD)",
                        "!(clone_flags & CLONE_AUTOREAP)",
                    ]
                ),
                (
                    "copy_process", "EPERM",
                    ["!(clone_flags & CLONE_NNP) && !ns_capable(current_user_ns(), CAP_SYS_ADMIN)"]
                ),
            ]
        )
        + OriginReason.list(
            .notYet,
            "signals that do not exist, as what the child sends when it ends",
            [("kernel_clone", "EINVAL", ["!valid_signal(args->exit_signal)"])]
        )
        + OriginReason.list(
            .notYet,
            "set_tid: the first process of a PID namespace has pid 1",
            [("alloc_pid", "EINVAL", ["!READ_ONCE(tmp->child_reaper) && nr != 1"])]
        )
        + OriginReason.list(
            .notYet,
            "time namespaces",
            [("copy_process", "EINVAL", ["nsp->time_ns != nsp->time_ns_for_children"])]
        )
        + OriginReason.list(
            .notYet,
            "pidfds of clone",
            [
                (
                    "copy_process", "EINVAL",
                    ["clone_flags & (CLONE_DETACHED | CLONE_THREAD)", "clone_flags & CLONE_DETACHED"]
                ), ("kernel_clone", "EINVAL", ["(args->flags & CLONE_PIDFD) &&…", "(clone_flags & CLONE_PIDFD) &&…"]),
            ]
        )
        + OriginReason.list(
            .notYet,
            "user namespaces: kernel.unprivileged_userns_clone",
            [
                ("copy_process", "EPERM", ["!capable(CAP_SYS_ADMIN)"]),
                ("ksys_unshare", "EPERM", ["!capable(CAP_SYS_ADMIN)"]),
            ]
        )
        + OriginReason.list(
            .notYet,
            "CLONE_SYSVSEM",
            [
                (
                    "copy_namespaces", "EINVAL",
                    ["(flags & (CLONE_NEWIPC | CLONE_SYSVSEM)) == (CLONE_NEWIPC | CLONE_SYSVSEM)"]
                )
            ]
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
            badAddress,
            [("copy_process", "EFAULT", ["put_user(pidfd, args->pidfd)"])]
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
            .notYet,
            "clone3's own checks of its arguments",
            [
                ("__do_sys_clone3", "EINVAL", ["!clone3_args_valid(&kargs)"]),
                ("copy_clone_args_from_user", "E2BIG", ["unlikely(usize > PAGE_SIZE)"]),
                (
                    "copy_clone_args_from_user", "EINVAL",
                    [
                        "unlikely(usize < CLONE_ARGS_SIZE_VER0)",
                        "unlikely((args.exit_signal & ~((u64)CSIGNAL)) || !valid_signal(args.exit_signal))",
                        "unlikely(args.exit_signal & ~((u64)CSIGNAL))",
                    ]
                ),
            ]
        )
        + OriginReason.list(
            .notYet,
            "CLONE_INTO_CGROUP",
            [
                ("copy_clone_args_from_user", "EINVAL", ["(args.flags & CLONE_INTO_CGROUP) &&…"]),
                ("cgroup_css_set_fork", "EBADF", ["!f", "fd_empty(f)"]),
                ("cgroup_css_set_fork", "ENODEV", ["cgroup_is_dead(dst_cgrp)"]),
            ]
        )
        + OriginReason.list(
            .notYet,
            "set_tid: pids that the caller chooses",
            [
                (
                    "copy_clone_args_from_user", "EINVAL",
                    [
                        "unlikely(args.set_tid_size > MAX_PID_NS_LEVEL)",
                        "unlikely(!args.set_tid && args.set_tid_size > 0)",
                        "unlikely(args.set_tid && args.set_tid_size == 0)",
                    ]
                ), ("copy_clone_args_from_user", "EFAULT", ["args.set_tid && copy_from_user(…"]),
                (
                    "alloc_pid", "EINVAL",
                    [
                        "set_tid_size > ns->level + 1", "arg_set_tid_size > ns->level + 1",
                        "tid < 1 || tid >= pid_max[ns->level - i]", "tid != 1 && !tmp->child_reaper",
                        "tid < 1 || tid >= pid_max",
                    ]
                ), ("alloc_pid", "EPERM", ["!checkpoint_restore_ns_capable(tmp->user_ns)"]),
                ("alloc_pid", "EEXIST", ["nr == -ENOSPC"]),
            ]
        )
}
