/// execve, and files of processes in `/proc`.
extension OriginReasons {
    static let execve: [OriginReason] =
        OriginReason.list(
            .out,
            "another thread that ends the process, or calls execve, at the same moment: calls of a program do not overlap",
            [
                (
                    "de_thread", "EAGAIN",
                    [
                        "signal_group_exit(sig)", "(sig->flags & SIGNAL_GROUP_EXIT) || sig->group_exec_task",
                        "__fatal_signal_pending(tsk)",
                    ]
                )
            ]
        )

    static let processFiles: [OriginReason] =
        OriginReason.list(
            .out,
            "programs write less than a page, at the beginning of the file",
            [("timens_offsets_write", "EINVAL", ["(*ppos != 0) || (count >= PAGE_SIZE)"])]
        )
        + OriginReason.list(
            .out,
            "a process that is reaped between the open and the write",
            [("timens_offsets_write", "ESRCH", ["!p"])]
        )
        + OriginReason.list(
            .out,
            "timens_offsets_write hands on the clocks that there are: timens-offsets-clock is its refusal",
            [("proc_timens_set_offset", "EINVAL", ["switch (off->clockid) default"])]
        )
        + OriginReason.list(.out, noMemory, [("proc_cgroup_show", "ENOMEM", ["!buf"])])
        + OriginReason.list(
            .out,
            "a program's paths of cgroups are shorter than PATH_MAX",
            [("proc_cgroup_show", "ENAMETOOLONG", ["retval >= PATH_MAX", "retval == -E2BIG"])]
        )
}
