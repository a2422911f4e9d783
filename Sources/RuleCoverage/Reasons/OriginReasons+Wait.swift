extension OriginReasons {
    static let wait: [OriginReason] =
        OriginReason.list(
            .out,
            "a wait that a signal ends: programs wait for none that blocks",
            [
                ("do_wait", "ERESTARTSYS", ["signal_pending(current)"]),
                ("__do_wait", "ERESTARTSYS", ["!retval && !(wo->wo_flags & WNOHANG)"]),
            ]
        )
        + OriginReason.list(
            .out,
            "programs say that waitid is for a pid, a process group, a pidfd or all",
            [
                ("kernel_waitid", "EINVAL", ["switch (which) default"]),
                ("kernel_waitid_prepare", "EINVAL", ["switch (which) default"]),
            ]
        )
        + OriginReason.list(
            .out,
            "a descriptor that a program waits for is a pidfd's, or not open",
            [
                (
                    "pidfd_pid", "EBADF",
                    ["!(file->f_op == &pidfd_fops)", "file->f_op != &pidfs_file_operations"]
                )
            ]
        )
        + OriginReason.list(
            .out,
            badAddress,
            [
                ("kernel_wait4", "EFAULT", ["ret > 0 && stat_addr && put_user(wo.wo_stat, stat_addr)"]),
                ("__do_sys_wait4", "EFAULT", ["ru && copy_to_user(ru, &r, sizeof(struct rusage))"]),
                (
                    "__do_sys_waitid", "EFAULT",
                    [
                        "ru && copy_to_user(ru, &r, sizeof(struct rusage))",
                        "!user_write_access_begin(infop, sizeof(*infop))",
                    ]
                ),
            ]
        )
}
